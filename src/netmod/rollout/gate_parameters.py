"""What a runbook may ask a gate to look at: one model per kind, told apart by `kind`.

A gate looks at the devices and links that its observation was made of: those of the unit after a
stage, those of the wave before and after one. What was not observed makes a gate inconclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from netmod.rollout.model import Value

Share = Annotated[float, Field(ge=0, le=100)]


class ReachabilityGate(Value):
    """Every device takes a new login."""

    kind: Literal["reachability"] = "reachability"


class NeighboursGate(Value):
    """No neighbour of before is gone, and none changed. A new one is no fault unless `exact`."""

    kind: Literal["neighbours"] = "neighbours"
    protocols: tuple[Literal["lldp", "cdp", "isis"], ...] = Field(default=("lldp",), min_length=1)
    exact: bool = False


class SecuredGate(Value):
    """Every link is encrypted and paired, by the verdict's own rules; bundles with all members.

    With `enforcement` both ends must show that one. `allow` are codes of weaknesses that are no
    fault here (M01 while a link is should-secure); the others forbidden by the requirement are.
    """

    kind: Literal["secured"] = "secured"
    enforcement: Literal["must-secure", "should-secure"] | None = None
    allow: tuple[str, ...] = ()


class CountersGate(Value):
    """At both ends of every link the encrypted counters rise between two observations.

    The observations are at least `seconds` apart (three MKA hellos of two seconds), `frames` is by
    how much each has to rise. An idle link, and a counter that began anew, are inconclusive.
    """

    kind: Literal["counters"] = "counters"
    seconds: int = Field(default=6, ge=1)
    frames: int = Field(default=1, ge=1)


class KeysGate(Value):
    """The ends of links have the keys that are named, as CKNs.

    `present` must all stand in the key chains of a device, by its name. `in_use` is the one that
    the sessions of both ends run on, by link.
    """

    kind: Literal["keys"] = "keys"
    present: Mapping[str, tuple[str, ...]] = {}
    in_use: Mapping[str, str] = {}


class SessionsGate(Value):
    """Each device has as many routing sessions that are up as before, less at most `percent`."""

    kind: Literal["sessions"] = "sessions"
    percent: Share = 0


class ChecksGate(Value):
    """The compliance checks or requirements of these ids, or all, do not fail on any subject.

    With `regressions` only what passed before and fails now is a fault.
    """

    kind: Literal["checks"] = "checks"
    checks: tuple[str, ...] = ()
    regressions: bool = False


class ClockGate(Value):
    """Clocks differ by at most `seconds`, from each other and from ours."""

    kind: Literal["clock"] = "clock"
    seconds: float = Field(default=60, gt=0)


class MtuGate(Value):
    """Both ends of every link take frames of `payload` bytes and `spare` more.

    Units: bytes. `spare` is what MACsec adds to each frame (tag 16, check value 16).
    """

    kind: Literal["mtu"] = "mtu"
    payload: int = Field(default=1500, ge=576)
    spare: int = Field(default=32, ge=0)


class RunningGate(Value):
    """The running config of every device has the hash that is expected of it, or that of before."""

    kind: Literal["running"] = "running"


class FactsGate(Value):
    """The facts of every device are those of before; `ignore` are names that may differ.

    Names are those of `netmod facts`; a name also stands for all below it.
    """

    kind: Literal["facts"] = "facts"
    ignore: tuple[str, ...] = ()


Gate = Annotated[
    ReachabilityGate
    | NeighboursGate
    | SecuredGate
    | CountersGate
    | KeysGate
    | SessionsGate
    | ChecksGate
    | ClockGate
    | MtuGate
    | RunningGate
    | FactsGate,
    Field(discriminator="kind"),
]
GATE: TypeAdapter[Gate] = TypeAdapter(Gate)
"""Reads a gate from the JSON value that stands in a plan."""
