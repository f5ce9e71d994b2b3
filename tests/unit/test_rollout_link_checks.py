"""Why links are left alone, which end is far, and what a config says of frames."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from netmod.facts import NeighborFact
from netmod.inventory import Link
from netmod.rollout.frame_sizes import frame_sizes
from netmod.rollout.link_ground import copy_policy, way_policy
from netmod.rollout.link_paths import Paths
from netmod.rollout.links import encryption_units
from netmod.rollout.model import Excluded
from tests.unit.link_bed import Bed

TODAY = date(2026, 6, 15)


def left_alone(bed: Bed, link: Link | None = None, **changes: Any) -> Excluded:
    plan = encryption_units(bed.ground(**changes), [link or bed.link])
    assert plan.units == ()
    (reason,) = plan.excluded
    return reason


def seen(bed: Bed, **changes: Any) -> Any:
    return bed.seen().model_copy(update=changes)


def neighbours(bed: Bed, device: str, *table: NeighborFact) -> dict[str, Any]:
    facts = dict(bed.seen().facts)
    facts[device] = facts[device].model_copy(update={"neighbors": table})
    return facts


def changed(**values: Any) -> Callable[[Bed], Link]:
    return lambda bed: Link.model_validate({**bed.link.model_dump(), **values})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (changed(status="planned"), "not-active"),
        (changed(encrypted_by="supplier"), "not-ours"),
        (changed(b={"supplier": "nhn"}), "supplier-end"),
        (changed(encryption=None), "not-macsec"),
        (
            changed(encryption={"technology": "ipsec", "policy": "P", "key_chain": "KC"}),
            "not-macsec",
        ),
    ],
)
def test_what_is_declared_decides_first(change: Callable[[Bed], Link], reason: str) -> None:
    bed = Bed("cisco_iosxe", "cisco_iosxr")
    assert left_alone(bed, change(bed)).reason == reason


def test_a_platform_without_templates_and_a_chain_of_two_links() -> None:
    bed = Bed("cisco_iosxe", "cisco_iosxr")
    devices = dict(bed.inventory.devices)
    devices["far"] = dataclasses.replace(devices["far"], platform="cisco_ios")
    other = dataclasses.replace(bed.inventory, devices=devices)
    assert left_alone(bed, inventory=other).reason == "platform"
    shared = bed.inventory.links["l2"].model_copy(update={"encryption": bed.link.encryption})
    links = {**bed.inventory.links, "l2": shared}
    reason = left_alone(bed, inventory=dataclasses.replace(bed.inventory, links=links))
    assert (reason.reason, reason.parameters["link"]) == ("key-chain-shared", "l2")


def test_keys_must_be_stored_and_valid() -> None:
    bed = Bed("cisco_iosxe", "cisco_iosxr")
    missing = left_alone(bed, stored={"macsec/l1/1": True})
    assert (missing.reason, missing.parameters) == ("key-missing", {"reference": "macsec/l1/fb"})
    late = left_alone(bed, now=datetime(2029, 1, 1, tzinfo=UTC))
    assert (late.reason, late.parameters) == ("key-not-valid", {"chain": "KC"})


def test_what_was_seen_forbids() -> None:
    bed = Bed("cisco_iosxe", "cisco_iosxr")
    facts = dict(bed.seen().facts)
    del facts["far"]
    assert left_alone(bed, seen=seen(bed, facts=facts)).reason == "end-unseen"
    for clocks, code in (
        ({"far": 0.0, "near": 300.0}, "clock-wrong"),
        ({"far": -50.0, "near": 50.0}, "clocks-apart"),
        ({"far": 0.0}, "clock-not-seen"),
    ):
        assert left_alone(bed, seen=seen(bed, clocks=clocks)).reason == code
    small = {"far": {"hundredgige0/1/0": 1518}, "near": {"hundredgige0/0/0/0": 9216}}
    assert left_alone(bed, seen=seen(bed, frames=small)).reason == "mtu-too-small"
    assert left_alone(bed, seen=seen(bed, frames={})).reason == "mtu-not-seen"


@pytest.mark.parametrize(
    "table",
    [
        (),
        (NeighborFact(local_interface="HundredGigE0/0/0/0", neighbor="other"),),
        (NeighborFact(local_interface="HundredGigE0/0/0/1", neighbor="far"),),
        (
            NeighborFact(
                local_interface="HundredGigE0/0/0/0", neighbor="far", neighbor_interface="Hu0/1/9"
            ),
        ),
        (NeighborFact(local_interface="HundredGigE0/0/0/0", neighbor="far", protocol="cdp"),),
    ],
)
def test_lldp_must_show_the_declared_neighbour_at_both_ends(table: Any) -> None:
    bed = Bed("cisco_iosxe", "cisco_iosxr")
    reason = left_alone(bed, seen=seen(bed, facts=neighbours(bed, "near", *table)))
    assert (reason.reason, reason.parameters["device"]) == ("not-confirmed", "near")


def test_the_only_way_to_something_needs_another_access_or_a_reason() -> None:
    bed = Bed("cisco_iosxe", "cisco_iosxr")
    alone = dataclasses.replace(bed.inventory, links={"l1": bed.link})
    paths = Paths(alone, (), TODAY)
    reason = left_alone(bed, paths=paths)
    assert (reason.reason, reason.parameters) == ("no-second-path", {"cuts_off": "far"})
    for changes in (
        {"out_of_band": ["far"]},
        {"overrides": {"no-second-path": {"l1": "hands are on site"}}},
    ):
        assert len(encryption_units(bed.ground(paths=paths, **changes), [bed.link]).units) == 1


def test_a_policy_that_other_ports_run_is_not_changed_for_a_link() -> None:
    bed = Bed("cisco_iosxe", "cisco_iosxr")
    bed.merge("near", "macsec-policy MACSEC-CORE\n cipher-suite GCM-AES-128\n")
    bed.merge(
        "near",
        "key chain OTHER\n macsec\n  key 01\ninterface HundredGigE0/0/0/1\n"
        " macsec psk-keychain OTHER policy MACSEC-CORE\n",
    )
    reason = left_alone(bed)
    assert reason.reason == "policy-shared"
    assert reason.parameters["port"] == "HundredGigE0/0/0/1"


def test_a_model_without_should_secure_goes_into_one_timer_with_the_outage_named() -> None:
    bed = Bed("cisco_iosxe", "cisco_iosxr")
    assert left_alone(bed, fail_closed=["far"]).reason == "expected-outage"
    overrides = {"expected-outage": {"l1": "announced for tonight"}}
    plan = encryption_units(bed.ground(fail_closed=["far"], overrides=overrides), [bed.link])
    (unit,) = plan.units
    (stage,) = unit.stages
    assert [one.device for one in stage.changes] == ["far", "near"]
    assert ("l1", "expected-outage") in [(one.subject, one.code) for one in plan.risks]
    for change in stage.changes:
        bed.merge(change.device, plan.texts[change.text])
    assert bed.traffic() == {"encrypted"}
    for change in unit.undo[0].stage.changes:
        bed.merge(change.device, plan.texts[change.text])
    assert bed.traffic() == {"clear"}


def test_the_far_end_is_what_lies_behind_the_link_or_further_away() -> None:
    bed = Bed("cisco_iosxe", "cisco_iosxr")
    turned = bed.link.model_copy(update={"a": bed.link.b, "b": bed.link.a})
    for link in (bed.link, turned):
        for links in ({"l1": link}, {**bed.inventory.links, "l1": link}):
            paths = Paths(dataclasses.replace(bed.inventory, links=links), (), TODAY)
            assert [end.device for end in paths.far_first(link)] == ["far", "near"]
    from_far = Paths(bed.inventory, (), TODAY, station="far")
    assert [end.device for end in from_far.far_first(bed.link)] == ["near", "far"]


def test_a_device_that_does_not_answer_is_no_second_path() -> None:
    bed = Bed("cisco_iosxe", "cisco_iosxr")
    devices = {
        **bed.inventory.devices,
        "third": dataclasses.replace(bed.inventory.devices["near"], name="third"),
    }
    by_third = Link.model_validate(
        {**bed.inventory.links["l2"].model_dump(), "a": {"device": "third", "interface": "x1"}}
    )
    inventory = dataclasses.replace(
        bed.inventory, devices=devices, links={"l1": bed.link, "l2": by_third}
    )
    assert Paths(inventory, (), TODAY).cut_off(bed.link) == ()
    assert Paths(inventory, ("third",), TODAY).cut_off(bed.link) == ("far",)


def test_names_of_policies_on_the_way_fit_every_platform() -> None:
    long = "a-link-with-a-very-long-name"
    for make in (way_policy, copy_policy):
        assert len(make("ic-dca-ull-1")) == 15
        assert len(make(long)) == 16
        assert make(long) != make(long + "x")
    assert way_policy("l1") != copy_policy("l1")


@pytest.mark.parametrize(
    ("platform", "text", "sizes"),
    [
        ("cisco_iosxe", "system mtu 9198\ninterface Te1/1\ninterface Te1/2\n mtu 1500\nend\n",
         {"te1/1": 9198, "te1/2": 1500}),
        ("cisco_iosxe", "interface Te1/1\n mtu 9216\ninterface Te1/1.5\ninterface Te1/2\nend\n",
         {"te1/1": 9216, "te1/1.5": 9216}),
        ("cisco_iosxr", "interface Bundle-Ether5\n mtu 9216\ninterface Hu0/0/0/1\n bundle id 5 mode"
         " active\ninterface Hu0/0/0/2\n bundle id 6 mode active\nend\n",
         {"bundle-ether5": 9216, "hu0/0/0/1": 9216}),
        ("arista_eos", "interface Ethernet1\n   channel-group 3 mode active\n"
         "interface Port-Channel3\n   mtu 9214\nend\n",
         {"ethernet1": 9214, "port-channel3": 9214}),
        ("juniper_junos", "set interfaces ae0 mtu 9192\n"
         "set interfaces et-0/0/0 gigether-options 802.3ad ae0\nset interfaces et-0/0/1 mtu 1514\n",
         {"ae0": 9192, "et-0/0/0": 9192, "et-0/0/1": 1514}),
        ("cisco_nxos", "", {}),
        ("unknown", "interface x\n mtu 9\n", {}),
    ],
)  # fmt: skip
def test_the_largest_frame_of_each_interface(
    platform: str, text: str, sizes: dict[str, int]
) -> None:
    assert frame_sizes(platform, text) == sizes
