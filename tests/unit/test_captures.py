"""The data-only cases of tests/captures: a snapshot and the facts that are stated about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from netmod.evidence import read_snapshot
from netmod.platforms import read_host

ROOT = Path(__file__).parent.parent / "captures"
CASES = sorted(path.parent for path in ROOT.glob("*/*/facts.yaml"))
AT = datetime(2026, 6, 1, tzinfo=UTC)
IDENTITIES = (("local_interface", "neighbor"), ("interface",), ("name",), ("id",), ("remote",))


def find(item: dict[str, Any], candidates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The candidates with the identity of `item`."""
    keys = next(keys for keys in IDENTITIES if all(key in item for key in keys))
    return [one for one in candidates if all(one.get(key) == item[key] for key in keys)]


def disagreements(where: str, expected: Any, actual: Any) -> list[str]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        return [
            line
            for key, value in expected.items()
            for line in disagreements(f"{where}.{key}", value, actual.get(key))
        ]
    if isinstance(expected, list) and expected and isinstance(expected[0], dict):
        lines = []
        for item in expected:
            found = find(item, actual)
            if not found:
                lines.append(f"{where}: no {item}")
                continue
            attempts = [disagreements(where, item, one) for one in found]
            lines += min(attempts, key=len)
        return lines
    if isinstance(actual, (list, tuple)):
        actual = list(actual)
    if isinstance(expected, datetime):
        actual = datetime.fromisoformat(actual) if isinstance(actual, str) else actual
    return [] if expected == actual else [f"{where}: expected {expected!r}, is {actual!r}"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_facts_of_capture(case: Path) -> None:
    stated = yaml.safe_load((case / "facts.yaml").read_text(encoding="utf-8"))
    snapshot = read_snapshot(case)
    hosts = {host.host: host for host in snapshot.hosts}
    lines = []
    for name, expected in stated["hosts"].items():
        facts = read_host(hosts[name], at=snapshot.captured_at or AT).model_dump(mode="json")
        for field, items in expected.pop("absent", {}).items():
            known = {one.get("interface") or one.get("name") for one in facts[field]}
            lines += [f"{name}.{field}: {item} is there" for item in items if item in known]
        lines += disagreements(name, expected, facts)
    assert not lines


def test_there_are_cases() -> None:
    assert CASES


RANK = {"unknown": 0, "unsecured": 0, "partial": 1, "configured": 2, "secured": 3}
WHOLE_BETWEEN_ITEMS = {
    "edge1/show_crypto_ipsec_sa_detail.txt",
    "spine1/show_mac_security_participants_detail.txt",
}
"""Outputs of several flows or sessions: a cut between two of them is whole in itself, and what
another output says of the missing ones stands."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_cut_output_never_looks_better(case: Path) -> None:
    """Each operational output is cut at up to 40 places between its lines.

    Bundles are left out: a list of members that ends between two lines is a shorter list.
    Configs are too: what a lost line would have switched off cannot be known.
    """
    for host in read_snapshot(case).hosts:
        whole = read_host(host, at=AT)
        declared = replace(host, platform=whole.platform)
        best = {end.interface: RANK[end.state] for end in whole.link_ends}
        for index, capture in enumerate(host.captures):
            name = (capture.command or "config").replace("_", " ")
            if "config" in name or capture.file in WHOLE_BETWEEN_ITEMS:
                continue
            lines = capture.text.split("\n")
            for place in range(1, len(lines), max(1, len(lines) // 40)):
                cut = replace(capture, text="\n".join(lines[:place]))
                captures = (*host.captures[:index], cut, *host.captures[index + 1 :])
                facts = read_host(replace(declared, captures=captures), at=AT)
                better = [
                    (end.interface, end.state, end.why)
                    for end in facts.link_ends
                    if not end.derived and RANK[end.state] > best.get(end.interface, 0)
                ]
                assert not better, f"{capture.file} cut at line {place}"
