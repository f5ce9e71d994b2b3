"""Assessments: what counts, what is added to the denominator, coverage, findings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmod.compliance import Assessment, Figure, Parameters, assess, assess_snapshot
from netmod.facts import FactsDocument, KeyChainFact, KeyFact, LinkEndFact
from netmod.inventory import Link, Member
from tests.unit import compliance_region as region
from tests.unit.compliance_region import AT, SUPPLIER, clear, end, host, link, neighbor, secured

BACKBONE = link("l-ns", end("n1", 1), end("s1", 1))
CORE = link("l-ne", end("n1", 2), end("e1", 2), layer="inner-core", capacity="100G")


def good(**extra: Any) -> FactsDocument:
    """Both links encrypted and paired."""
    hosts = {
        "n1": host(secured(1, "A1", "B1"), secured(2, "A2", "C2"), **extra.pop("n1", {})),
        "s1": host(secured(1, "B1", "A1"), **extra.pop("s1", {})),
        "e1": host(secured(2, "C2", "A2"), **extra.pop("e1", {})),
        "e2": host(**extra.pop("e2", {})),
        "c1__lab__example": host(**extra.pop("c1", {})),
    }
    return region.document(**{**hosts, **extra})


def run(document: FactsDocument, *links: Link, **requirements: Any) -> Assessment:
    return assess(region.inventory(*links), document, region.catalogue(**requirements), AT)


def words(assessment: Assessment) -> dict[str, str]:
    return {one.id: one.word for one in assessment.links}


def test_all_encrypted_is_fine() -> None:
    found = run(good(), BACKBONE, CORE)
    assert words(found) == {"l-ns": "encrypted", "l-ne": "encrypted"}
    assert not found.incomplete
    assert not found.has_findings
    total = found.coverage.total
    assert total.links == Figure(encrypted=2, total=2)
    assert total.locations == Figure(encrypted=3, total=3)
    assert total.capacity == Figure(encrypted=110 * 10**9, total=110 * 10**9)
    assert [row.key for row in found.coverage.by_layer] == ["inner-core", "stamnett"]
    assert [row.key for row in found.coverage.by_trust] == ["ous", "ahus"]


def test_a_missing_host_stays_in_every_denominator() -> None:
    document = good()
    hosts = {name: facts for name, facts in document.hosts.items() if name != "s1"}
    failed = {"s1": host(captures=(), warnings=("no answer within 15 s",))}
    for seen in (hosts, {**hosts, **failed}):
        found = run(document.model_copy(update={"hosts": seen}), BACKBONE, CORE)
        assert words(found) == {"l-ns": "unknown", "l-ne": "encrypted"}
        assert [one.name for one in found.missing_hosts] == ["s1"]
        assert found.incomplete
        assert found.coverage.total.links == Figure(encrypted=1, unknown=1, total=2)
        assert found.coverage.total.locations == Figure(encrypted=1, unknown=2, total=3)
        assert found.coverage.total.capacity.encrypted == 100 * 10**9
    assert found.missing_hosts[0].reason == "no answer within 15 s"


def test_an_empty_document_knows_nothing() -> None:
    found = run(FactsDocument(), BACKBONE, CORE)
    assert set(words(found).values()) == {"unknown"}
    assert len(found.missing_hosts) == found.hosts == 5
    assert found.incomplete


def test_a_location_needs_all_of_its_links() -> None:
    document = good()
    hosts = {**document.hosts, "s1": host(clear(1))}
    found = run(document.model_copy(update={"hosts": hosts}), BACKBONE, CORE)
    assert words(found)["l-ns"] == "one-sided"
    assert found.coverage.total.locations == Figure(encrypted=1, total=3)
    assert found.has_findings
    assert not found.incomplete


STATUS_ROWS: list[tuple[dict[str, Any], bool, bool]] = [
    ({"status": "active"}, True, False),
    ({"status": "active", "active_from": date(2026, 11, 28)}, True, False),
    ({"status": "active", "active_from": date(2026, 11, 29)}, False, False),
    ({"status": "planned", "planned_for": date(2026, 12, 1)}, False, False),
    ({"status": "planned", "planned_for": date(2026, 11, 1)}, False, True),
    ({"status": "planned", "active_from": date(2026, 11, 1)}, True, False),
    ({"status": "decommissioned"}, False, False),
    ({"status": "decommissioned", "decommissioned_on": date(2026, 11, 28)}, False, False),
    ({"status": "decommissioned", "decommissioned_on": date(2026, 11, 29)}, True, False),
    ({"status": "active", "decommissioned_on": date(2026, 1, 1)}, True, False),
]


@pytest.mark.parametrize(("values", "counts", "overdue"), STATUS_ROWS)
def test_which_links_count(values: dict[str, Any], counts: bool, overdue: bool) -> None:
    found = run(good(), link("l-ns", end("n1", 1), end("s1", 1), **values))
    assert ("l-ns" in words(found)) is counts
    assert [one.overdue for one in found.inactive] == ([] if counts else [overdue])


ADJACENCY_ROWS: list[tuple[str, Any, dict[str, Any], int]] = [
    ("declared", neighbor(1, "s1", "Hu0/0/0/1"), {}, 0),
    ("declared, with a domain and a serial", neighbor(1, "S1.lab.example(FOX1)", "Hu0/0/0/1"), {}, 0),
    ("sub-interface of a declared port", neighbor("HundredGigE0/0/0/1.10", "s1", None, "isis"), {}, 0),
    ("not declared", neighbor(5, "s1", "Hu0/0/0/5"), {}, 1),
    ("not declared, seen by CDP", neighbor(5, "s1.lab.example", "Hu0/0/0/5", "cdp"), {}, 1),
    ("declared port with another device", neighbor(1, "e1", "Hu0/0/0/9"), {}, 1),
    ("second cable between the same devices", neighbor(7, "s1", "Hu0/0/0/7"), {}, 1),
    ("a planned link in use", neighbor(1, "s1", "Hu0/0/0/1"), {"status": "planned"}, 1),
    ("a decommissioned link in use", neighbor(1, "s1", "Hu0/0/0/1"), {"status": "decommissioned"}, 1),
    ("a stranger", neighbor(5, "printer-7", "eth0"), {}, 0),
    ("a host of another domain with the same name", neighbor(5, "c1.elsewhere.example", "Hu0"), {}, 0),
    ("a host known by its domain", neighbor(5, "c1", "Hu0/0/0/1"), {}, 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "values", "count"),
    [row[1:] for row in ADJACENCY_ROWS],
    ids=[row[0] for row in ADJACENCY_ROWS],
)
def test_adjacencies_between_sites(seen: Any, values: dict[str, Any], count: int) -> None:
    declared = link("l-ns", end("n1", 1), end("s1", 1), **values)
    found = run(good(n1={"neighbors": (seen,)}), declared)
    added = [one for one in found.links if not one.declared]
    assert len(added) == count
    for one in added:
        assert (one.word, one.layer, one.in_scope) == ("unknown", "undeclared", True)
        assert found.coverage.total.capacity.unmeasured == 1
        assert found.incomplete


def test_an_adjacency_inside_a_site_does_not_count() -> None:
    found = run(good(e1={"neighbors": (neighbor(9, "e2", "Hu0/0/0/9"),)}), BACKBONE)
    assert [one.id for one in found.links] == ["l-ns"]


def test_a_cable_seen_from_both_ends_and_by_two_protocols_counts_once() -> None:
    near = (neighbor(5, "s1", "Hu0/0/0/6"), neighbor(5, "s1", "HundredGigE0/0/0/6", "cdp"))
    far = (neighbor(6, "n1", "HundredGigE0/0/0/5"),)
    document = good(n1={"neighbors": near}, s1={"neighbors": far})
    added = [one for one in run(document, BACKBONE).links if not one.declared]
    assert [one.id for one in added] == ["n1:HundredGigE0/0/0/5--s1:Hu0/0/0/6"]


def test_two_cables_between_two_devices_count_twice() -> None:
    near = (neighbor(5, "s1", "Hu0/0/0/5"), neighbor(6, "s1", "Hu0/0/0/6"))
    far = (neighbor(5, "n1", "Hu0/0/0/5"), neighbor(6, "n1", "Hu0/0/0/6"))
    document = good(n1={"neighbors": near}, s1={"neighbors": far})
    assert sum(not one.declared for one in run(document, BACKBONE).links) == 2


def test_what_is_behind_a_supplier_is_declared() -> None:
    seen = {"neighbors": (neighbor(1, "s1", "Hu0/0/0/1"), neighbor(1, "nhn-pe", "xe-0/0/0"))}
    found = run(good(n1=seen), link("l-n", end("n1", 1), SUPPLIER))
    assert words(found) == {"l-n": "unknown"}
    assert found.unknown_neighbors == 0


def test_a_member_of_a_declared_bundle_is_declared() -> None:
    bundle = link(
        "l-ns", end("n1", "Bundle-Ether1"), end("s1", "Bundle-Ether1"),
        members=(Member(a="HundredGigE0/0/0/1", b="HundredGigE0/0/0/1"),),
    )  # fmt: skip
    seen = {"neighbors": (neighbor(1, "s1", "Hu0/0/0/1"),)}
    assert words(run(good(n1=seen), bundle)) == {"l-ns": "encrypted"}


def test_a_declared_member_that_is_not_seen_makes_the_bundle_unknown() -> None:
    bundle = link(
        "l-ns", end("n1", "Bundle-Ether1"), end("s1", "Bundle-Ether1"),
        members=tuple(Member(a=f"HundredGigE0/0/0/{n}", b=f"HundredGigE0/0/0/{n}") for n in (1, 8)),
    )  # fmt: skip
    found = run(good(), bundle)
    assert words(found) == {"l-ns": "unknown"}
    assert "M12" in found.links[0].verdict.forbidden


@pytest.mark.parametrize(
    ("state", "verdict"), [("secured", "encrypted"), ("partial", "unencrypted")]
)
def test_a_member_that_is_seen_and_not_declared_counts(state: Any, verdict: str) -> None:
    bundle = link(
        "l-ns", end("n1", "Bundle-Ether1"), end("s1", "Bundle-Ether1"),
        members=(Member(a="HundredGigE0/0/0/1", b="HundredGigE0/0/0/1"),),
    )  # fmt: skip
    seen = ("HundredGigE0/0/0/1", "HundredGigE0/0/0/9")
    derived = lag_fact(derived=True, members=seen).model_copy(update={"state": state})
    document = region.document(
        n1=host(secured(1, "A1", "B1"), derived), s1=host(secured(1, "B1", "A1"), derived)
    )
    assert words(run(document, bundle)) == {"l-ns": verdict}


def lag_fact(**values: Any) -> LinkEndFact:
    return secured("Bundle-Ether1", "", "", local_sci=None, peer_scis=(), ckn=None, **values)


def test_without_declared_members_the_bundle_counts() -> None:
    bundle = link("l-ns", end("n1", "Bundle-Ether1"), end("s1", "Bundle-Ether1"))
    derived = lag_fact(derived=True, members=("HundredGigE0/0/0/1",))
    document = region.document(n1=host(derived), s1=host(derived))
    found = run(document, bundle)
    assert words(found) == {"l-ns": "encrypted"}
    assert found.links[0].verdict.reason == "pairing-not-proven"


def test_a_sub_interface_is_judged_by_its_port_but_not_by_a_bare_one() -> None:
    tagged = link("l-ns", end("n1", "HundredGigE0/0/0/1.20"), end("s1", "HundredGigE0/0/0/1.20"))
    assert words(run(good(), tagged)) == {"l-ns": "encrypted"}
    bare = region.document(n1=host(clear(1)), s1=host(clear(1)))
    found = run(bare, tagged)
    assert (found.links[0].word, found.links[0].verdict.reason) == ("unknown", "interface-not-seen")


def test_keys_that_run_out_soon_are_seen_through_the_chain() -> None:
    def chain(days: int, following: int | None) -> KeyChainFact:
        first = KeyFact(id="01", start=AT - timedelta(days=9), end=AT + timedelta(days=days))
        last = following and KeyFact(
            id="02", start=AT + timedelta(days=days - 1), end=AT + timedelta(days=following)
        )
        return KeyChainFact(name="KC", macsec=True, keys=(first, last) if last else (first,))

    for days, following, verdict in ((3, None, "weak"), (3, 400, "encrypted"), (90, None, "encrypted")):  # fmt: skip
        document = region.document(
            n1=host(secured(1, "A1", "B1", key_chain="KC"), key_chains=(chain(days, following),)),
            s1=host(secured(1, "B1", "A1")),
        )
        assert words(run(document, BACKBONE)) == {"l-ns": verdict}


def test_a_requirement_is_judged_by_its_own_parameters() -> None:
    lax = Parameters(minimum_cipher="GCM-AES-128", forbidden_weaknesses=())
    ends = {"cipher": "GCM-AES-128", "weaknesses": ("M05",)}
    document = region.document(
        n1=host(secured(1, "A1", "B1", **ends)), s1=host(secured(1, "B1", "A1", **ends))
    )
    found = run(
        document, BACKBONE,
        strict=region.requirement("stamnett"), lax=region.requirement("stamnett", parameters=lax),
        other=region.requirement("storage"), small=region.requirement("stamnett", scope={"site_classes": ["C"]}),
    )  # fmt: skip
    assert words(found) == {"l-ns": "weak"}
    results = {one.requirement: one.outcome for one in found.requirements}
    assert results == {
        "strict": "fail", "lax": "pass", "other": "not-applicable", "small": "not-applicable",
    }  # fmt: skip


def test_what_is_asked_and_was_not_seen_is_unknown() -> None:
    document = region.document(
        n1=host(secured(1, "A1", "B1", cipher=None)), s1=host(secured(1, "B1", "A1"))
    )
    found = run(document, BACKBONE)
    assert words(found) == {"l-ns": "unknown"}
    assert found.links[0].verdict.reason == "bounds-not-seen"
    assert [one.outcome for one in found.findings] == ["unknown"]
    assert found.findings[0].not_seen == ("cipher",)
    assert found.incomplete


def test_findings_have_the_same_id_in_every_run() -> None:
    first, second = run(good(), BACKBONE, CORE), run(FactsDocument(), CORE, BACKBONE)
    ids = [(one.subject, str(one.id)) for one in first.findings]
    assert ids == [(one.subject, str(one.id)) for one in second.findings]
    assert len(set(ids)) == 2
    assert dict(ids)["l-ns"] == "19a5a121-dfe6-519f-b5e5-e3146d40a35b"


def test_what_no_requirement_asks_for_is_outside() -> None:
    campus = link("l-e", end("e1", 2), end("e2", 1), layer="campus")
    found = run(good(), BACKBONE, campus)
    assert found.coverage.total.links.total == 1
    assert found.coverage.outside.links.total == 1
    assert not found.incomplete


def test_hosts_that_the_inventory_does_not_know_are_named() -> None:
    assert run(good(stray=host()), BACKBONE).unexpected_hosts == ("stray",)


def test_a_folder_named_with_its_domain_is_the_device() -> None:
    document = good()
    hosts = {"n1.lab.example" if name == "n1" else name: facts for name, facts in document.hosts.items()}  # fmt: skip
    found = run(document.model_copy(update={"hosts": hosts}), BACKBONE)
    assert words(found) == {"l-ns": "encrypted"}
    assert found.missing_hosts == ()


@pytest.mark.parametrize(
    ("folders", "word", "unexpected"),
    [
        (("n1.lab.example", "n1.old.example"), "unknown", ("n1.lab.example", "n1.old.example")),
        (("n1", "n1.old.example"), "encrypted", ("n1.old.example",)),
        (("N1", "n1.old.example"), "unknown", ("N1", "n1.old.example")),
    ],
)
def test_of_two_folders_that_could_be_one_device_neither_is_guessed(
    folders: tuple[str, ...], word: str, unexpected: tuple[str, ...]
) -> None:
    document = good()
    hosts = {name: facts for name, facts in document.hosts.items() if name != "n1"}
    hosts |= dict.fromkeys(folders, document.hosts["n1"])
    found = run(document.model_copy(update={"hosts": hosts}), BACKBONE)
    assert words(found) == {"l-ns": word}
    assert found.unexpected_hosts == unexpected


@pytest.mark.parametrize(
    ("encrypted", "total", "unmeasured", "permille"),
    [(0, 0, 0, None), (2499, 2500, 0, 999), (9996, 10000, 0, 999), (2500, 2500, 0, 1000),
     (1, 3, 0, 333), (0, 9, 0, 0), (5, 5, 1, 999)],
)  # fmt: skip
def test_shares_are_rounded_down(
    encrypted: int, total: int, unmeasured: int, permille: int | None
) -> None:
    figure = Figure(encrypted=encrypted, total=total, unmeasured=unmeasured)
    assert figure.permille == permille


@given(st.integers(1, 10**15), st.integers(0, 10**15))
def test_only_all_is_a_hundred_percent(total: int, short: int) -> None:
    encrypted = max(total - short, 0)
    assert (Figure(encrypted=encrypted, total=total).permille == 1000) is (encrypted == total)


@given(st.lists(st.sampled_from(["secured", "clear", "missing"]), min_size=4, max_size=4))
def test_every_link_is_counted_and_only_proven_ones_are_encrypted(kinds: list[str]) -> None:
    makers = {
        "secured": lambda own, peer: host(secured(1, own, peer)),
        "clear": lambda *_: host(clear(1)),
    }
    names = [("n1", "A1", "B1"), ("s1", "B1", "A1"), ("e1", "C1", "D1"), ("e2", "D1", "C1")]
    hosts = {
        name: makers[kind](own, peer)
        for (name, own, peer), kind in zip(names, kinds, strict=True)
        if kind != "missing"
    }
    links = (BACKBONE, link("l-ee", end("e1", 1), end("e2", 1)))
    found = run(region.document(**hosts), *links)
    total = found.coverage.total
    assert total.links.total == sum(total.verdicts.values()) == 2
    assert total.links.encrypted == sum(kinds[i : i + 2] == ["secured"] * 2 for i in (0, 2))
    assert found.incomplete is (
        "missing" in kinds or "unknown" in words(found).values() or len(hosts) < 5
    )


def test_a_snapshot_alone_judges_its_own_links() -> None:
    pair = ("n1", "HundredGigE0/0/0/1", "s1", "HundredGigE0/0/0/1")
    found = assess_snapshot(good(), [pair], AT)
    assert [one.word for one in found.links] == ["encrypted"]
    assert {one.subject: one.verdict for one in found.single_ends} == {
        "n1:HundredGigE0/0/0/2": "unknown", "e1:HundredGigE0/0/0/2": "unknown",
    }  # fmt: skip
    assert found.secured_ends == 2
    assert found.incomplete


def test_a_single_end_is_never_encrypted() -> None:
    found = assess_snapshot(region.document(n1=host(secured(1, "A1", "B1"), clear(2))), [], AT)
    assert [one.verdict for one in found.single_ends] == ["unknown", "unencrypted"]
    assert found.single_ends[0].reason == "one-end-only"
    assert (found.secured_ends, found.links) == (1, ())


def test_a_snapshot_link_to_a_host_without_captures_is_unknown() -> None:
    pair = ("n1", "HundredGigE0/0/0/1", "gone", "Ethernet1/1")
    found = assess_snapshot(region.document(n1=host(secured(1, "A1", "B1"))), [pair], AT)
    assert [one.word for one in found.links] == ["unknown"]
    assert [one.name for one in found.missing_hosts] == ["gone"]


def test_an_empty_snapshot_is_incomplete() -> None:
    assert assess_snapshot(FactsDocument(), [], AT).incomplete
