"""Time, authenticated. The lifetimes of MACsec keys depend on it."""

from __future__ import annotations

from pydantic import Field

from netmod.inventory._values import Address, Model, Reference


class NtpKey(Model):
    """The key that all servers know.

    MD5, the one algorithm that all five platforms take.
    """

    id: int = Field(ge=1, le=65535)
    secret: Reference


class Ntp(Model):
    """Time servers, the preferred one first."""

    servers: tuple[Address, ...] = Field(min_length=2)
    key: NtpKey
