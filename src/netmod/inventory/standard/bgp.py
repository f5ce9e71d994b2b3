"""BGP: between sites, within the core, and to suppliers."""

from __future__ import annotations

from pydantic import Field

from netmod.inventory._values import Model, Reference


class Bgp(Model):
    """What is common to all sessions.

    `secret` authenticates the sessions within our own networks; IOS-XR takes its type-7 form, which
    lies at `/type7` below it. A neighbour that announces more
    than `max_prefixes` is cut off; `warn_at` per cent of it is logged.
    """

    secret: Reference
    max_prefixes: int = Field(default=5000, ge=1, le=100_000)
    warn_at: int = Field(default=80, ge=1, le=100)
