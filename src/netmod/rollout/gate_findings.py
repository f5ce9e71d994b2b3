"""What a gate finds of one subject, and how findings become one result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from netmod.rollout.model import GateOutcome, GateResult

_NAMED = 5


class Found(NamedTuple):
    """What was found of one subject: a device, a link, or a port as `device interface`."""

    outcome: GateOutcome
    code: str
    subject: str
    parameters: Mapping[str, str] = {}


def together(found: Sequence[Found]) -> GateResult:
    """The worst outcome, its first code, and who else has that outcome."""
    if not found:
        return GateResult(outcome="inconclusive", code="nothing-to-look-at", parameters={})
    for outcome in ("fail", "inconclusive"):
        alike = [one for one in found if one.outcome == outcome]
        if alike:
            first = alike[0]
            parameters = {"subject": first.subject, **first.parameters}
            others = list(dict.fromkeys(one.subject for one in alike[1:]))
            if others:
                more = f" (and {len(others) - _NAMED} more)" if len(others) > _NAMED else ""
                parameters["others"] = ", ".join(others[:_NAMED]) + more
            return GateResult(outcome=first.outcome, code=first.code, parameters=parameters)
    return GateResult(outcome="pass", code="all-well", parameters={"seen": str(len(found))})
