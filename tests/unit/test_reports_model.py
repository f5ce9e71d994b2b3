"""The report model: what it says, in which order, and its exit code."""

from __future__ import annotations

from typing import Any

import pytest

from netmod.compliance import (
    Catalogue,
    Figure,
    Order,
    assess,
    assess_snapshot,
    check_requirements,
)
from netmod.compliance.checks import BUILT_IN
from netmod.facts import FactsDocument, HardeningFacts
from netmod.inventory import Link
from netmod.reports import Report, build_report
from netmod.reports._items import share
from netmod.reports.texts import ENGLISH
from tests.unit import compliance_region as region
from tests.unit.compliance_region import AT, clear, end, host, link, neighbor, secured

LINKS = (
    link("l-ns", end("n1", 1), end("s1", 1)),
    link("l-ne", end("n1", 2), end("e1", 2), layer="inner-core", capacity="100G"),
    link("l-e", end("e1", 3), end("e2", 3), layer="campus"),
    link("l-old", end("n1", 9), end("s1", 9), status="decommissioned"),
)
HOSTS = {
    "n1": host(secured(1, "A1", "B1"), secured(2, "A2", "C2")),
    "s1": host(secured(1, "B1", "A1")),
    "e1": host(secured(2, "C2", "A2"), clear(3)),
    "e2": host(clear(3)),
    "c1__lab__example": host(),
}
LINES = {"h/c.txt": ["line one", "line two  ", "line three"]}


def report(
    document: FactsDocument, *links: Link, catalogue: Catalogue | None = None, **values: Any
) -> Report:
    inventory = region.inventory(*(links or LINKS))
    known = catalogue or region.catalogue()
    return build_report(
        assess(inventory, document, known, AT),
        tool_version="1.2.3", lines=LINES, catalogue=known, inventory=inventory,
        **values,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("hosts", "code", "status"),
    [
        ({}, 0, "fine"),
        ({"s1": host(clear(1))}, 1, "findings"),
        ({"s1": host(captures=())}, 3, "incomplete"),
        ({"s1": host(captures=()), "e1": host(clear(2))}, 3, "incomplete"),
    ],
)
def test_exit_code(hosts: dict[str, Any], code: int, status: str) -> None:
    found = report(region.document(**{**HOSTS, **hosts}))
    assert (found.exit_code, found.status) == (code, status)


@pytest.mark.parametrize(
    ("telnet", "hosts", "code"),
    [
        (False, {}, 0),
        (None, {}, 0),
        (True, {}, 1),
        (True, {"s1": host(clear(1))}, 1),
        (True, {"s1": host(captures=())}, 3),
    ],
)
def test_what_a_device_does_not_meet_is_a_finding_too(
    telnet: bool | None, hosts: dict[str, Any], code: int
) -> None:
    checks = region.requirement(checks=["telnet-off"], scope={"domains": ["core"]})
    known = region.catalogue(backbone=region.requirement("stamnett", "inner-core"), telnet=checks)
    inventory = region.inventory(*LINKS)
    e2 = host(clear(3), hardening=HardeningFacts(telnet_enabled=telnet))
    document = region.document(**{**HOSTS, "e2": e2, **hosts})
    assessment = assess(inventory, document, known, AT)
    checked = check_requirements(assessment, inventory, document, known, BUILT_IN)
    found = build_report(
        assessment, tool_version="1", lines=LINES, catalogue=known, inventory=inventory,
        checked=checked,
    )  # fmt: skip
    assert found.exit_code == code
    if telnet and not hosts:
        assert found.status_text == ENGLISH.say("status-others-not-met")


def test_headline_and_shares_carry_their_denominators() -> None:
    found = report(region.document(**HOSTS))
    assert found.headline == "2 of 2 active links in scope are encrypted"
    assert [found.total.links.percent, found.total.links.detail] == ["100 %", "2 of 2"]
    assert found.total.capacity.detail == "110G of 110G"
    assert found.outside.links.detail == "0 of 1"
    assert [item.id for item in found.inactive] == ["l-old"]


def test_links_that_fail_come_first_and_those_out_of_scope_last() -> None:
    found = report(region.document(**{**HOSTS, "s1": host(clear(1))}))
    assert [item.id for item in found.links] == ["l-ns", "l-ne", "l-e"]


def test_evidence_quotes_the_captured_lines() -> None:
    found = report(region.document(**HOSTS))
    evidence = next(item for item in found.links if item.id == "l-ns").ends[0].evidence[0]
    assert (evidence.command, evidence.file) == ("show macsec mka session detail", "h/c.txt")
    assert [(line.number, line.text) for line in evidence.lines] == [(2, "line two")]


def test_evidence_names_each_file_once() -> None:
    two = secured(1, "A1", "B1")
    sources = tuple(two.sources[0].model_copy(update={"lines": lines}) for lines in ((3,), (1, 3)))
    hosts = {**HOSTS, "n1": host(two.model_copy(update={"sources": sources}))}
    item = next(item for item in report(region.document(**hosts)).links if item.id == "l-ns")
    assert [[line.number for line in one.lines] for one in item.ends[0].evidence] == [[1, 3]]


