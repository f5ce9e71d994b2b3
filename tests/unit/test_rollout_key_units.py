"""Key rollover: encrypted at every moment, and the key in use is never deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from netmod.lab.macsec import Key
from netmod.rollout.gates import judge
from netmod.rollout.key_units import key_rollover_units
from netmod.rollout.link_ground import LinkPlan
from netmod.rollout.model import Stage
from tests.unit.link_bed import CKN, Bed

NEW = "1c" * 32
OLD_KEY = {"ckn": CKN, "secret": "macsec/l1/1", "start": "2026-01-01", "end": "2026-08-31"}
NEW_KEY = {"ckn": NEW, "secret": "macsec/l1/2", "start": "2026-08-01", "end": "2028-08-31"}
SWITCHED = datetime(2026, 8, 2, 12, tzinfo=UTC)
WITH_LIFETIMES = ("cisco_iosxe", "cisco_iosxr", "cisco_nxos")
ONE_KEY = ("juniper_junos", "arista_eos")


def encrypted(far: str, near: str) -> Bed:
    """A link that runs on the old key."""
    bed = Bed(far, near)
    bed.give_keys(OLD_KEY)
    for name, text in bed.ground().intended["l1"].items():
        bed.merge(name, text)
    assert in_use(bed) == {CKN}
    return bed


def in_use(bed: Bed) -> set[str | None]:
    return {one.ckn for host in bed.seen().facts.values() for one in host.link_ends}


def roll(bed: Bed) -> LinkPlan:
    return key_rollover_units(bed.ground(), [bed.link])


def reasons(plan: LinkPlan) -> list[str]:
    return [one.reason for one in plan.excluded]


def carry_out(bed: Bed, plan: LinkPlan, stages: tuple[Stage, ...] | None = None) -> None:
    """Every stage; encrypted after each change, and every key gate passed after each stage."""
    (unit,) = plan.units
    for stage in unit.stages if stages is None else stages:
        for change in stage.changes:
            active = {
                name: bed.fabric.port(bed.device(name), bed.port(name)) for name in bed.devices
            }
            bed.merge(change.device, plan.texts[change.text])
            assert bed.traffic() == {"encrypted"}, change.id
            state = active[change.device]
            assert state is not None
            assert state.active is not None
            assert still_there(bed, change.device, state.active.key), change.id
        for name in set(stage.gates) & set(plan.gates):
            assert judge(plan.gates[name], None, bed.seen()).outcome == "pass", name


def still_there(bed: Bed, device: str, key: Key) -> bool:
    port = bed.device(device).view.ports[bed.port(device)].macsec
    assert port is not None
    chains = [port.key_chain, *([port.fallback_key_chain] if port.fallback_key_chain else [])]
    return any(one.name == key.name and one.secret == key.secret for c in chains for one in c.keys)


@pytest.mark.parametrize(("far", "near"), [*product(WITH_LIFETIMES, WITH_LIFETIMES)])
def test_a_new_key_is_added_takes_over_and_the_old_one_goes(far: str, near: str) -> None:
    bed = encrypted(far, near)
    bed.give_keys(OLD_KEY, NEW_KEY)
    carry_out(bed, roll(bed))
    assert in_use(bed) == {CKN}
    assert reasons(roll(bed)) == ["nothing-to-roll"]
    bed.give_keys(NEW_KEY, OLD_KEY)
    bed.clock.advance(SWITCHED - bed.clock.now())
    assert in_use(bed) == {NEW}
    assert bed.traffic() == {"encrypted"}
    bed.give_keys(NEW_KEY)
    carry_out(bed, roll(bed))
    for host in bed.seen().facts.values():
        (chain,) = [one for one in host.key_chains if one.name == "KC"]
        assert [key.id for key in chain.keys] == [NEW]
    assert reasons(roll(bed)) == ["nothing-to-roll"]


@pytest.mark.parametrize(("far", "near"), [*product(ONE_KEY, ONE_KEY)])
def test_one_key_and_a_fallback_carry_the_new_key_over(far: str, near: str) -> None:
    bed = encrypted(far, near)
    bed.clock.advance(SWITCHED - bed.clock.now())
    bed.give_keys(NEW_KEY, OLD_KEY)
    carry_out(bed, roll(bed))
    assert in_use(bed) == {NEW}
    bed.give_keys(NEW_KEY)
    assert reasons(roll(bed)) == ["nothing-to-roll"]


@pytest.mark.parametrize(("far", "near"), [*product(WITH_LIFETIMES, ONE_KEY), *product(ONE_KEY, WITH_LIFETIMES)])  # fmt: skip
def test_an_end_with_one_key_follows_the_one_that_switched(far: str, near: str) -> None:
    bed = encrypted(far, near)
    bed.give_keys(OLD_KEY, NEW_KEY)
    carry_out(bed, roll(bed))
    assert in_use(bed) == {CKN}
    bed.give_keys(NEW_KEY, OLD_KEY)
    assert reasons(roll(bed)) == ["not-switched"]
    bed.clock.advance(SWITCHED - bed.clock.now())
    assert in_use(bed) == {"0b" * 32}, "the fallback carries the link until the other end follows"
    assert bed.traffic() == {"encrypted"}
    carry_out(bed, roll(bed))
    assert in_use(bed) == {NEW}


def test_a_key_that_begins_too_soon_is_not_added() -> None:
    bed = encrypted("cisco_iosxe", "cisco_iosxr")
    bed.clock.advance(datetime(2026, 7, 31, 12, tzinfo=UTC) - bed.clock.now())
    bed.give_keys(OLD_KEY, NEW_KEY)
    assert reasons(roll(bed)) == ["key-begins-too-soon"]


def test_the_key_in_use_is_not_removed() -> None:
    bed = encrypted("cisco_iosxe", "cisco_iosxr")
    bed.give_keys({**NEW_KEY, "start": "2026-06-01"})
    assert reasons(roll(bed)) == ["key-begins-too-soon"]
    bed.give_keys(OLD_KEY, NEW_KEY)
    carry_out(bed, roll(bed))
    bed.give_keys(NEW_KEY)
    assert reasons(roll(bed)) == ["key-not-valid"]
    bed.clock.advance(SWITCHED - bed.clock.now())
    bed.device("near").skew = timedelta(days=-10)
    assert reasons(roll(bed)) == ["not-switched"]


def test_without_fallback_or_the_old_keys_secret_nothing_is_swapped() -> None:
    bed = encrypted("juniper_junos", "arista_eos")
    bed.give_keys({**NEW_KEY, "start": "2026-01-01"})
    assert reasons(roll(bed)) == ["old-key-unknown"]
    encryption = bed.link.encryption
    assert encryption is not None
    bare = encryption.model_copy(update={"fallback_key_chain": None})
    link = bed.link.model_copy(update={"encryption": bare})
    bed.give_keys({**NEW_KEY, "start": "2026-01-01"}, OLD_KEY)
    assert reasons(key_rollover_units(bed.ground(), [link])) == ["no-fallback"]


def test_a_link_that_is_not_encrypted_has_nothing_to_roll() -> None:
    assert reasons(roll(Bed("cisco_iosxe", "cisco_iosxr"))) == ["not-encrypted"]


def test_adding_is_taken_back_while_the_old_key_is_in_use() -> None:
    bed = encrypted("cisco_iosxe", "cisco_nxos")
    before = bed.seen().facts
    bed.give_keys(OLD_KEY, NEW_KEY)
    plan = roll(bed)
    carry_out(bed, plan)
    carry_out(bed, plan, tuple(one.stage for one in plan.units[0].undo))
    assert bed.seen().facts == before
