"""Gates that look at devices: each yields what it finds of every device of an observation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from netmod.facts import HostFacts, NeighborFact
from netmod.inventory import HostNames
from netmod.rollout.gate_findings import Found
from netmod.rollout.gate_parameters import (
    ChecksGate,
    ClockGate,
    FactsGate,
    NeighboursGate,
    ReachabilityGate,
    RunningGate,
    SessionsGate,
)
from netmod.rollout.observations import Observation


def reachability(
    _gate: ReachabilityGate, _before: Observation | None, now: Observation
) -> Iterator[Found]:
    for device in now.devices:
        login = now.logins.get(device)
        if login is None:
            yield Found("inconclusive", "login-not-tried", device)
        else:
            yield Found(*(("pass", "reachable") if login else ("fail", "unreachable")), device)


def neighbours(gate: NeighboursGate, before: Observation, now: Observation) -> Iterator[Found]:
    names = HostNames(now.devices)
    for device in now.devices:
        for protocol in gate.protocols:
            if any(_neighbour_table(seen, device, protocol) is None for seen in (before, now)):
                yield Found("inconclusive", "neighbours-not-seen", device, {"protocol": protocol})
                continue
            was = _named(_neighbour_table(before, device, protocol) or (), names)
            has = _named(_neighbour_table(now, device, protocol) or (), names)
            gone, new = sorted(was - has), sorted(has - was)
            if gone:
                yield Found("fail", "neighbour-gone", device, {"neighbour": " ".join(gone[0])})
            elif new and gate.exact:
                yield Found("fail", "neighbour-new", device, {"neighbour": " ".join(new[0])})
            else:
                yield Found("pass", "neighbours-unchanged", device)


def _neighbour_table(
    seen: Observation, device: str, protocol: str
) -> tuple[NeighborFact, ...] | None:
    """The neighbours by one protocol; None where no command that lists them was answered."""
    if device not in seen.facts:
        return None
    found = tuple(one for one in seen.facts[device].neighbors if one.protocol == protocol)
    listed = any(f"show {protocol} " in command for command in seen.commands.get(device, ()))
    return found if found or listed else None


def _named(table: Iterable[NeighborFact], names: HostNames) -> set[tuple[str, str, str]]:
    """Local port, neighbour and its port, each in one spelling."""
    return {
        (
            one.local_interface or "?",
            names.find(one.neighbor) or (one.neighbor or "?").casefold(),
            one.neighbor_interface or "?",
        )
        for one in table
    }


def clock(gate: ClockGate, _before: Observation | None, now: Observation) -> Iterator[Found]:
    for device in now.devices:
        offset = now.clocks.get(device)
        if offset is None:
            yield Found("inconclusive", "clock-not-seen", device)
        elif abs(offset) > gate.seconds:
            yield Found("fail", "clock-wrong", device, {"seconds": f"{offset:.0f}"})
        else:
            yield Found("pass", "clock-right", device)
    for link in now.links:
        offsets = [now.clocks[end.device] for end in link.managed_ends if end.device in now.clocks]
        if len(offsets) == 2 and abs(offsets[0] - offsets[1]) > gate.seconds:
            apart = {"seconds": f"{abs(offsets[0] - offsets[1]):.0f}"}
            yield Found("fail", "clocks-apart", link.id, apart)


def running(_gate: RunningGate, before: Observation, now: Observation) -> Iterator[Found]:
    for device in now.devices:
        wanted = now.expected.get(device) or before.running.get(device)
        has = now.running.get(device)
        if wanted is None or has is None:
            yield Found("inconclusive", "running-not-seen", device)
        elif has == wanted:
            yield Found("pass", "running-as-expected", device)
        else:
            yield Found("fail", "running-differs", device)


def sessions(gate: SessionsGate, before: Observation, now: Observation) -> Iterator[Found]:
    for device in now.devices:
        was, has = before.sessions.get(device), now.sessions.get(device)
        if was is None or has is None:
            yield Found("inconclusive", "sessions-not-seen", device)
        elif has * 100 < was * (100 - gate.percent):
            yield Found("fail", "sessions-lost", device, {"before": str(was), "now": str(has)})
        else:
            yield Found("pass", "sessions-kept", device)


def checks(gate: ChecksGate, before: Observation | None, now: Observation) -> Iterator[Found]:
    if now.checks is None or (gate.regressions and (before is None or before.checks is None)):
        yield Found("inconclusive", "checks-not-run", ", ".join(gate.checks) or "all")
        return
    was = {
        (one.check, one.requirement, one.subject): one.outcome
        for one in (before and before.checks) or ()
    }
    asked = set(gate.checks)
    run = {name for one in now.checks for name in (one.check, one.requirement)}
    for missing in sorted(asked - run):
        yield Found("inconclusive", "check-not-run", missing)
    for one in now.checks:
        if asked and not asked & {one.check, one.requirement}:
            continue
        known = {"check": one.requirement or one.check}
        key = (one.check, one.requirement, one.subject)
        if one.outcome == "fail" and (not gate.regressions or was.get(key) == "pass"):
            yield Found("fail", "check-fails", one.subject, known)
        elif one.outcome == "unknown":
            yield Found("inconclusive", "check-unknown", one.subject, known)
        else:
            yield Found("pass", "check-holds", one.subject, known)


_ALWAYS_DIFFERENT = (
    "captured_at", "device_clock", "captures", "warnings", "findings",
    "link_ends.tx_encrypted", "link_ends.rx_ok", "link_ends.sources", "link_ends.why",
    "link_ends.why_parameters", "link_ends.lifetime_sec",
)  # fmt: skip


def facts(gate: FactsGate, before: Observation, now: Observation) -> Iterator[Found]:
    ignore = (*_ALWAYS_DIFFERENT, *gate.ignore)
    for device in now.devices:
        was, has = before.facts.get(device), now.facts.get(device)
        if was is None or has is None:
            yield Found("inconclusive", "facts-not-seen", device)
            continue
        place = _difference(_plain(was), _plain(has), "", ignore)
        if place is None:
            yield Found("pass", "facts-unchanged", device)
        else:
            yield Found("fail", "facts-differ", device, {"fact": place})


def _plain(facts: HostFacts) -> Any:
    return facts.model_dump(mode="json")


def _difference(was: Any, has: Any, path: str, ignore: Sequence[str]) -> str | None:
    """The first place where two values of JSON differ; lists are no part of a place's name."""
    if path and any(path == one or path.startswith(f"{one}.") for one in ignore):
        return None
    if isinstance(was, dict) and isinstance(has, dict):
        for key in sorted({*was, *has}, key=str):
            below = f"{path}.{key}" if path else str(key)
            place = _difference(was.get(key), has.get(key), below, ignore)
            if place is not None:
                return place
        return None
    if isinstance(was, list) and isinstance(has, list) and len(was) == len(has):
        places = (_difference(*pair, path, ignore) for pair in zip(was, has, strict=True))
        return next((place for place in places if place is not None), None)
    return None if was == has else path