def test_lines_that_are_not_at_hand_are_left_out() -> None:
    stray = secured(1, "A1", "B1")
    source = stray.sources[0].model_copy(update={"lines": (0, 2, 99)})
    hosts = {**HOSTS, "n1": host(stray.model_copy(update={"sources": (source,)}))}
    found = report(region.document(**hosts))
    item = next(item for item in found.links if item.id == "l-ns")
    assert [line.number for line in item.ends[0].evidence[0].lines] == [2]


def test_the_first_screen_names_missing_hosts_and_what_is_not_proven() -> None:
    unmarked = secured(1, "B1", "A1", local_sci=None)
    seen = (neighbor(7, "e2", "Hu0/0/0/7"), neighbor(8, "printer", None))
    hosts = {**HOSTS, "s1": host(unmarked, neighbors=seen), "stray": host()}
    hosts["e2"] = host(captures=(), warnings=("no answer",))
    found = report(region.document(**hosts))
    assert found.missing_text.startswith("Devices without captures: 1 of 5.")
    assert [(one.name, one.site, one.reason) for one in found.missing_hosts] == [
        ("e2", "East", "no answer")
    ]
    said = " ".join(found.limits)
    for words in (
        "Pairing not proven: 1 of 2", "no active link declares: 1.", "without a known capacity: 1",
        "outside of the inventory: 1", "does not know: 1 (stray)", "A snapshot is a moment",
    ):  # fmt: skip
        assert words in said


def test_the_order_prints_what_is_not_registered() -> None:
    order = region.requirement("stamnett", of_order=True)
    empty = region.catalogue(order=order)
    filled = Catalogue(
        Order.model_validate({"case_number": "25/1", "deadline": "2027-01-31", "text": ""}),
        empty.parameters, empty.sources, empty.requirements,
    )  # fmt: skip
    words = [dict(report(region.document(**HOSTS), catalogue=one).order) for one in (empty, filled)]
    assert set(words[0].values()) == {"not registered"}
    assert words[1] == {
        "Case number": "25/1", "Text": "not registered", "Deadline": "31 January 2027",
        "Extended to": "not registered",
    }  # fmt: skip


def test_requirements_carry_the_marks_of_their_sources() -> None:
    item = report(region.document(**HOSTS)).requirements[0]
    assert (item.outcome_label, item.sources[0].mark_label) == ("met", "not verified")


@pytest.mark.parametrize(
    ("figure", "capacity", "percent", "detail", "beside"),
    [
        (Figure(encrypted=9996, total=10000), False, "99.9 %", "9,996 of 10,000", ""),
        (Figure(encrypted=3, total=3), False, "100 %", "3 of 3", ""),
        (Figure(), False, "–", "no link", ""),
        (Figure(unmeasured=2), True, "–", "not known", ""),
        (Figure(total=10**9, unknown=10**9), True, "0.0 %", "0 of 1G", "1G unknown"),
        (Figure(encrypted=1, total=4, attested=1, unknown=2), False, "25.0 %", "1 of 4",
         "2 unknown, 1 attested"),
    ],
)  # fmt: skip
def test_shares(figure: Figure, capacity: bool, percent: str, detail: str, beside: str) -> None:
    found = share(figure, ENGLISH, capacity=capacity)
    assert (found.percent, found.detail, found.beside) == (percent, detail, beside)


@pytest.mark.parametrize(
    ("bits", "text"),
    [(None, "not known"), (10**9, "1G"), (1_250_000_000, "1.2G"), (10**12, "1T"),
     (999_999_999, "999.9M"), (64_000, "64,000 bit/s")],
)  # fmt: skip
def test_capacities(bits: int | None, text: str) -> None:
    assert ENGLISH.capacity(bits) == text


def test_a_snapshot_alone_has_ends_and_no_map() -> None:
    document = region.document(n1=host(secured(1, "A1", "B1"), clear(2)))
    found = build_report(assess_snapshot(document, [], AT), tool_version="1", lines=LINES)
    assert found.headline == "1 of 2 link ends encrypt; their other ends are not known"
    assert [item.verdict for item in found.single_ends] == ["unencrypted", "unknown"]
    assert found.single_ends[1].ends[1].label == "other end not known"
    assert (found.map_sites, found.requirements, found.exit_code) == ((), (), 3)


def test_nothing_at_all_is_said_so() -> None:
    found = build_report(assess_snapshot(FactsDocument(), [], AT), tool_version="1", lines={})
    assert found.headline == "The captures say nothing about any link"
    assert found.exit_code == 3


def test_the_same_assessment_gives_the_same_report() -> None:
    document = region.document(**HOSTS)
    assert report(document).model_dump_json() == report(document).model_dump_json()
