"""Gates: from what was observed to pass, fail or inconclusive. Pure, and closed by default.

What was not seen is inconclusive, never passed. A fault outweighs what was not seen, and each of
the two outweighs any number of subjects that are fine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from netmod.rollout import gates_of_devices, gates_of_links
from netmod.rollout.gate_findings import Found, together
from netmod.rollout.gate_parameters import (
    ChecksGate,
    ClockGate,
    CountersGate,
    FactsGate,
    Gate,
    KeysGate,
    MtuGate,
    NeighboursGate,
    ReachabilityGate,
    RunningGate,
    SecuredGate,
    SessionsGate,
)
from netmod.rollout.model import GateResult
from netmod.rollout.observations import Observation

Before = Literal["nothing", "baseline", "earlier"]
_COMPARING = (NeighboursGate, SessionsGate, RunningGate, FactsGate)


def needs_before(gate: Gate) -> Before:
    """Which observation `judge` wants as `before`.

    `baseline` was made before the change; `earlier` after it was committed, at least the gate's
    `seconds` before the one that is judged.
    """
    if isinstance(gate, CountersGate):
        return "earlier"
    if isinstance(gate, ChecksGate):
        return "baseline" if gate.regressions else "nothing"
    return "baseline" if isinstance(gate, _COMPARING) else "nothing"


def judge(gate: Gate, before: Observation | None, now: Observation) -> GateResult:
    """What a gate says of the devices and links of `now`.

    The parameters of a result name the first subject, `subject`, and the others with the same
    outcome, `others`; `seen` counts what was looked at and found well.
    """
    if needs_before(gate) != "nothing" and before is None:
        return GateResult(outcome="inconclusive", code="nothing-before", parameters={})
    return together(list(_JUDGES[type(gate)](gate, before, now)))


_JUDGES: Mapping[type, Callable[[Any, Any, Observation], Iterator[Found]]] = {
    ReachabilityGate: gates_of_devices.reachability,
    NeighboursGate: gates_of_devices.neighbours,
    SecuredGate: gates_of_links.secured,
    CountersGate: gates_of_links.counters,
    KeysGate: gates_of_links.keys,
    SessionsGate: gates_of_devices.sessions,
    ChecksGate: gates_of_devices.checks,
    ClockGate: gates_of_devices.clock,
    MtuGate: gates_of_links.mtu,
    RunningGate: gates_of_devices.running,
    FactsGate: gates_of_devices.facts,
}
