"""BGP: between sites, within the core, and to suppliers."""

from __future__ import annotations

from pydantic import Field

from netmod.inventory._values import Model, Prefix, Reference


class Bgp(Model):
    """What is common to all sessions.

    `secret` authenticates the sessions within our own networks; IOS-XR takes its type-7 form, which
    lies at `/type7` below it. A neighbour that announces more
    than `max_prefixes` is cut off; `warn_at` per cent of it is logged.

    `from_suppliers` and `to_suppliers` are the networks that may be learned from suppliers and
    announced to them, exactly as they are written. Nothing else passes: a supplier must not learn
    the addresses of our devices, nor announce them to us.
    """

    secret: Reference
    max_prefixes: int = Field(default=5000, ge=1, le=100_000)
    warn_at: int = Field(default=80, ge=1, le=100)
    from_suppliers: tuple[Prefix, ...] = ()
    to_suppliers: tuple[Prefix, ...] = ()
