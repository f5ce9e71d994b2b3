"""Languages: the same codes and placeholders in each, and none of one in a report of the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

import netmod.compliance
import netmod.reports
from netmod.compliance import (
    LAYERS,
    MARKS,
    OUTCOMES,
    REASONS,
    STATES,
    TABLE,
    VERDICTS,
    WEAKNESS_CODES,
    Figure,
    Mark,
    MilestoneColour,
    Pairing,
    Status,
)
from netmod.compliance.checks._rows import ROWS
from netmod.inventory.models import EncryptedBy, SiteKind
from netmod.platforms._why import SENTENCES
from netmod.reports import Edition, Report, html
from netmod.reports.document import DocumentKind
from netmod.reports.site import MANUAL
from netmod.reports.texts import ENGLISH, LANGUAGES, NORWEGIAN, Texts, texts_of
from tests.unit import compliance_region as region
from tests.unit.compliance_region import SUPPLIER, clear, end, host, link, neighbor, secured
from tests.unit.test_reports_model import HOSTS, LINKS, report
from tests.unit.test_reports_writers import Reader, printed

TABLES = [one.name for one in fields(Texts) if one.name not in ("language", "locale")]
ENGLISH_COMES_ALONG = ("end_reasons", "findings", "fact_names")
WITHOUT_PARAMETER = {"incomplete-configuration"}
"""Its parameter is prose of a reader."""


def table(texts: Texts, name: str) -> Mapping[str, str]:
    found: Mapping[str, str] = getattr(texts, name)
    return found


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("name", [name for name in TABLES if name not in ENGLISH_COMES_ALONG])
def test_both_languages_have_the_same_codes_in_the_same_order(name: str) -> None:
    english, norwegian = table(ENGLISH, name), table(NORWEGIAN, name)
    assert list(norwegian) == list(english)
    for code, sentence in english.items():
        assert placeholders(norwegian[code]) == placeholders(sentence), code
        assert bool(norwegian[code]) == bool(sentence), code


def test_every_reason_of_a_reader_has_a_norwegian_sentence() -> None:
    assert list(NORWEGIAN.end_reasons) == list(SENTENCES)
    for code, sentence in SENTENCES.items():
        expected = set() if code in WITHOUT_PARAMETER else placeholders(sentence)
        assert placeholders(NORWEGIAN.end_reasons[code]) == expected, code


def reasons_of_checks() -> set[str]:
    """Every reason that a module of checks names, and those about the catalogue."""
    room = Path(netmod.compliance.__file__).parent
    files = [*(room / "checks").glob("*.py"), room / "checked.py"]
    written = "".join(path.read_text(encoding="utf-8") for path in files)
    outcomes = "pass|fail|unknown|error|not-applicable"
    said = set(re.findall(rf'"(?:{outcomes})",\s*"([a-z0-9-]+)"', written))
    said |= set(re.findall(r'reason(?:, values)? = "([a-z0-9-]+)"', written))
    for one, other in re.findall(
        r'reason = "([a-z0-9-]+)"\s+if [^"]+ else\s+"([a-z0-9-]+)"', written
    ):
        said |= {one, other}
    return said - {*OUTCOMES, *VERDICTS}


def test_every_reason_of_a_check_has_a_norwegian_sentence() -> None:
    reasons = reasons_of_checks()
    assert len(reasons) > 30
    assert reasons - set(NORWEGIAN.findings) == set()
    assert {row.fact for row in ROWS} - set(NORWEGIAN.fact_names) == set()


def test_a_reason_without_words_keeps_its_english_sentence() -> None:
    told = NORWEGIAN.finding("of-another-package", {}, "something is wrong")
    assert told == ENGLISH.finding("fact-on", {}, "something is wrong") == "Something is wrong"
    assert NORWEGIAN.finding("fact-on", {"fact": "telnet_enabled"}, "x") == "Telnet er på"
    assert NORWEGIAN.finding("fact-on", {"fact": "of_another"}, "x") == "Of_another er på"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_text(language: str) -> None:
    texts = texts_of(language)  # type: ignore[arg-type]  # parametrize gives str
    for name, codes in (
        ("verdicts", {*VERDICTS, *TABLE.values()}),
        ("verdict_meanings", VERDICTS),
        ("states", STATES),
        ("weaknesses", WEAKNESS_CODES),
        ("layers", {*LAYERS, "undeclared", "snapshot"}),
        ("outcomes", OUTCOMES),
        ("reasons", REASONS),
        ("marks", MARKS),
        ("source_marks", get_args(Mark)),
        ("statuses", get_args(Status)),
        ("pairings", get_args(Pairing)),
        ("encryptors", get_args(EncryptedBy)),
        ("colours", get_args(MilestoneColour)),
        ("link_states", {"", "withdrawn", "out-of-scope", "planned", "decommissioned"}),
        ("site_kinds", get_args(SiteKind)),
    ):
        assert set(table(texts, name)) == set(codes), name


@pytest.mark.parametrize("name", ["sentences", "headings"])
def test_no_text_is_without_use(name: str) -> None:
    """A text that no writer says is one that nobody keeps true."""
    room = Path(netmod.reports.__file__).parent
    files = [*room.glob("*.py"), *room.glob("page/*"), room / "texts" / "_texts.py"]
    written = "".join(path.read_text(encoding="utf-8") for path in files)
    said = set(re.findall(r"[\"']([a-z][a-z -]*)[\"']", written))
    said |= set(re.findall(r"\b(?:head|notes)\.([a-z][a-z-]*)", written))  # as typst writes it
    computed = {"status-fine", "status-findings", "status-incomplete", "status-others-not-met", "forecast-reached",
                "forecast-too-little-history", "forecast-no-progress", "forecast-expected"}  # fmt: skip
    computed |= {f"{kind}-title" for kind in get_args(DocumentKind)}
    computed |= {f"site-title-{kind}" for kind in ("as-built", "sat")}
    computed |= {
        f"{kind}-{word}"
        for kind in ("as-built", "sat")
        for word in ("basis", "fine", "findings", "incomplete")
    }
    computed |= {f"manual-{name}" for name in MANUAL}
    assert set(table(ENGLISH, name)) - said - computed == set()


# Words of sentences that a report is full of, and that the other language does not have.
ENGLISH_WORDS = re.compile(
    r"\b(the|of|and|with|both|ends?|links?|encrypts?|encrypted|not|unknown|captures?|sites?|layer|"
    r"trust|search|skip|report|requirements?|deadline|backbone|core|verdict|why|weak|device|all|no|"
    r"January|state|shown|legend)\b",
    re.IGNORECASE,
)
NORWEGIAN_WORDS = re.compile(
    r"\b(og|ikke|med|begge|ender|forbindelser?|kryptert|krypterer|ukjent|utskrift\w*|lokasjon\w*|"
    r"nettlag|helseforetak|søk|krav|frist|stamnettet|vurdering|hvorfor|svak|enhet|alle|ingen|"
    r"januar|tilstand|vist|tegnforklaring)\b",
    re.IGNORECASE,
)


def everything(language: str) -> Report:
    """A report in which most sentences are said."""
    links = (
        *LINKS,
        link("l-supplier", end("n1", 5), SUPPLIER),
        link("l-optical", end("n1", 6), end("s1", 6), encrypted_by="optical"),
        link("l-planned", end("n1", 8), end("s1", 8), status="planned"),
        link("l-size", end("n1", 4), end("s1", 4)).model_copy(update={"capacity": None}),
    )
    weak = secured(4, "A4", "B4", weaknesses=("M01", "M13"))
    seen = (neighbor(7, "e2", "Hu0/0/0/7"), neighbor(8, "printer", None))
    hosts = {
        **HOSTS,
        "n1": host(secured(1, "A1", "B1"), secured(2, "A2", "C2", local_sci=None), weak),
        "s1": host(clear(1), secured(4, "B4", "A4", cipher="GCM-AES-128"), neighbors=seen),
        "e2": host(captures=()),
        "stray": host(),
    }
    catalogue = region.catalogue(
        order=region.requirement(
            "stamnett", "campus", of_order=True, partly=True, deadline="2027-01-31",
            deadline_basis=region.text("basis"),
        )
    )  # fmt: skip
    edition = Edition(language)  # type: ignore[arg-type]  # parametrize gives str
    return report(region.document(**hosts), *links, catalogue=catalogue, edition=edition)


def own_words(text: str) -> str:
    """Without names: of test data, of commands, of files, and of cryptography."""
    names = (
        r"show macsec mka session detail|should-secure|must-secure|line (one|two|three)|"
        r"confidentiality offset|A law|l-[a-z]+|netmod"
    )
    return re.sub(names, " ", text)


@pytest.mark.parametrize(("language", "foreign"), [("nb", ENGLISH_WORDS), ("en", NORWEGIAN_WORDS)])
def test_no_word_of_the_other_language_in_a_report(language: str, foreign: re.Pattern[str]) -> None:
    made = everything(language)
    assert made.language == language
    for text in (Reader(html.render(made)).text, printed(made, width=200)):
        assert foreign.findall(own_words(text)) == []


def test_the_words_that_are_looked_for_would_be_found() -> None:
    english, norwegian = (Reader(html.render(everything(one))).text for one in ("en", "nb"))
    assert len(ENGLISH_WORDS.findall(english)) > 100
    assert len(NORWEGIAN_WORDS.findall(norwegian)) > 100


def test_only_words_differ_between_the_languages() -> None:
    english, norwegian = everything("en"), everything("nb")
    for name in ("exit_code", "status", "generated_at", "captured_at", "hosts", "tool_version"):
        assert getattr(norwegian, name) == getattr(english, name)
    for one, other in zip(english.links, norwegian.links, strict=True):
        assert (one.id, one.verdict, one.reason, one.parameters) == (
            other.id, other.verdict, other.reason, other.parameters,
        )  # fmt: skip
        assert one.why != other.why
    for one, other in zip(english.by_layer, norwegian.by_layer, strict=True):
        assert (one.key, one.verdicts, one.links.encrypted, one.capacity.total) == (
            other.key, other.verdicts, other.links.encrypted, other.capacity.total,
        )  # fmt: skip


def test_prose_of_collection_is_marked_as_english_in_a_norwegian_page() -> None:
    made = everything("nb").model_copy(update={"warnings": ("the clock is wrong",)})
    marked = [a for tag, a in Reader(html.render(made)).tags if tag != "html" and "lang" in a]
    assert [one["lang"] for one in marked] == ["en"]


NOON = datetime(2026, 3, 1, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (ENGLISH, ("1,234,567", "99.9 %", "1.2T", "1 March 2026, 12:05 UTC", "1 May 2026")),
        (NORWEGIAN, ("1 234 567", "99,9 %", "1,2T", "1. mars 2026 kl. 12:05 UTC", "1. mai 2026")),
    ],
)
def test_numbers_and_dates(texts: Texts, expected: tuple[str, ...]) -> None:
    written = (
        texts.number(1_234_567),
        texts.percent(Figure(encrypted=9999, total=10_000)),
        texts.capacity(1_250_000_000_000),
        texts.moment(NOON),
        texts.day(date(2026, 5, 1)),
    )
    assert tuple(" ".join(one.split()) for one in written) == expected


def test_a_time_keeps_its_own_zone() -> None:
    oslo = NOON.astimezone(timezone(timedelta(hours=1)))
    assert NORWEGIAN.moment(oslo) == "1. mars 2026 kl. 13:05 UTC+01:00"
    assert NORWEGIAN.moment(None) == "ikke kjent"
