"""The short text that tells people what the night brought. In English or Norwegian."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from netmod.reports.night import SEVERITIES, NightReport

Language = Literal["en", "nb"]
_SHOWN = 15
_GOOD = ("encrypted", "attested", "pass")
_BAD = ("weak", "configured", "unknown", "one-sided", "unencrypted", "fail")

_TEXTS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "netmod: {new} new, {fixed} fixed",
        "title-failed": "netmod: the nightly run is not complete",
        "title-late": "netmod: no complete run since {when}",
        "never": "ever",
        "late": "The dead man's switch: no nightly run of {scope} was complete in {hours} hours. "
        "See its journal, and start it by hand: netmod nightly",
        "stage": "Stage {stage} failed: {why}",
        "drifts": "New drift",
        "fixed": "Fixed",
        "links": "Links",
        "requirements": "Requirements",
        "lost": "No longer known",
        "found": "Known again",
        "sites": "Sites that could not be reached",
        "devices-of": "{count} devices",
        "rejected": "Configs that did not become a backup",
        "more": "… and {count} more",
        "unseen": "new",
        "totals": "{total} devices: {clean} clean, {drift} with drift, {unknown} unknown",
        "coverage": "{encrypted} of {total} links in scope encrypted, {unknown} unknown",
        "run": "Run {run} ({scope})",
    },
    "nb": {
        "title": "netmod: {new} nye, {fixed} rettet",
        "title-failed": "netmod: nattkjøringen er ikke fullstendig",
        "title-late": "netmod: ingen fullstendig kjøring siden {when}",
        "never": "noen gang",
        "late": "Dødmannsknappen: ingen nattkjøring av {scope} var fullstendig på {hours} timer. "
        "Se journalen, og start den for hånd: netmod nightly",
        "stage": "Steget {stage} feilet: {why}",
        "drifts": "Nye avvik",
        "fixed": "Rettet",
        "links": "Forbindelser",
        "requirements": "Krav",
        "lost": "Ikke lenger kjent",
        "found": "Kjent igjen",
        "sites": "Lokasjoner som ikke kunne nås",
        "devices-of": "{count} enheter",
        "rejected": "Konfigurasjoner som ikke ble sikkerhetskopi",
        "more": "… og {count} til",
        "unseen": "ny",
        "totals": "{total} enheter: {clean} uten avvik, {drift} med avvik, {unknown} ukjent",
        "coverage": "{encrypted} av {total} forbindelser i omfang kryptert, {unknown} ukjent",
        "run": "Kjøring {run} ({scope})",
    },
}
_WORDS: dict[Language, dict[str, str]] = {
    "en": {},
    "nb": {
        "critical": "kritisk",
        "high": "høy",
        "medium": "middels",
        "low": "lav",
        "encrypted": "kryptert",
        "attested": "bekreftet av leverandør",
        "weak": "svak",
        "configured": "bare konfigurert",
        "unknown": "ukjent",
        "one-sided": "ensidig",
        "unencrypted": "ikke kryptert",
        "pass": "oppfylt",
        "fail": "ikke oppfylt",
        "not-applicable": "ikke aktuelt",
        "planned": "planlagt",
        "decommissioned": "lagt ned",
    },
}


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent."""

    title: str
    body: str


def message(report: NightReport, language: Language) -> Message | None:
    """What people are told of a run; None where there is nothing to tell."""
    tells = report.news or report.failures or report.rejected or report.first
    return summary(report, language) if tells else None


def summary(report: NightReport, language: Language) -> Message:
    """A run in short. It names devices, links and sections, and quotes no line of a config."""
    news = report.news
    text = _TEXTS[language]
    new = len(news.drifts) + len(news.lost) + _changed(report, *_BAD)
    fixed = len(news.drifts_fixed) + len(news.found) + _changed(report, *_GOOD)
    title = text["title-failed"] if report.failures else text["title"]
    lines = [
        *(text["stage"].format(stage=one.name, why=one.failure) for one in report.failures),
        *_sections(report, language),
        text["totals"].format(total=sum(report.devices.values()), **report.devices),
        text["coverage"].format(
            encrypted=report.links("encrypted"),
            total=report.links(),
            unknown=report.links("unknown"),
        ),
        text["run"].format(run=report.run, scope=report.scope),
    ]
    return Message(title.format(new=new, fixed=fixed), "\n".join(lines))


def late(scope: str, last: datetime | None, hours: float, language: Language) -> Message:
    """What the dead man's switch says."""
    text = _TEXTS[language]
    when = f"{last:%Y-%m-%d %H:%M} UTC" if last else text["never"]
    return Message(
        text["title-late"].format(when=when), text["late"].format(scope=scope, hours=f"{hours:g}")
    )


def _changed(report: NightReport, *to: str) -> int:
    """How many links and requirements came into one of these states."""
    return sum(after in to for _, _, after in (*report.news.links, *report.news.requirements))


def _sections(report: NightReport, language: Language) -> Iterator[str]:
    text, words, news = _TEXTS[language], _WORDS[language], report.news

    def word(code: str) -> str:
        return words.get(code, code) if code else text["unseen"]

    gravest = sorted(news.drifts, key=lambda one: (SEVERITIES.index(one[1]), one))
    yield from _section(text, "drifts", (f"{host}: {word(bad)}, {at}" for host, bad, at in gravest))
    yield from _section(text, "fixed", (f"{host}: {at}" for host, _, at in news.drifts_fixed))
    for name, changed in (("links", news.links), ("requirements", news.requirements)):
        told = (f"{one}: {word(before)} → {word(after)}" for one, before, after in changed)
        yield from _section(text, name, told)
    yield from _section(text, "lost", news.lost)
    yield from _section(text, "found", news.found)
    count = text["devices-of"]
    sites = (f"{site}: {count.format(count=devices)}" for site, devices in report.dead_sites)
    yield from _section(text, "sites", sites)
    yield from _section(text, "rejected", report.rejected)


def _section(text: dict[str, str], name: str, lines: Iterable[str]) -> Iterator[str]:
    told = list(lines)
    if not told:
        return
    yield f"{text[name]} ({len(told)})"
    yield from (f"- {line}" for line in told[:_SHOWN])
    if len(told) > _SHOWN:
        yield text["more"].format(count=len(told) - _SHOWN)
    yield ""
