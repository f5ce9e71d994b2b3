"""The safety layer above Junos' own lines: what is given, what is not, and the proof."""

from __future__ import annotations

import re
from collections.abc import Sequence

from netmod.drift._junos import apply_junos, junos_lines, not_typed
from netmod.drift._proposal import TOUCHY, Command, Manual, Remediation, Risk, Why, not_proved
from netmod.drift._secrets import HIDDEN, PLACEHOLDER, unseen
from netmod.drift._simulation import Refused
from netmod.drift.compare import Matching
from netmod.drift.model import Difference
from netmod.platforms import ConfigLanguage, Statement, Topic

_DOORS = re.compile(
    r"system\n(?:login|tacplus|radius|authentication-order|root-authentication|accounting)"
)
_RISKS: dict[Topic, Risk] = {
    "management": "lock-out",
    "encryption": "crypto",
    "routing": "disruptive",
    "security": "disruptive",
    "qos": "non-disruptive",
    "access": "disruptive",
    "cosmetic": "non-disruptive",
    "other": "disruptive",
}


def remediate_junos(
    differences: Sequence[Difference],
    intended: str,
    running: str,
    language: ConfigLanguage,
    *,
    back: bool = False,
) -> Remediation:
    """Junos changes all at once at the commit; what lets people in is left to a human all the
    same. On the way `back` it let them in before."""
    wanted, simulated = language.read(intended), language.read(running)
    if back:
        wanted, simulated = simulated, wanted
    by_hand: dict[Difference, Why] = {}
    for one in differences:
        why = _why(one, wanted, language)
        if back and why in ("lock-out", "make-before-break"):
            why = None
        if why is not None:
            by_hand[one] = why
    commands: list[Command] = []
    manual: list[Manual] = []
    for difference, line in junos_lines(differences, wanted, language):
        if difference in by_hand:
            why = by_hand[difference]
        elif HIDDEN.search(line):
            by_hand[difference] = why = "secret"
        else:
            risk: Risk = "secret" if PLACEHOLDER.search(line) else _RISKS[difference.topic]
            commands.append(Command(section=(), line=line, risk=risk))
            continue
        manual.append(Manual(section=difference.section, lines=(line,), why=why))
    try:
        apply_junos(simulated, (one.line for one in commands))
    except Refused:
        return not_proved(differences)
    rest = Matching(language, unseen, "")
    # placeholders of secrets stand in what is intended, and are matched from there
    mine, theirs = (simulated, wanted) if back else (wanted, simulated)
    rest.section((), mine.children, theirs.children)
    left = [(*one.section, *_first_word(one)) for one in by_hand]
    for one in rest.found:
        path = (*one.section, *_first_word(one))
        if not any(path[: len(other)] == other[: len(path)] for other in left):
            return not_proved(differences)
    return Remediation(commands=tuple(commands), manual=tuple(manual))


def _why(one: Difference, wanted: Statement, language: ConfigLanguage) -> Why | None:
    """Why a difference is left to a human; None where lines can be given."""
    if not_typed(one, wanted, language):
        return "order" if one.change in ("missing", "reordered") else "not-proved"
    if one.topic not in TOUCHY:
        return None
    if one.change in ("extra", "reordered"):
        return "lock-out"
    replaces = one.change == "changed"
    doors = one.topic == "encryption" or _DOORS.match("\n".join(one.section))
    return "make-before-break" if replaces and doors else None


def _first_word(one: Difference) -> tuple[str, ...]:
    """The word below the section that a difference begins with; none where only order differs."""
    if one.change == "reordered":
        return ()
    leaf = (*one.intended, *one.running)[0]
    return (leaf.split('"')[1] if leaf.startswith('"') else leaf.split(" ", 1)[0],)
