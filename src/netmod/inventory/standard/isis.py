"""The core's interior routing: IS-IS, with LDP for the labels."""

from __future__ import annotations

from pydantic import Field

from netmod.inventory._values import Model, Name, Reference


class Isis(Model):
    """One level, authenticated with HMAC-MD5, which all platforms of the core have in common.

    `metric` is that of every core link. A type-7 form of the secret lies below it, at `/type7`.
    `bfd_interval` in milliseconds: three lost hellos of BFD take a link out.
    """

    process: Name
    secret: Reference
    metric: int = Field(default=10, ge=1, le=16777214)
    bfd_interval: int = Field(default=100, ge=50, le=1000)
