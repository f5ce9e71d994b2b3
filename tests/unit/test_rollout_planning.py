"""Plans: what is done to which device, what is left alone, what is refused."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from netmod.errors import InputError, RolloutError
from netmod.evidence import redact
from netmod.intent import render
from netmod.inventory import Inventory, load_inventory, select
from netmod.platforms import platform
from netmod.platforms._change import running_hash
from netmod.rollout import Plan, Runbook, read_runbook
from netmod.rollout.config_units import config_units
from netmod.rollout.draft import Seen, Sources
from netmod.rollout.impact import impact_of
from netmod.rollout.other_units import restore_planner, software_units
from netmod.rollout.planning import Heading, Planner, make_plan, texts_of
from netmod.rollout.task_units import Said, task_planner
from netmod.rollout.topics import touched_by
from netmod.rollout.windows import Windows, opening

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
REGION = load_inventory(ROOT / "inventory")
ADDED = "192.0.2.77"
CONFIGS = ("lan-standard", "dc-lan-leaf", "stamnett-edge")
LAN = ("ull-as1", "gjo-as1", "gjo-ds1")


@cache
def rendered(name: str, *, added: bool = False) -> str:
    """The intended config of a device of the sample; with a log server more."""
    device = REGION.devices[name]
    inventory = REGION
    if added:
        logging = device.data["logging"]
        more = logging.model_copy(update={"servers": (*logging.servers, ADDED)})
        device = dataclasses.replace(device, data={**device.data, "logging": more})
        inventory = dataclasses.replace(REGION, devices={**REGION.devices, name: device})
    (one,) = render(inventory, ROOT / "templates", [device])
    return one.text


def runs(name: str, change: Callable[[str], str] = lambda text: text) -> Seen:
    return Seen(running=change(redact(rendered(name))), captured_at=NOW)


def runbook(**sections: Any) -> Runbook:
    values = {"about": "Brings something about", "change": {"kind": "intended"}} | sections
    return Runbook.model_validate(values)


def shipped(name: str) -> Runbook:
    return read_runbook(ROOT / "tasks" / f"{name}.yaml", REGION)


def planned(
    book: Runbook,
    names: Sequence[str] = LAN,
    planner: Planner = config_units,
    seen: Mapping[str, Seen] | None = None,
    intended: Mapping[str, str] | None = None,
    inventory: Inventory = REGION,
    windows: Windows | None = None,
) -> tuple[Plan, Mapping[str, str]]:
    """The plan for devices that lack a log server."""
    devices = [inventory.devices[name] for name in names]
    sources = Sources(
        plan="p1",
        runbook=book,
        inventory=inventory,
        impact=impact_of(inventory, NOW.date()),
        today=NOW.date(),
        intended={name: rendered(name, added=True) for name in names} | dict(intended or {}),
        seen={name: runs(name) for name in names} | dict(seen or {}),
    )
    heading = Heading("book", "kari", "host", NOW, "1", "0" * 64, windows or Windows())
    return make_plan(heading, sources, devices, planner)


TASK = {"kind": "task", "file": "t.py", "function": "lines"}
LINE = Said("snmp-server location here\n", "no snmp-server location\n")


def sketched(
    names: Sequence[str] = LAN,
    *,
    silent: Sequence[str] = (),
    seen: Mapping[str, Seen] | None = None,
    windows: Windows | None = None,
    **sections: Any,
) -> Plan:
    """A plan that sends each device one line: no configs are compared for it."""
    said = {name: Said() if name in silent else LINE for name in names}
    book = runbook(change=TASK, **sections)
    return planned(book, names, task_planner(said), seen=seen, windows=windows)[0]


def reasons(plan: Plan) -> dict[str, str]:
    return {one.subject: one.reason for one in plan.excluded}


def units(plan: Plan) -> set[str]:
    return {unit.id for wave in plan.waves for unit in wave.units}


def risks(plan: Plan, subject: str) -> dict[str, dict[str, str]]:
    return {one.code: one.parameters for one in plan.risks if one.subject == subject}


@pytest.mark.parametrize(
    ("os", "lines", "topics"),
    [
        ("cisco_iosxe", ["interface Te1/1/1", " mtu 9000", " mka policy X"],
         ["access", "access", "encryption"]),
        ("cisco_iosxe", ["no key chain KC macsec"], ["encryption"]),
        ("cisco_iosxe", ["no logging host 192.0.2.1", "interface Vlan1"], ["management", "access"]),
        ("juniper_junos", ["delete security macsec", "set system services ssh"],
         ["encryption", "management"]),
        ("juniper_junos", ["set interfaces ge-0/0/0 mtu 9000", ""], ["access"]),
        ("arista_eos", ["interface Ethernet1", "   mac security profile X"],
         ["access", "encryption"]),
    ],
)  # fmt: skip
def test_each_line_has_its_topic_by_what_is_above_it(
    os: str, lines: list[str], topics: list[str]
) -> None:
    known = platform(os)
    assert known is not None
    assert list(touched_by(lines, known.language)) == topics


@pytest.mark.parametrize("name", CONFIGS)
def test_every_selected_device_is_planned_or_left_out_by_name(name: str) -> None:
    book = shipped(name)
    names = [one.name for one in select(REGION, book.select)][-3:]
    unseen = {names[0]: Seen(failure="no route to host")}
    plan, texts = planned(book, names, seen=unseen)
    assert Counter([*units(plan), *reasons(plan)]) == Counter(names)
    assert reasons(plan)[names[0]] == "unreachable"
    assert texts_of(unit for wave in plan.waves for unit in wave.units) == set(texts)
    assert plan.waves[0].canary
    again = Plan.model_validate_json(plan.model_dump_json())
    assert (again, again.hash) == (plan, plan.hash)


def test_a_unit_says_what_is_sent_and_what_must_run_before() -> None:
    plan, texts = planned(runbook(), ["ull-as1"])
    (unit,) = plan.waves[0].units
    (stage,) = unit.stages
    (change,) = stage.changes
    assert (change.kind, change.safety_class, change.seconds) == ("replace", "A", 300)
    assert texts[change.text] == rendered("ull-as1", added=True)
    assert change.before == running_hash(redact(rendered("ull-as1")))
    assert texts[change.diff] == (f"@@ top level (management) @@\n+logging host {ADDED} vrf MGMT\n")
    (undo,) = unit.undo
    (back,) = undo.stage.changes
    assert (undo.undoes, back.kind, back.before) == ((0,), "merge", None)
    assert texts[back.text] == f"no logging host {ADDED} vrf MGMT\n"
    assert back.id != change.id
    assert "p1" in change.id, "the marker on the device is of this plan alone"


def test_no_text_of_a_plan_holds_what_a_capture_hides() -> None:
    _, texts = planned(runbook(), ["ull-as1"])
    assert not [one for one in texts.values() if "<redacted>" in one]


@pytest.mark.parametrize(
    ("seen", "intended", "reason"),
    [
        (Seen(failure="no route to host"), None, "unreachable"),
        (None, redact, "noop"),
        (Seen(running="hostname ull-as1\ninterface Gi", captured_at=NOW), None, "config-cut"),
    ],
)
def test_what_is_left_alone_has_its_reason(
    seen: Seen | None, intended: Callable[[str], str] | None, reason: str
) -> None:
    plan, _ = planned(
        runbook(),
        ["ull-as1"],
        seen={"ull-as1": seen} if seen else None,
        intended={"ull-as1": rendered("ull-as1")} if intended else None,
    )
    assert reasons(plan) == {"ull-as1": reason}
    assert plan.waves == ()


def test_secrets_that_cannot_be_compared_are_pushed_on_demand_alone() -> None:
    same = {"ull-as1": rendered("ull-as1")}
    plan, _ = planned(runbook(), ["ull-as1"], intended=same)
    assert plan.excluded[0].parameters["secrets_unseen"] != "0"
    change = {"kind": "intended", "unseen_secrets": "push"}
    plan, _ = planned(runbook(change=change), ["ull-as1"], intended=same)
    assert units(plan) == {"ull-as1"}
    assert "secrets-unseen" in risks(plan, "ull-as1")


def test_who_is_excluded_by_name_is_left_alone_with_the_reason() -> None:
    plan = sketched(["ull-as1", "ull-as2"], exclude={"ull-as1": "Being replaced this week"})
    (left,) = plan.excluded
    assert (left.subject, left.reason) == ("ull-as1", "by-name")
    assert left.parameters == {"why": "Being replaced this week"}


def test_a_site_where_nobody_is_waits_where_somebody_must_be() -> None:
    somebody = {"contact_required": True, "contact": "Kari, 900 00 000"}
    sites = {"otherwise": {"contact_required": True}, "named": {"gjovik": somebody}}
    plan = sketched(["ull-as1", "gjo-as1"], sites=sites)
    assert reasons(plan) == {"ull-as1": "no-contact"}
    assert REGION.devices["gjo-as1"].site == "gjovik"


def test_encryption_is_not_changed_by_a_config_unless_named() -> None:
    def unencrypted(text: str) -> str:
        lines = text.splitlines(keepends=True)
        return "".join(line for line in lines if "mka" not in line and "macsec" not in line)

    name = next(
        one.name
        for one in REGION.devices.values()
        if one.role == "pe" and one.platform == "cisco_iosxe"
    )
    seen = {name: runs(name, unencrypted)}
    plan, _ = planned(runbook(), [name], seen=seen)
    assert reasons(plan) == {name: "encryption-differs"}
    override = {"rule": "encryption-in-config", "subject": name, "reason": "The link is drained"}
    plan, _ = planned(runbook(overrides=[override]), [name], seen=seen)
    assert units(plan) == {name}
    assert risks(plan, name)["crypto"]["override"] == "The link is drained"


def test_encryption_within_a_section_that_is_all_new_is_seen() -> None:
    def without_the_interface(text: str) -> str:
        head, rest = text.split("\ninterface ", 1)
        ports = ("\ninterface " + rest).split("\ninterface ")[1:]
        kept = [one for one in ports[:-1] if "mka" not in one]
        assert len(kept) < len(ports) - 1
        return head + "".join(f"\ninterface {one}" for one in (*kept, ports[-1]))

    name = next(
        one.name
        for one in REGION.devices.values()
        if one.role == "pe" and one.platform == "cisco_iosxe"
    )
    plan, _ = planned(runbook(), [name], seen={name: runs(name, without_the_interface)})
    assert reasons(plan) == {name: "encryption-differs"}


def test_a_merge_that_only_adds_can_be_taken_back() -> None:
    plan, texts = planned(runbook(change={"kind": "intended", "how": "merge"}), ["ull-as1"])
    (undo,) = plan.waves[0].units[0].undo
    assert texts[undo.stage.changes[0].text] == f"no logging host {ADDED} vrf MGMT\n"


def test_a_merge_leaves_what_is_more_and_then_has_no_way_back() -> None:
    def more(text: str) -> str:
        return text.replace("\nntp server ", "\nntp server vrf MGMT 192.0.2.99\nntp server ", 1)

    change = {"kind": "intended", "how": "merge"}
    plan, texts = planned(
        runbook(change=change), ["ull-as1"], seen={"ull-as1": runs("ull-as1", more)}
    )
    (unit,) = plan.waves[0].units
    (one,) = unit.stages[0].changes
    assert one.kind == "merge"
    assert "192.0.2.99" not in texts[one.diff]
    assert unit.undo == ()
    assert "no-way-back-after-confirmation" in risks(plan, "ull-as1")
    same = {"ull-as1": rendered("ull-as1")}
    plan, _ = planned(
        runbook(change=change), ["ull-as1"], seen={"ull-as1": runs("ull-as1", more)}, intended=same
    )
    assert reasons(plan) == {"ull-as1": "noop"}


def test_a_remediation_sends_the_commands_alone() -> None:
    plan, texts = planned(runbook(change={"kind": "remediation"}), ["ull-as1"])
    (stage,) = plan.waves[0].units[0].stages
    (change,) = stage.changes
    assert (stage.purpose, change.kind) == ("remediation", "merge")
    assert texts[change.text] == f"logging host {ADDED} vrf MGMT\n"


def test_a_timer_that_the_platform_has_not_is_refused() -> None:
    junos = next(one.name for one in REGION.devices.values() if one.platform == "juniper_junos")
    with pytest.raises(InputError, match="multiples of 60"):
        planned(runbook(change={"kind": "intended", "confirm_within": 90}), [junos])


LEAF = next(one.name for one in REGION.devices.values()
            if (one.role, one.platform) == ("leaf", "cisco_nxos"))  # fmt: skip


def remote_leaf() -> Inventory:
    """A leaf, whose merges have no timer, at the end of a single link."""
    first, *others = REGION.links_of(LEAF)
    ends = {end.device for end in first.managed_ends}
    site = next(one.id for one in REGION.sites.values() if one.kind == "clinic")
    devices = {
        **REGION.devices,
        LEAF: dataclasses.replace(REGION.devices[LEAF], site=site),
    }
    links = {name: one for name, one in REGION.links.items() if one not in others}
    assert LEAF in ends
    return dataclasses.replace(REGION, devices=devices, links=links)


MERGE = {"kind": "intended", "how": "merge"}


def test_without_a_way_back_a_plan_is_refused_with_all_names() -> None:
    with pytest.raises(RolloutError) as caught:
        planned(runbook(change=MERGE), [LEAF], inventory=remote_leaf())
    assert caught.value.code == "refused"
    assert LEAF in caught.value.message
    assert "override no-way-back" in caught.value.hint


def test_a_way_back_is_a_timer_a_second_path_out_of_band_access_or_a_reason() -> None:
    plan, _ = planned(runbook(), [LEAF], inventory=remote_leaf())
    assert "no-timer" not in risks(plan, LEAF), "a replacement has one"

    plan, _ = planned(runbook(change=MERGE), [LEAF])
    assert risks(plan, LEAF)["no-timer"] == {"safety_class": "B"}
    assert "no-way-back" not in risks(plan, LEAF)

    inventory = remote_leaf()
    sites = {"named": {inventory.devices[LEAF].site: {"out_of_band": True}}}
    plan, _ = planned(runbook(change=MERGE, sites=sites), [LEAF], inventory=inventory)
    assert "no-way-back" not in risks(plan, LEAF)

    override = {"rule": "no-way-back", "subject": LEAF, "reason": "Hands are on site"}
    plan, _ = planned(runbook(change=MERGE, overrides=[override]), [LEAF], inventory=inventory)
    assert risks(plan, LEAF)["no-way-back"] == {"override": "Hands are on site"}

    for other in ({**override, "until": date(2026, 11, 27)}, {**override, "subject": "ull-as1"}):
        with pytest.raises(RolloutError, match=LEAF):
            planned(runbook(change=MERGE, overrides=[other]), [LEAF], inventory=inventory)


def test_what_a_function_says_is_a_change_like_any_other() -> None:
    said = {
        "ull-as1": Said(
            f"logging host {ADDED} vrf MGMT\n\n", f"no logging host {ADDED} vrf MGMT\n"
        ),
        "gjo-as1": Said(""),
        "gjo-ds1": Said(failure="ValueError: no such port"),
    }
    plan, texts = planned(runbook(change=TASK), planner=task_planner(said))
    assert reasons(plan) == {"gjo-as1": "task-silent", "gjo-ds1": "task-failed"}
    (unit,) = plan.waves[0].units
    (change,) = unit.stages[0].changes
    assert (change.kind, change.safety_class, change.seconds) == ("merge", "A", 300)
    assert texts[change.text] == f"logging host {ADDED} vrf MGMT\n"
    assert texts[change.diff] == f"+ logging host {ADDED} vrf MGMT\n"
    assert texts[unit.undo[0].stage.changes[0].text] == f"no logging host {ADDED} vrf MGMT\n"
    assert "lock-out" in risks(plan, "ull-as1")


def test_what_a_function_says_may_not_change_encryption_at_one_end() -> None:
    lines = "interface TenGigabitEthernet1/1/1\n no macsec network-link\n mka policy OTHER\n"
    plan, _ = planned(runbook(change=TASK), ["ull-ds1"], task_planner({"ull-ds1": Said(lines)}))
    assert reasons(plan) == {"ull-ds1": "encryption-differs"}


def test_a_placeholder_that_is_none_is_sent_to_nobody() -> None:
    said = {"ull-as1": Said("enable secret <secret:with blanks>\n")}
    plan, _ = planned(runbook(change=TASK), ["ull-as1"], task_planner(said))
    assert reasons(plan) == {"ull-as1": "task-failed"}


def test_it_is_told_what_would_be_cut_off() -> None:
    plan = sketched()
    assert risks(plan, "gjo-ds1")["cuts-off"]["devices"] == "gjo-as1, gjo-as2, gjo-wl1"
    assert "cuts-off" not in risks(plan, "gjo-as1")
    assert "single-path" in risks(plan, "gjo-as1")


def test_what_depends_on_another_waits_for_it() -> None:
    plan = sketched(after={"gjo-ds1": ("gjo-as1",), "oslo-ulleval": ("gjovik",)})
    after = {unit.id: unit.after for wave in plan.waves for unit in wave.units}
    assert after["gjo-ds1"] == ("gjo-as1",)
    assert after["ull-as1"] == ("gjo-as1", "gjo-ds1")
    assert after["gjo-as1"] == ()


def test_what_depends_on_something_left_out_is_left_out_too() -> None:
    plan = sketched(
        after={"gjo-ds1": ("gjo-as1",), "oslo-ulleval": ("gjo-ds1",)},
        seen={"gjo-as1": Seen(failure="no route to host")},
    )
    assert reasons(plan) == {
        "gjo-as1": "unreachable",
        **dict.fromkeys(set(LAN) - {"gjo-as1"}, "waits-for"),
    }


def test_what_is_right_already_holds_nobody_up() -> None:
    plan = sketched(["gjo-as1", "gjo-ds1"], silent=["gjo-as1"], after={"gjo-ds1": ("gjo-as1",)})
    assert units(plan) == {"gjo-ds1"}


def test_a_site_that_stays_closed_is_told() -> None:
    windows = Windows.model_validate(
        {"freezes": [{"name": "Jul", "from": "2026-11-20", "until": "2027-01-03",
                      "sites": ["gjovik"]}]}
    )  # fmt: skip
    plan = sketched(windows=windows)
    assert risks(plan, "gjovik") == {"closed": {"reason": "Jul"}}
    assert risks(plan, "oslo-ulleval") == {}


def test_a_site_is_closed_until_it_is_ready() -> None:
    ready = NOW + timedelta(hours=30)
    sites = {"named": {"gjovik": {"ready_from": ready}}}
    windows = Windows.model_validate(sketched(sites=sites).windows)
    found = opening(windows, "si", "gjovik", NOW)
    assert (found.open, found.next, found.freeze) == (False, ready, "not ready")
    assert opening(windows, "ous", "oslo-ulleval", NOW).open
    everywhere = sketched(sites={"otherwise": {"ready_from": NOW + timedelta(days=9)}})
    assert risks(everywhere, "oslo-ulleval") == {"closed": {"reason": "not ready"}}


def test_software_is_looked_at_and_nothing_is_sent() -> None:
    declared = {
        name: dataclasses.replace(
            REGION.devices[name], data={**REGION.devices[name].data, "software": "17.12.4"}
        )
        for name in ("ull-as1", "ull-as2", "ull-ds1")
    }
    inventory = dataclasses.replace(REGION, devices={**REGION.devices, **declared})
    seen = {
        "ull-as1": dataclasses.replace(runs("ull-as1"), software="17.12.4"),
        "ull-as2": dataclasses.replace(runs("ull-as2"), software="17.9.1"),
    }
    book = runbook(change={"kind": "software-check"}, approval={"needed": False})
    names = ["ull-as1", "ull-as2", "ull-ds1", "ull-ds2"]
    plan, texts = planned(book, names, software_units, seen=seen, inventory=inventory)
    assert units(plan) == {"ull-as2"}
    assert plan.waves[0].units[0].stages == ()
    assert risks(plan, "ull-as2") == {"software-differs": {"wanted": "17.12.4", "found": "17.9.1"}}
    assert reasons(plan)["ull-as1"] == "software-right"
    assert reasons(plan)["ull-ds1"] == "software-unknown"
    assert texts == {}


def test_another_plan_is_taken_back_where_it_is_in_force() -> None:
    done, texts = planned(runbook(), ["ull-as1", "ull-as2"])
    after = Seen(running=redact(rendered("ull-as1", added=True)), captured_at=NOW)
    book = shipped("emergency-rollback")
    plan, kept = planned(
        book,
        ["ull-as1", "ull-as2", "ull-ds1"],
        restore_planner(done, texts),
        seen={"ull-as1": after},
    )
    assert units(plan) == {"ull-as1"}
    assert reasons(plan) == {"ull-as2": "noop", "ull-ds1": "of-a-link"}
    (stage,) = plan.waves[0].units[0].stages
    (change,) = stage.changes
    assert kept[change.text] == f"no logging host {ADDED} vrf MGMT\n"
    assert change.before == running_hash(after.running or "")
    assert stage.purpose == "restore"


def test_the_same_makes_the_same_plan_and_a_change_of_anything_another() -> None:
    plan = sketched()
    assert sketched().hash == plan.hash
    others = [
        sketched(soak={"wave": 60}),
        sketched(limits={"at_once": 11}),
        sketched(silent=["ull-as1"]),
        sketched(seen={"ull-as1": runs("ull-as1", lambda text: text + "!\nntp source x\n")}),
        sketched(windows=Windows(time_zone="UTC")),
    ]
    assert len({one.hash for one in (plan, *others)}) == 6


def test_a_plan_holds_as_long_as_its_approvals() -> None:
    plan = sketched(["ull-as1"], approval={"valid": "4h"})
    assert plan.expires_at == NOW + timedelta(hours=4)
    assert plan.captured_at == NOW
