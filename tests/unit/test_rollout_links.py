"""Turning on link encryption: every state on the way is tried on the lab's fabric."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from netmod.lab.editor import Editor
from netmod.lab.statements import Statement
from netmod.rollout.gates import judge
from netmod.rollout.link_ground import ENCRYPTED, ENFORCED, LINK_GATES, LinkPlan
from netmod.rollout.links import encryption_units
from netmod.rollout.model import Change, Stage, Unit
from tests.unit.link_bed import CKN, PLATFORMS, Bed

FEW = [*zip(PLATFORMS, PLATFORMS, strict=True), *zip(PLATFORMS[1:], PLATFORMS, strict=False)]
PAIRS = [
    pytest.param(
        *pair,
        id="-".join(pair).replace("cisco_", ""),
        marks=() if pair in FEW else pytest.mark.soak,
    )
    for pair in product(PLATFORMS, PLATFORMS)
]
pairs = pytest.mark.parametrize(("far", "near"), PAIRS)
"""Each platform with itself and with the next one; all pairs with `make soak`."""


def plan_of(bed: Bed) -> tuple[Unit, LinkPlan]:
    """The one unit for the bed's link."""
    plan = encryption_units(bed.ground(), [bed.link])
    assert plan.excluded == ()
    (unit,) = plan.units
    return unit, plan


def do(bed: Bed, plan: LinkPlan, stage: Stage) -> Iterator[Change]:
    """Carry a stage out; each change is handed over when it is in force."""
    for change in stage.changes:
        bed.merge(change.device, plan.texts[change.text])
        yield change


def shape(node: Statement) -> dict[str, object]:
    """Statements without their order."""
    return {text: shape(below) for text, below in sorted(node.children.items())}


def shapes(bed: Bed) -> dict[str, object]:
    return {name: shape(bed.device(name).running.root) for name in ("far", "near")}


def intended(bed: Bed) -> dict[str, object]:
    """What a device runs that had its link's intended part from the beginning."""
    other = Bed(bed.platforms["far"], bed.platforms["near"])
    for name, text in other.ground().intended["l1"].items():
        other.merge(name, text)
    return shapes(other)


def encrypt(bed: Bed) -> None:
    """Both ends as intended, at once."""
    for name, text in bed.ground().intended["l1"].items():
        bed.merge(name, text)
    assert bed.traffic() == {"encrypted"}


@pairs
def test_traffic_passes_in_every_state_and_the_last_one_is_the_intended(
    far: str, near: str
) -> None:
    bed = Bed(far, near)
    unit, plan = plan_of(bed)
    assert [stage.purpose for stage in unit.stages] == [
        "keys", "should-secure", "must-secure", "must-secure",
    ]  # fmt: skip
    assert [one.device for stage in unit.stages for one in stage.changes] == [
        "far", "near", "far", "near", "far", "near",
    ]  # fmt: skip
    expected = [{"clear"}, {"clear"}, {"clear"}, {"encrypted"}, {"encrypted"}, {"encrypted"}]
    seen = [bed.traffic() for stage in unit.stages for _ in do(bed, plan, stage)]
    assert seen == expected
    assert judge(LINK_GATES[ENFORCED], None, bed.seen()).outcome == "pass"
    assert shapes(bed) == intended(bed)
    again = encryption_units(bed.ground(), [bed.link])
    assert [one.reason for one in again.excluded] == ["as-intended"]


@pairs
def test_either_end_may_go_back_by_itself_at_any_moment(far: str, near: str) -> None:
    unit, plan = plan_of(Bed(far, near))
    for number in range(len(unit.stages)):
        for lost in ("far", "near"):
            bed = Bed(far, near)
            for stage in unit.stages[:number]:
                list(do(bed, plan, stage))
            before = {name: bed.config(name) for name in ("far", "near")}
            for change in do(bed, plan, unit.stages[number]):
                assert "blocked" not in bed.traffic(), change.id
            bed.set_back(lost, before[lost])
            assert "blocked" not in bed.traffic(), (number, lost)
            bed.set_back("far", before["far"])
            bed.set_back("near", before["near"])
            assert "blocked" not in bed.traffic()


