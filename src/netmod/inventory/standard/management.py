"""How devices are reached: through the jump hosts, over SSH, and not otherwise."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from netmod.inventory._values import Model, Name, Prefix

Cipher = Literal["aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr"]
Mac = Literal["hmac-sha2-512-etm@openssh.com", "hmac-sha2-256-etm@openssh.com"]
KeyExchange = Literal["curve25519-sha256", "ecdh-sha2-nistp521", "ecdh-sha2-nistp384"]
HostKey = Literal["rsa-sha2-512", "rsa-sha2-256"]


class Ssh(Model):
    """What SSH may negotiate, the best first; a platform gets those that it knows.

    Nothing outside these lists can be asked for: the rest is broken, or weaker without a reason.
    `timeout` in seconds, for the login; `sessions` at one time.
    """

    ciphers: tuple[Cipher, ...] = Field(min_length=1)
    macs: tuple[Mac, ...] = Field(min_length=1)
    key_exchange: tuple[KeyExchange, ...] = Field(min_length=1)
    host_keys: tuple[HostKey, ...] = ("rsa-sha2-512", "rsa-sha2-256")
    timeout: int = Field(default=60, ge=1, le=120)
    sessions: int = Field(default=16, ge=2, le=60)


class Management(Model):
    """The management network. Only `jump_hosts` may open a session.

    `idle_timeout` in minutes. NX-OS and Junos have a management VRF of their own name.
    """

    vrf: Name = "MGMT"
    prefix_length: int = Field(default=24, ge=8, le=31)
    jump_hosts: tuple[Prefix, ...] = Field(min_length=1)
    idle_timeout: int = Field(default=10, ge=1, le=30)
    ssh: Ssh
