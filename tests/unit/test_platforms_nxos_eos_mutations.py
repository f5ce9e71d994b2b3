"""NX-OS and EOS captures, cut and mangled: a cut output never looks better, and nothing raises."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from netmod.evidence import Capture, HostCaptures, read_snapshot
from netmod.facts import LinkEndState
from netmod.platforms import read_host

ROOT = Path(__file__).parent.parent / "captures"
PLATFORMS = ("cisco_nxos", "arista_eos")
RANK: dict[LinkEndState, int] = {
    "unknown": 0,
    "unsecured": 0,
    "partial": 1,
    "configured": 2,
    "secured": 3,
}


def captures() -> Iterator[tuple[str, HostCaptures, Capture]]:
    for platform in PLATFORMS:
        for path in sorted((ROOT / platform).glob("*/facts.yaml")):
            for host in read_snapshot(path.parent).hosts:
                for capture in host.captures:
                    yield platform, host, capture


CAPTURES = list(captures())
NAMES = [f"{platform}-{capture.file}" for platform, _, capture in CAPTURES]
# a cut config may lose the line that switches something off
OUTPUTS = [one for one in CAPTURES if "running-config" not in (one[2].command or "running-config")]


def states(platform: str, host: HostCaptures, capture: Capture) -> dict[str, LinkEndState]:
    alone = replace(host, platform=platform, captures=(capture,))
    return {end.interface: end.state for end in read_host(alone, at=None).link_ends}


def test_there_are_captures() -> None:
    assert len(CAPTURES) > 60


@pytest.mark.parametrize(("platform", "host", "capture"), OUTPUTS)
def test_a_cut_output_never_looks_better(
    platform: str, host: HostCaptures, capture: Capture
) -> None:
    whole = states(platform, host, capture)
    lines = capture.text.split("\n")
    chance = random.Random(capture.file)
    for at in range(len(lines)):
        rest = lines[at][: chance.randint(0, len(lines[at]))]
        text = "\n".join([*lines[:at], rest])
        for name, state in states(platform, host, replace(capture, text=text)).items():
            assert RANK[state] <= RANK[whole.get(name, "unknown")], (name, state, text)


@pytest.mark.parametrize(("platform", "host", "capture"), CAPTURES, ids=NAMES)
def test_no_mangled_capture_raises(platform: str, host: HostCaptures, capture: Capture) -> None:
    chance = random.Random(capture.file)
    for _ in range(20):
        lines = capture.text.split("\n")
        for _ in range(chance.randint(1, 8)):
            at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
            how = chance.choice(("drop", "double", "swap", "cut", "glue", "flatten"))
            if how == "drop" and len(lines) > 1:
                del lines[at]
            elif how == "double":
                lines.insert(at, lines[other])
            elif how == "swap":
                lines[at], lines[other] = lines[other], lines[at]
            elif how == "cut":
                lines[at] = lines[at][chance.randint(0, len(lines[at])) :]
            elif how == "glue":
                lines[at] = lines[at].replace(" ", "")
            else:
                lines = [line.strip() for line in lines]
        states(platform, host, replace(capture, text="\n".join(lines)))
