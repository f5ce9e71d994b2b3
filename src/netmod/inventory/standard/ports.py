"""What a port of an access switch is for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from netmod.inventory._values import Line, Model, Name

Authentication = Literal["dot1x", "dot1x-mab", "mab", "none"]
_RANGE = re.compile(r"([A-Z][A-Za-z-]+(?:\d+/)*)(\d+)(?:-(\d+))?")


class StormControl(Model):
    """The share of a port's speed, in per cent, above which such frames are dropped."""

    broadcast: float = Field(default=1.0, gt=0, le=100)
    multicast: float = Field(default=2.0, gt=0, le=100)


class PortProfile(Model):
    """One kind of thing that is plugged in.

    `vlan` is untagged; `voice_vlan` is told to phones by LLDP; `tagged` makes the port a trunk
    with `vlan` as its native one. `authentication` of `none` needs a `reason` on an open port.
    `devices` is how many may be behind the port: one, a phone with its PC (`multi-domain`), or any
    number of which each logs in (`multi-auth`). `poe` in milliwatts is an upper bound.
    """

    description: Line
    vlan: Name
    voice_vlan: Name | None = None
    tagged: tuple[Name, ...] = ()
    authentication: Authentication
    devices: Literal["single-host", "multi-domain", "multi-auth"] = "single-host"
    poe: Literal["auto", "never"] | Annotated[int, Field(ge=4000, le=90000)] = "never"
    storm_control: StormControl = StormControl()
    trust_dscp: bool = False
    shutdown: bool = False
    reason: Line | None = None

    @model_validator(mode="after")
    def _is_sound(self) -> PortProfile:
        if self.authentication == "none" and not (self.reason or self.shutdown):
            raise ValueError("a port without authentication needs a reason | set `reason`")
        if self.voice_vlan and self.devices == "single-host":
            raise ValueError("a phone and a PC are two devices | set devices: multi-domain")
        if self.tagged and self.voice_vlan:
            raise ValueError("a trunk has no voice VLAN | list it under `tagged`")
        return self


def _range(value: Any) -> Any:
    match = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{value!r} is no port | write it like GigabitEthernet1/0/1-24")
    if match[3] and int(match[3]) < int(match[2]):
        raise ValueError(f"{value!r} ends before it begins | exchange the two numbers")
    return value


Range = Annotated[str, BeforeValidator(_range)]
"""Ports by their full name: `GigabitEthernet1/0/1-24`, or one port."""


class PortRange(Model):
    """Ports that have one profile: `GigabitEthernet1/0/1-24`, or one port."""

    ports: Range
    profile: Name
    description: Line | None = None

    @property
    def interfaces(self) -> tuple[str, ...]:
        """Each port by its full name, in order."""
        return tuple(expanded(self.ports))


def expanded(ports: str) -> Iterator[str]:
    """Each port of a range by its full name, in order."""
    match = _RANGE.fullmatch(ports)
    if match:
        first = int(match[2])
        for number in range(first, int(match[3] or first) + 1):
            yield f"{match[1]}{number}"
