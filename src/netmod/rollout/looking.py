"""What the engine asks gates, and what it makes of their answers: closed where there is none."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from netmod.errors import RolloutError
from netmod.rollout.acts import failure
from netmod.rollout.model import GateOutcome, GateResult
from netmod.rollout.standing import UnitStanding, WaveStanding


@dataclass(frozen=True, slots=True)
class Scope:
    """What gates look at: a unit or a wave, its devices and its links."""

    kind: str
    id: str
    devices: tuple[str, ...]
    links: tuple[str, ...]


class Looks(Protocol):
    """Observes devices and links, and judges. Any thread may call it, several at a time."""

    def baseline(self, scope: Scope, gates: Collection[str]) -> None:
        """Observe what is, before anything is changed, and keep it for later processes, too."""

    def look(self, scope: Scope, gates: Collection[str]) -> Mapping[str, GateResult]:
        """Observe now, and judge by each of the plan's gates of these names."""


def scope_of(standing: UnitStanding | WaveStanding) -> Scope:
    """What the gates of a unit or a wave look at."""
    units = [standing.plan] if isinstance(standing, UnitStanding) else standing.plan.units
    return Scope(
        standing.kind,
        standing.id,
        tuple(sorted({name for one in units for name in one.devices})),
        tuple(sorted({name for one in units for name in one.links})),
    )


def observe_before(looks: Looks, scope: Scope, gates: Collection[str]) -> dict[str, str]:
    """Observe; what went wrong. Gates that miss the observation will be inconclusive."""
    try:
        looks.baseline(scope, gates)
    except RolloutError:
        raise
    except Exception as error:  # noqa: BLE001 what pends is worth more than a bug in a gate
        return failure(error)
    return {}


def judged(looks: Looks, scope: Scope, gates: Collection[str]) -> Mapping[str, GateResult]:
    """What each gate says; inconclusive where that cannot be had."""
    try:
        results = looks.look(scope, gates)
    except RolloutError:
        raise
    except Exception as error:  # noqa: BLE001 as above
        unseen = GateResult(outcome="inconclusive", code="not-observed", parameters=failure(error))
        return dict.fromkeys(gates, unseen)
    missing = GateResult(outcome="inconclusive", code="not-judged")
    return {name: results.get(name, missing) for name in gates}


def outcome_of(results: Mapping[str, GateResult]) -> GateOutcome:
    """That of all together: a fault outweighs what was not seen, and that what is fine."""
    outcomes = {one.outcome for one in results.values()}
    if "fail" in outcomes:
        return "fail"
    return "inconclusive" if "inconclusive" in outcomes else "pass"