@pairs
def test_taking_back_passes_traffic_and_leaves_what_was_there(far: str, near: str) -> None:
    unit, plan = plan_of(Bed(far, near))
    for begun in range(1, len(unit.stages) + 1):
        bed = Bed(far, near)
        fresh = shapes(bed)
        for stage in unit.stages[:begun]:
            list(do(bed, plan, stage))
        for undo in unit.undo:
            if any(one < begun for one in undo.undoes):
                for change in do(bed, plan, undo.stage):
                    assert "blocked" not in bed.traffic(), change.id
        assert bed.traffic() == {"clear"}
        for name, left in shapes(bed).items():
            assert isinstance(left, dict)
            kept = {text: below for text, below in left.items() if "MACSEC-CORE" not in text}
            assert without_empty(kept) == without_empty(fresh[name])


def without_empty(tree: object) -> object:
    """Without sections that say nothing, as some devices leave them behind."""
    assert isinstance(tree, dict)
    found = {text: without_empty(below) for text, below in tree.items()}
    return {
        text: below
        for text, below in found.items()
        if below or text not in ("mac security", "security", "macsec", "interfaces")
    }


@pytest.mark.parametrize("platform", ["cisco_iosxe", "cisco_nxos", "arista_eos"])
@pytest.mark.parametrize("fault", ["none", "weak-cipher", "should-secure", "other-ckn"])
def test_traffic_passes_after_each_line_that_is_typed(platform: str, fault: str) -> None:
    bed = Bed(platform, platform)
    if fault != "none":
        encrypt(bed)
        faulty(bed, fault)
        own_policy(bed)
    unit, plan = plan_of(bed)
    passes = bed.traffic() != {"blocked"}
    for number, stage in enumerate(unit.stages):
        typed(bed, plan, stage, passes=passes or number > 0)
    assert bed.traffic() == {"encrypted"}
    assert shapes(bed) == intended(bed)
    for undo in unit.undo:
        typed(bed, plan, undo.stage)
    assert bed.traffic() == {"clear"} if fault == "none" else bed.traffic() != {"blocked"}


def own_policy(bed: Bed) -> None:
    """Let the port run a policy that only it has, as a night's work leaves it."""
    for name in bed.devices:
        bed.set_back(name, bed.config(name).replace("MACSEC-CORE", "MACSEC-CORE-X"))


def typed(bed: Bed, plan: LinkPlan, stage: Stage, *, passes: bool = True) -> None:
    """Carry a stage out line by line, as a terminal takes them: indentation says nothing."""
    for change in stage.changes:
        tree = bed.device(change.device).running
        editor = Editor(tree)
        for line in plan.texts[change.text].splitlines():
            if line.strip() == "exit":
                editor.leave()
            else:
                editor.enter(line.strip())
            if passes and bed.platforms[change.device] != "arista_eos":
                assert "blocked" not in bed.traffic(), line


@pairs
def test_keys_that_do_not_match_stop_at_the_gate_before_anything_can_be_blocked(
    far: str, near: str
) -> None:
    bed = Bed(far, near)
    unit, plan = plan_of(bed)
    for stage in unit.stages[:2]:
        for change in stage.changes:
            text = plan.texts[change.text]
            if change.device == "near":
                text = text.replace("<secret:macsec/l1/", "<secret:macsec/other/")
            bed.merge(change.device, text)
            assert bed.traffic() == {"clear"}
    assert judge(LINK_GATES[ENCRYPTED], None, bed.seen()).outcome == "fail"
    list(do(bed, plan, unit.stages[2]))
    assert bed.traffic() == {"blocked"}, "what the gate is there for"


