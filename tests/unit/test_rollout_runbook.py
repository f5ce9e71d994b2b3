"""Runbooks: what may stand in them, and what an error says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from netmod.errors import InputError
from netmod.inventory import Inventory, load_inventory
from netmod.rollout import read_runbook, runbook_path
from netmod.rollout.runbook import Runbook

ROOT = Path(__file__).parents[2]
PLAIN = "about: Brings something about\nchange: {kind: intended}\n"
LINKS = "about: Encrypts the core\nchange: {kind: link-encryption}\nlinks: {layers: [inner-core]}\n"


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return load_inventory(ROOT / "inventory")


def read(tmp_path: Path, text: str, inventory: Inventory) -> Runbook:
    path = tmp_path / "tasks" / "one.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return read_runbook(path, inventory, root=tmp_path)


def test_what_is_left_out_is_safe(tmp_path: Path, inventory: Inventory) -> None:
    runbook = read(tmp_path, PLAIN, inventory)
    assert runbook.approval.needed
    assert runbook.budget.overall.failures == 0
    assert runbook.budget.others == "stop"
    assert runbook.limits.per_site == 1
    assert runbook.change.kind == "intended"
    assert not runbook.sites.of("oslo-ulleval").out_of_band
    assert runbook.overrides == ()


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("change: {kind: intended}\n", 1, "about: required, and missing", ""),
        ("about: Brings something\nchange:\n  kind: intended\n  hwo: merge\n", 4,
         "change.hwo: unknown key", "did you mean 'how'?"),
        ("about: Brings something\nchange: {kind: intendet}\n", 2, "does not match any", ""),
        (PLAIN + "gates:\n  up: {kind: sessions}\n  down:\n    kind: sessions\n    percent: 101\n"
         "before: [up, down]\n", 7, "gates.down.percent", ""),
        (PLAIN + "before: [up]\n", 1, "no gate is called 'up'", "declare it below gates"),
        (PLAIN + "gates:\n  up: {kind: reachability}\n", 1, "gate 'up' is never looked at",
         "name it in before, between or after_wave, or remove it"),
        (PLAIN + "links: {layers: [inner-core]}\n", 1, "change intended has no links", ""),
        ("about: Encrypts links\nchange: {kind: link-encryption}\n", 1, "needs links", ""),
        (PLAIN + "waves: {by: share, shares: [30, 10, 100]}\n", 3, "shares must rise", ""),
        (PLAIN + "waves: {by: share, shares: [10, 90]}\n", 3, "shares must rise", ""),
        (PLAIN + "waves:\n  by: trust\n  order: [ous, auhs]\n", 5, "no trust is called 'auhs'",
         "did you mean 'ahus'?"),
        (PLAIN + "canary: {}\n", 3, "a canary is named or chosen", "give either"),
        (PLAIN + "canary:\n  names: [ull-*]\n", 4, "is no name", "name each in full"),
        (PLAIN + "canary:\n  names: [ull-as99]\n", 4, "no device or link is called 'ull-as99'", ""),
        (PLAIN + "select: [rloe=access]\n", 3, "unknown key 'rloe'", "did you mean 'role'?"),
        (PLAIN + "exclude:\n  ull-as1: x\n", 4, "exclude.ull-as1", ""),
        (PLAIN + "soak: {wave: 10 minutes}\n", 3, "is no duration", "like 30s, 10m, 2h or 3d"),
        (PLAIN + "budget:\n  site: {}\n", 4, "a limit without a number", "give failures, percent"),
        (PLAIN + "windows:\n  freezes:\n    - {name: x, from: 2026-12-18, until: 2027-01-03, "
         "sites: [osl]}\n", 5, "no site is called 'osl'", ""),
        (PLAIN + "windows:\n  trusts:\n    uos: {open: [{from: '22:00', until: '05:00'}]}\n", 4,
         "no trust is called 'uos'", "did you mean 'ous'?"),
        (PLAIN + "sites:\n  named:\n    dc-x: {out_of_band: true}\n", 4, "no site is called 'dc-x'",
         "did you mean 'dc-"),
        (PLAIN + "overrides:\n  - {rule: no-way-back, subject: 'role=access', "
         "reason: hands are on site}\n", 4, "is no name", "name each in full"),
        (PLAIN + "overrides:\n  - {rule: no-way-back, subject: dca-sp1, reason: short}\n", 4,
         "overrides.0.reason", ""),
        (PLAIN + "overrides:\n  - {rule: approval, subject: dca-sp1, reason: in a hurry today}\n",
         4, "overrides.0.rule", ""),
        (PLAIN + "gates:\n  std: {kind: checks, checks: [telnet-of]}\nbefore: [std]\n", 4,
         "no check is called 'telnet-of'", "did you mean 'telnet-off'?"),
        (PLAIN + "approval: {number: 0}\n", 3, "approval.number", ""),
        (LINKS.replace("inner-core", "outer-core"), 3, "no layer is called 'outer-core'",
         "did you mean 'inner-core'?"),
        (PLAIN + "after:\n  ull-as1: [ull-ds99]\n", 4, "'ull-ds99'", ""),
        (PLAIN + "notify: {to: ['https://hooks.example/token']}\n", 3, "notify.to.0", ""),
    ],
)  # fmt: skip
def test_an_error_has_its_line_and_a_hint(
    tmp_path: Path, inventory: Inventory, text: str, line: int, message: str, hint: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text, inventory)
    (problem,) = caught.value.problems
    assert problem.file == "tasks/one.yaml"
    assert message in problem.message
    assert hint in problem.hint
    assert problem.line == line


def test_all_problems_are_told_at_once(tmp_path: Path, inventory: Inventory) -> None:
    text = PLAIN + "select: [site=nowhere]\nexclude: {nobody: is not there}\n"
    with pytest.raises(InputError) as caught:
        read(tmp_path, text, inventory)
    assert [one.line for one in caught.value.problems] == [3, 4]


def test_an_override_is_for_one_subject_and_until_a_day(
    tmp_path: Path, inventory: Inventory
) -> None:
    text = PLAIN + (
        "overrides:\n"
        "  - {rule: no-way-back, subject: dca-sp1, reason: hands on site, until: 2026-12-01}\n"
    )
    runbook = read(tmp_path, text, inventory)
    assert runbook.override("no-way-back", "dca-sp1", date(2026, 12, 1)) is not None
    assert runbook.override("no-way-back", "dca-sp1", date(2026, 12, 2)) is None
    assert runbook.override("no-way-back", "dca-sp2", date(2026, 12, 1)) is None
    assert runbook.override("no-second-path", "dca-sp1", date(2026, 12, 1)) is None


def test_a_runbook_is_found_by_name_and_by_path() -> None:
    path = ROOT / "tasks" / "lan-standard.yaml"
    assert runbook_path(ROOT, "lan-standard") == path
    assert runbook_path(ROOT, str(path)) == path
    with pytest.raises(InputError) as caught:
        runbook_path(ROOT, "lan-standart")
    assert "lan-standard" in caught.value.hint


def test_the_runbook_of_the_documentation_is_one(tmp_path: Path, inventory: Inventory) -> None:
    text = (ROOT / "docs" / "rollout.md").read_text(encoding="utf-8")
    sample = text.split("```yaml\n")[1].split("```")[0]
    runbook = read(tmp_path, sample, inventory)
    assert runbook.exclude == {"ull-as3": "Being replaced"}
    assert runbook.windows.freezes[0].name == "Christmas"
