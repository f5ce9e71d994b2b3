"""The eyes of a rollout: observe devices and links, keep what was before, and judge by gates."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from netmod.compliance import Parameters
from netmod.errors import RolloutError
from netmod.evidence import HostCaptures
from netmod.facts import FactsDocument
from netmod.inventory import Inventory
from netmod.platforms import platform
from netmod.platforms._change import running_hash
from netmod.rollout.gate_parameters import ChecksGate, CountersGate, Gate
from netmod.rollout.gates import judge, needs_before
from netmod.rollout.looking import Scope
from netmod.rollout.model import GateResult
from netmod.rollout.observations import (
    CheckSeen,
    Observation,
    observation,
    ports_of,
    running_config,
)

Collect = Callable[[Mapping[str, Sequence[str]]], Mapping[str, HostCaptures]]
"""Devices by name, with commands beyond those of every collection → what each said now; one that
gave nothing has a failure, or is missing."""
Check = Callable[[FactsDocument, datetime], Sequence[CheckSeen]]


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks at devices by collecting from them. Any thread may use it; it has no state but files.

    `gates` are the plan's, by name. `bounds` are what is asked of links. `check` runs the
    compliance checks, for gates that ask for them. `wait` waits for that many seconds. What was
    before a unit or a wave lies in `folder`, for a process that goes on later.
    """

    inventory: Inventory
    gates: Mapping[str, Gate]
    bounds: Mapping[str, Parameters]
    collect: Collect
    check: Check
    now: Callable[[], datetime]
    wait: Callable[[float], object]
    folder: Path

    def baseline(self, scope: Scope, gates: Collection[str]) -> None:
        """Observe what is, where a gate is going to compare with it, and keep it."""
        wanted = [self.gates[name] for name in gates if name in self.gates]
        if not any(needs_before(gate) == "baseline" for gate in wanted):
            return
        text = self._observe(scope, wanted).model_dump_json()
        path = self._path(scope)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_suffix(".new")
            with os.fdopen(
                os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
            ) as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            beside.replace(path)
        except OSError as error:
            raise RolloutError(
                f"{path}: {error.strerror or 'cannot be written'}",
                hint="what was before the change could not be kept; make room, then resume",
                code="not-kept",
            ) from None

    def look(self, scope: Scope, gates: Collection[str]) -> Mapping[str, GateResult]:
        """Observe now, and judge by each gate. Counters take a second look some seconds later."""
        wanted = {name: self.gates[name] for name in gates if name in self.gates}
        if not wanted:
            return {}
        seconds = [one.seconds for one in wanted.values() if isinstance(one, CountersGate)]
        earlier = self._observe(scope, ()) if seconds else None
        if seconds:
            self.wait(max(seconds))
        now = self._observe(scope, list(wanted.values()))
        before = {"nothing": None, "earlier": earlier, "baseline": self._kept(scope)}
        return {name: judge(gate, before[needs_before(gate)], now) for name, gate in wanted.items()}

    def _observe(self, scope: Scope, gates: Sequence[Gate]) -> Observation:
        moment = self.now()
        captures = self.collect(self._commands(scope))
        seen = observation(self.inventory, scope.devices, scope.links, captures, moment)
        running = {
            name: running_hash(text)
            for name, host in captures.items()
            if host.failure is None and (text := running_config(host)) is not None
        }
        changes: dict[str, object] = {
            "running": running,
            "bounds": {name: self.bounds[name] for name in scope.links if name in self.bounds},
        }
        if any(isinstance(gate, ChecksGate) for gate in gates):
            document = FactsDocument(captured_at=moment, hosts=dict(seen.facts))
            changes["checks"] = tuple(
                one for one in self.check(document, moment) if _is_about(one.subject, scope)
            )
        return seen.model_copy(update=changes)

    def _commands(self, scope: Scope) -> dict[str, tuple[str, ...]]:
        """The commands that count the frames of the links' ports, by device."""
        found: dict[str, tuple[str, ...]] = dict.fromkeys(scope.devices, ())
        for name in scope.links:
            for device, port in ports_of(self.inventory.links[name]):
                known = platform(self.inventory.devices[device].platform)
                if known is not None and device in found:
                    found[device] += tuple(one.format(port) for one in known.of_port)
        return found

    def _kept(self, scope: Scope) -> Observation | None:
        """What was observed before; None where nothing was, or what there is cannot be read."""
        try:
            return Observation.model_validate_json(self._path(scope).read_bytes())
        except (OSError, ValidationError):
            return None

    def _path(self, scope: Scope) -> Path:
        digest = hashlib.sha256(f"{scope.kind}\0{scope.id}".encode()).hexdigest()
        return self.folder / f"{digest[:24]}.json"


def _is_about(subject: str, scope: Scope) -> bool:
    """Whether a finding's subject, a link, a device or a device's part, is in the scope."""
    return subject.split("/", maxsplit=1)[0] in {*scope.devices, *scope.links}
