"""Plans on disk: what is read back is what was written, or an error."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path

import pytest

from netmod.errors import RolloutError
from netmod.rollout.model import Change, Plan, Stage, Unit, Wave
from netmod.rollout.store import StoredPlan, load_plan, plan_ids, save_plan

TEXTS = {
    hashlib.sha256(one.encode()).hexdigest(): one
    for one in ("ntp server 192.0.2.1\n", "+ntp server 192.0.2.1 æøå\n")
}


def plan(name: str = "20261128T120000Z-0000000a") -> Plan:
    text, diff = TEXTS
    change = Change(
        id=f"{name}.d", device="d", platform="cisco_iosxe", kind="merge", safety_class="A",
        text=text, diff=diff, before="0" * 64, seconds=300,
    )  # fmt: skip
    unit = Unit(
        id="d", trust="t", site="s", devices=("d",),
        stages=(Stage(purpose="config", changes=(change,)),),
    )  # fmt: skip
    return Plan.model_validate(
        {
            "id": name, "runbook": "r", "author": "a", "host": "h", "tool_version": "1",
            "made_at": "2026-11-28T12:00:00Z", "expires_at": "2026-12-01T12:00:00Z",
            "inventory": "0" * 64, "waves": (Wave(name="w", units=(unit,)),),
            "gates": {"g": {"kind": "sessions", "percent": 2.0}},
        }
    )  # fmt: skip


@pytest.fixture
def stored(tmp_path: Path) -> StoredPlan:
    return save_plan(tmp_path / "rollouts", plan(), TEXTS)


def test_a_plan_comes_back_as_it_was_written(stored: StoredPlan) -> None:
    again = load_plan(stored.folder.parent, stored.plan.id)
    assert again == stored
    assert (again.plan, again.hash) == (plan(), plan().hash)
    assert {one: again.text(one) for one in TEXTS} == TEXTS


def test_only_the_owner_may_read_it(stored: StoredPlan) -> None:
    paths = [stored.folder.parent, stored.folder, *stored.folder.rglob("*")]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_dir()}
    assert modes == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_file()} == {0o600}


def test_a_plan_is_written_once(stored: StoredPlan) -> None:
    with pytest.raises(RolloutError, match="exists already"):
        save_plan(stored.folder.parent, plan(), TEXTS)
    assert load_plan(stored.folder.parent, stored.plan.id) == stored


def rewritten(stored: StoredPlan, *, hash_too: bool) -> None:
    """Let the plan on disk be by another author."""
    path = stored.folder / "plan.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    values["plan"]["author"] = "somebody else"
    if hash_too:
        values["hash"] = plan().model_copy(update={"author": "somebody else"}).hash
    path.write_text(json.dumps(values), encoding="utf-8")


def test_a_plan_that_was_changed_is_refused(stored: StoredPlan) -> None:
    rewritten(stored, hash_too=False)
    with pytest.raises(RolloutError, match="is not the plan that was written"):
        load_plan(stored.folder.parent, stored.plan.id)


def test_whoever_changes_the_hash_too_has_another_plan(stored: StoredPlan) -> None:
    """Approvals are bound to the hash: they are of the plan that was."""
    rewritten(stored, hash_too=True)
    assert load_plan(stored.folder.parent, stored.plan.id).hash != stored.hash


def test_a_plan_in_the_place_of_another_is_refused(stored: StoredPlan, tmp_path: Path) -> None:
    other = save_plan(tmp_path / "rollouts", plan("20261128T130000Z-0000000b"), TEXTS)
    (stored.folder / "plan.json").write_bytes((other.folder / "plan.json").read_bytes())
    with pytest.raises(RolloutError, match="is not the plan that was written"):
        load_plan(stored.folder.parent, stored.plan.id)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"hash": "x", "plan": {}}'])
def test_what_is_no_plan_is_refused(stored: StoredPlan, content: bytes) -> None:
    (stored.folder / "plan.json").write_bytes(content)
    with pytest.raises(RolloutError) as caught:
        load_plan(stored.folder.parent, stored.plan.id)
    assert caught.value.code == "damaged"


@pytest.mark.parametrize("change", ["altered", "gone"])
@pytest.mark.parametrize("digest", TEXTS)
def test_a_text_that_is_not_the_planned_one_is_refused(
    stored: StoredPlan, digest: str, change: str
) -> None:
    path = stored.folder / "texts" / digest
    if change == "gone":
        path.unlink()
    else:
        path.write_text("reload\n", encoding="utf-8")
    with pytest.raises(RolloutError) as caught:
        load_plan(stored.folder.parent, stored.plan.id)
    assert caught.value.code == "damaged"
    with pytest.raises(RolloutError):
        stored.text(digest)


def test_a_plan_is_found_by_a_part_of_its_id_that_no_other_has(tmp_path: Path) -> None:
    names = ["20261128T120000Z-0000000a", "20261128T130000Z-0000000b"]
    for name in names:
        save_plan(tmp_path, plan(name), TEXTS)
    assert plan_ids(tmp_path) == names[::-1]
    assert load_plan(tmp_path, "0000000a").plan.id == names[0]
    assert load_plan(tmp_path, "20261128T13").plan.id == names[1]
    for name, message in (
        ("20261128", "means several"),
        ("x", "no plan"),
        ("", "no plan"),
        ("..", "no plan"),
    ):
        with pytest.raises(RolloutError, match=message):
            load_plan(tmp_path, name)


def test_without_plans_it_is_said_how_to_make_one(tmp_path: Path) -> None:
    assert plan_ids(tmp_path / "none") == []
    with pytest.raises(RolloutError) as caught:
        load_plan(tmp_path / "none", "x")
    assert "netmod rollout plan" in caught.value.hint


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "rollouts").write_text("", encoding="utf-8")
    with pytest.raises(RolloutError) as caught:
        save_plan(tmp_path / "rollouts", plan(), TEXTS)
    assert caught.value.code == "unwritable"
    assert plan_ids(tmp_path / "rollouts") == []
