"""The data-only cases of tests/captures: a snapshot and the facts that are stated about it."""

from __future__ import annotations

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
