"""Real captures, read and compared with an engineer's reading; then cut, and read again.

The captures are no part of the project: `NETMOD_EVIDENCE` names their folder.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from netmod.evidence import HostCaptures, read_snapshot
from netmod.facts import HostFacts, LinkEndState
from netmod.platforms import read_host
from tests.evidence import NOW, cases, compare, root

FOLDER = root()
pytestmark = pytest.mark.skipif(FOLDER is None, reason="NETMOD_EVIDENCE names no folder")
CASES = cases(FOLDER) if FOLDER else []
RANK: dict[LinkEndState, int] = {
    "unknown": 0,
    "unsecured": 0,
    "partial": 1,
    "configured": 2,
    "secured": 3,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_states_agree_with_the_engineer(case: Path) -> None:
    outcomes, _ = compare(case)
    wrong = [one for one in outcomes if one.is_state and not one.agrees]
    leaked = [one for one in outcomes if one.where.endswith("must_redact")]
    assert not wrong
    assert not leaked


def test_fields_agree_with_the_engineer() -> None:
    fields = [one for case in CASES for one in compare(case)[0] if not one.is_state]
    wrong = [one for one in fields if not one.agrees]
    assert len(wrong) <= 0.03 * len(fields), "\n".join(map(str, wrong))


def states(facts: HostFacts) -> dict[str, LinkEndState]:
    return {end.interface: end.state for end in facts.link_ends}


def cut_at(host: HostCaptures, index: int, line: int) -> HostCaptures:
    captures = list(host.captures)
    text = "\n".join(captures[index].text.split("\n")[:line])
    captures[index] = replace(captures[index], text=text)
    return replace(host, captures=tuple(captures))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_cut_capture_never_looks_better(case: Path) -> None:
    """Operational outputs only: a cut config may lose the line that switches something off."""
    for host in read_snapshot(case).hosts:
        platform = read_host(host, at=NOW).platform
        host = replace(host, platform=platform)  # noqa: PLW2901 the same host, declared
        whole = states(read_host(host, at=NOW))
        for index, capture in enumerate(host.captures):
            lines = capture.text.count("\n") + 1
            places = random.Random(case.name).sample(range(lines), min(lines, 25))
            for line in places:
                cut = states(read_host(cut_at(host, index, line), at=NOW))
                better = {
                    name: (state, whole.get(name))
                    for name, state in cut.items()
                    if RANK[state] > RANK[whole.get(name, "unknown")]
                }
                assert not better, f"{host.host}/{capture.file} cut at {line}: {better}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_mutation_crashes_a_reader(case: Path) -> None:
    chance = random.Random(case.name)
    for host in read_snapshot(case).hosts:
        for _ in range(8):
            captures = []
            for capture in host.captures:
                lines = capture.text.split("\n")
                for _ in range(chance.randint(1, 10)):
                    where = chance.randrange(len(lines))
                    how = chance.choice(("drop", "double", "swap", "cut"))
                    if how == "drop" and len(lines) > 1:
                        del lines[where]
                    elif how == "double":
                        lines.insert(where, lines[where])
                    elif how == "swap":
                        other = chance.randrange(len(lines))
                        lines[where], lines[other] = lines[other], lines[where]
                    else:
                        lines[where] = lines[where][: chance.randint(0, len(lines[where]))]
                captures.append(replace(capture, text="\n".join(lines)))
            read_host(replace(host, captures=tuple(captures)), at=NOW)