def faulty(bed: Bed, name: str) -> None:
    """A fault that a night's work leaves behind, on a link that was as intended."""
    for device in ("far", "near") if name not in ("one-sided", "other-ckn") else ("near",):
        text = bed.config(device)
        platform = bed.platforms[device]
        if name == "one-sided":
            text = _without_binding(text, bed.port(device), platform)
        elif name == "other-ckn":
            text = text.replace(CKN, "0c" * 32).replace("0b" * 32, "0d" * 32)
        elif name == "weak-cipher":
            text = text.replace("GCM-AES-XPN-256", "GCM-AES-128")
            text = text.replace("gcm-aes-xpn-256", "gcm-aes-128").replace(
                "aes256-gcm-xpn", "aes128-gcm"
            )
        elif name == "expired":
            for day in ("Dec 31 2027", "december 31 2027"):
                text = text.replace(day, day.replace("2027", "2025"))
            for day in ("Jan 1 2026", "Jan 01 2026", "january 01 2026"):
                text = text.replace(day, day.replace("2026", "2024"))
            text = text.replace("2024 infinite", "2024 23:59:59 Dec 31 2025")
        elif name == "should-secure":
            text = text.replace("access-control must-secure", "access-control should-secure")
            text = text.replace("security-policy must-secure", "security-policy should-secure")
            text = text.replace("must-secure;", "should-secure;")
            text = text.replace("unprotected drop", "unprotected allow")
        bed.set_back(device, text)


def _without_binding(text: str, port: str, platform: str) -> str:
    if platform == "juniper_junos":
        head, _, tail = text.partition("        interfaces {\n")
        return head + tail.partition("        }\n")[2]
    kept = []
    inside = False
    for line in text.splitlines():
        inside = line == f"interface {port}" or (inside and line.startswith(" "))
        if not (inside and line.strip().split(" ")[0] in ("macsec", "mka", "mac")):
            kept.append(line)
    return "\n".join([*kept, ""])


FAULTS = ("one-sided", "other-ckn", "weak-cipher", "expired", "should-secure")


@pytest.mark.parametrize("fault", FAULTS)
@pairs
def test_a_faulty_link_is_led_to_what_is_intended_over_should_secure(
    far: str, near: str, fault: str
) -> None:
    bed = Bed(far, near)
    encrypt(bed)
    faulty(bed, fault)
    begin = bed.traffic()
    plan = encryption_units(bed.ground(), [bed.link])
    if not plan.units:  # Junos and EOS know no lifetimes: nothing of theirs ended
        assert fault == "expired"
        assert begin == {"encrypted"}
        return
    (unit,) = plan.units
    passed = "blocked" not in begin
    for stage in unit.stages:
        for change in do(bed, plan, stage):
            passed = passed or stage.purpose != "should-secure" or change.device == "near"
            assert not passed or "blocked" not in bed.traffic(), change.id
    assert bed.traffic() == {"encrypted"}
    assert judge(LINK_GATES[ENFORCED], None, bed.seen()).outcome == "pass"
    assert shapes(bed) == intended(bed)
    for undo in unit.undo:
        for change in do(bed, plan, undo.stage):
            assert bed.traffic() <= {"encrypted", "clear"}, change.id
    covered = {number for undo in unit.undo for number in undo.undoes}
    assert covered == set(range(len(unit.stages))), "an engine can take back whatever it did"


@pytest.mark.parametrize("fault", FAULTS)
@pairs
def test_a_faulty_link_may_be_given_up_after_any_stage(far: str, near: str, fault: str) -> None:
    bed = Bed(far, near)
    encrypt(bed)
    faulty(bed, fault)
    plan = encryption_units(bed.ground(), [bed.link])
    before = {name: bed.config(name) for name in ("far", "near")}
    for begun in range(1, len(plan.units[0].stages) + 1 if plan.units else 0):
        for name, config in before.items():
            bed.set_back(name, config)
        (unit,) = plan.units
        for stage in unit.stages[:begun]:
            list(do(bed, plan, stage))
        for undo in unit.undo:
            if any(one < begun for one in undo.undoes):
                list(do(bed, plan, undo.stage))
        assert bed.traffic() <= {"encrypted", "clear"}, begun


def test_no_text_holds_more_than_placeholders() -> None:
    for far in PLATFORMS:
        _, plan = plan_of(Bed(far, far))
        for text in plan.texts.values():
            for line in text.splitlines():
                if any(word in line for word in ("key-string", "octet-string", " cak ", " 0 <")):
                    assert "<secret:macsec/l1/" in line


def test_removing_a_chain_names_it() -> None:
    unit, plan = plan_of(Bed("cisco_iosxe", "cisco_iosxr"))
    texts = [plan.texts[one.text] for undo in unit.undo for one in undo.stage.changes]
    assert "no key chain KC macsec\nno key chain KC-FB macsec\n" in texts
    assert not any(line.strip() == "no key chain" for text in texts for line in text.splitlines())
