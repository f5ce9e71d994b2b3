"""Who may log in, what they may do, and what is written down about it."""

from __future__ import annotations

from pydantic import Field

from netmod.inventory._values import Address, Model, Name, Reference


class TacacsServer(Model):
    """One TACACS+ server. `timeout` in seconds."""

    name: Name
    address: Address
    secret: Reference
    timeout: int = Field(default=5, ge=1, le=60)


class LocalUser(Model):
    """The account for the day when no server answers.

    A platform's own form of the secret is looked up below the reference: `<secret>/type9`,
    `/type10`, `/sha512`, `/type5-nxos`.
    """

    name: Name
    secret: Reference


class Lockout(Model):
    """After `attempts` failures within `within` seconds, nobody logs in for `duration` seconds."""

    attempts: int = Field(default=5, ge=1, le=10)
    within: int = Field(default=60, ge=10, le=600)
    duration: int = Field(default=120, ge=60, le=3600)


class Aaa(Model):
    """TACACS+ first, the local account only when no server answers; every command accounted.

    Two servers at the least: with one, its maintenance is a night of local logins.
    """

    group: Name = "NETT"
    tacacs_servers: tuple[TacacsServer, ...] = Field(min_length=2)
    local_user: LocalUser
    lockout: Lockout = Lockout()
