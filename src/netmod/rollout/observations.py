"""What was seen of devices and links at one moment: the one thing that gates judge.

What was not seen is absent, never empty: a gate must be able to tell the two apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import AwareDatetime

from netmod.compliance import CapturedEnds, Parameters
from netmod.evidence import HostCaptures
from netmod.facts import FactsDocument, HostFacts, LinkEndFact
from netmod.inventory import Inventory, Link, ManagedEnd
from netmod.platforms import read_host
from netmod.rollout.frame_sizes import frame_sizes
from netmod.rollout.model import Sha256, Value


class CheckSeen(Value):
    """What one compliance check of one requirement said of one subject."""

    check: str
    requirement: str = ""
    subject: str
    outcome: Literal["pass", "fail", "unknown"]


class Observation(Value):
    """What was seen at `at`. The mappings are by device, and hold only what was seen.

    `devices` and `links` are what was to be looked at. `logins` tells whether a new login came
    through. `commands` are those that were answered. `clocks` is each device's clock minus ours
    when it was asked, in seconds. `running` are `running_hash`es and `expected` those that should
    run, where that is known. `sessions` are counts, `frames` the largest frame by interface in
    bytes. `bounds` are what the requirements ask, by link.
    """

    at: AwareDatetime
    devices: tuple[str, ...]
    links: tuple[Link, ...] = ()
    logins: Mapping[str, bool] = {}
    facts: Mapping[str, HostFacts] = {}
    commands: Mapping[str, tuple[str, ...]] = {}
    clocks: Mapping[str, float] = {}
    running: Mapping[str, Sha256] = {}
    expected: Mapping[str, Sha256] = {}
    sessions: Mapping[str, int] = {}
    frames: Mapping[str, dict[str, int]] = {}
    checks: tuple[CheckSeen, ...] | None = None
    bounds: Mapping[str, Parameters] = {}

    @property
    def captured(self) -> CapturedEnds:
        """The link ends in the facts."""
        document = FactsDocument(captured_at=self.at, hosts=self.facts)
        return CapturedEnds(document, self.devices, self.at)


def observation(
    inventory: Inventory,
    devices: Collection[str],
    links: Iterable[str],
    captures: Mapping[str, HostCaptures],
    now: datetime,
    **further: Any,
) -> Observation:
    """What captures of `devices` say, and of both ends of `links` (ids); `further` are fields.

    A device whose captures are missing or failed has no login and nothing else.
    """
    answered = {
        name: host
        for name, host in captures.items()
        if name in devices and host.captures and host.failure is None
    }
    facts = {name: read_host(host, at=now) for name, host in answered.items()}
    return Observation(
        at=now,
        devices=tuple(sorted(devices)),
        links=tuple(inventory.links[one] for one in links),
        logins={name: name in answered for name in sorted(devices) if name in captures},
        facts=facts,
        commands={name: commands_of(host) for name, host in answered.items()},
        clocks={
            name: offset
            for name, host in answered.items()
            if (offset := clock_offset(host, facts[name])) is not None
        },
        sessions=routing_sessions(answered, facts),
        frames={
            name: frame_sizes(inventory.devices[name].platform, text)
            for name, host in answered.items()
            if (text := running_config(host)) is not None
        },
        **further,
    )


def commands_of(host: HostCaptures) -> tuple[str, ...]:
    """The commands that a host answered."""
    return tuple(one.command for one in host.captures if one.command)


def running_config(host: HostCaptures) -> str | None:
    """The captured running config, redacted; None where none was captured."""
    for capture in host.captures:
        if capture.command and capture.command.startswith(_CONFIG_COMMANDS):
            return capture.text
    return None


_CONFIG_COMMANDS = ("show running-config", "show configuration")


def clock_offset(host: HostCaptures, facts: HostFacts) -> float | None:
    """The device's clock minus ours when it was asked, in seconds; None where nothing tells.

    A device that shows its time without a zone is read as UTC, which templates set.
    """
    asked = next(
        (
            one.captured_at
            for one in host.captures
            if one.command in _CLOCK_COMMANDS and one.captured_at is not None
        ),
        None,
    )
    if asked is None or facts.device_clock is None:
        return None
    shown = facts.device_clock
    if shown.tzinfo is None:
        shown = shown.replace(tzinfo=UTC)
    return (shown - asked).total_seconds()


_CLOCK_COMMANDS = ("show clock", "show clock detail", "show system uptime")


def routing_sessions(
    captures: Mapping[str, HostCaptures], facts: Mapping[str, HostFacts]
) -> dict[str, int]:
    """How many routing sessions are up, where a command that lists them was answered."""
    return {
        name: sum(one.protocol == "isis" for one in facts[name].neighbors)
        for name, host in captures.items()
        if any(one.startswith("show isis adjacency") for one in commands_of(host))
    }


def end_facts(seen: Observation, link: Link) -> tuple[tuple[str, str, LinkEndFact | None], ...]:
    """Device, port and fact of every port of ours that the link's encryption runs on."""
    captured = seen.captured
    found = []
    for device, port in ports_of(link):
        found.append((device, port, captured.end(device, port, "macsec").fact))
    return tuple(found)


def ports_of(link: Link) -> tuple[tuple[str, str], ...]:
    """Device and interface of each of our ports of a link: a bundle's members, else its ends."""
    pairs: list[tuple[str, str]] = []
    for end, names in (
        (link.a, [one.a for one in link.members]),
        (link.b, [one.b for one in link.members]),
    ):
        if isinstance(end, ManagedEnd):
            pairs += [(end.device, name) for name in names or [end.interface] if name]
    return tuple(pairs)


def port_key(device: str, port: str) -> str:
    """A port's name in a result's parameters."""
    return f"{device} {port}"


def same_name(one: str, other: str) -> bool:
    """Whether two CKNs are equal; some outputs fill them with zeros to the right."""
    return one.casefold().rstrip("0") == other.casefold().rstrip("0")
