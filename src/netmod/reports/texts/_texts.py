"""What a language has to have, and how codes become sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from babel.dates import format_date
from babel.numbers import format_decimal

from netmod.compliance import End, Figure, LinkVerdict
from netmod.compliance import Weakness as FoundWeakness

Language = Literal["en", "nb"]


@dataclass(frozen=True, slots=True)
class Texts:
    """All tables of one language, and the sentences made of them.

    Tables are found by code. Every language has the same codes in every table but `end_reasons`,
    `findings` and `fact_names`, which are empty in English: facts and findings bring that sentence
    along.
    """

    language: Language
    locale: str
    verdicts: Mapping[str, str]
    verdict_meanings: Mapping[str, str]
    layers: Mapping[str, str]
    states: Mapping[str, str]
    outcomes: Mapping[str, str]
    source_marks: Mapping[str, str]
    statuses: Mapping[str, str]
    dates: Mapping[str, str]
    pairings: Mapping[str, str]
    weaknesses: Mapping[str, str]
    mismatches: Mapping[str, str]
    aspects: Mapping[str, str]
    facts: Mapping[str, str]
    encryptors: Mapping[str, str]
    reasons: Mapping[str, str]
    marks: Mapping[str, str]
    end_reasons: Mapping[str, str]
    sentences: Mapping[str, str]
    headings: Mapping[str, str]
    colours: Mapping[str, str]
    link_states: Mapping[str, str]
    site_kinds: Mapping[str, str]
    findings: Mapping[str, str]
    fact_names: Mapping[str, str]

    def say(self, code: str, **parameters: object) -> str:
        """The sentence of a code. Whole numbers are written as the language writes them."""
        values = {
            name: self.number(value) if isinstance(value, int) else value
            for name, value in parameters.items()
        }
        return self.sentences[code].format(**values)

    def reason(self, verdict: LinkVerdict) -> str:
        """Why a link has its verdict."""
        values = dict(verdict.parameters)
        for name, table in (
            ("mark", self.marks),
            ("state", self.states),
            ("status", self.statuses),
            ("encrypted_by", self.encryptors),
        ):
            if name in values:
                values[name] = named(table, values[name])
        if "until" in values:
            values["until"] = self.day(date.fromisoformat(values["until"]))
        if "aspects" in values:
            values["aspects"] = self._listed_aspects(values["aspects"].split(", "))
        ends = {"a": verdict.a, "b": verdict.b}
        reasons = dict.fromkeys(self.end_reason(ends[side]) for side in verdict.why_ends)
        values["why"] = "; ".join(reasons)
        sentence = self.reasons[verdict.reason].format(**values)
        if verdict.member is not None:
            return _capital(
                self.reasons["member-decides"].format(member=verdict.member, why=sentence)
            )
        begins_with_name = self.reasons[verdict.reason].startswith("{")
        return sentence if begins_with_name else _capital(sentence)

    def end_reason(self, end: End) -> str:
        """Why an end has its state."""
        if end.fact is None:
            return ""
        if end.fact.why_code not in self.end_reasons:
            return end.fact.why
        values = dict(end.fact.why_parameters)
        if "state" in values:
            values["state"] = named(self.states, values["state"])
        return self.end_reasons[end.fact.why_code].format(**values)

    def finding(self, reason: str, parameters: Mapping[str, str], why: str) -> str:
        """Why a check ended as it did; `why`, which is English, where the language has no words
        for it."""
        sentence = self.findings.get(reason)
        if sentence is None:
            return _capital(why)
        values = dict(parameters)
        if "fact" in values:
            values["fact"] = named(self.fact_names, values["fact"])
        return _capital(sentence.format(**values))

    def verdict_or_state(self, word: str) -> str:
        """What a link was or is: a verdict, or why it does not count."""
        return self.verdicts.get(word) or named(self.link_states, word)

    def end_label(self, end: End) -> str:
        """`host interface`, or the supplier's name."""
        nobody = end.host is None and end.supplier is None
        return self.say("no-end") if nobody else end.label

    def judged_by(self, end: End) -> str:
        """By which other interface an end was judged; empty where by its own."""
        if end.fact is None or end.found_by not in ("parent", "lag"):
            return ""
        sentence = self.reasons[f"judged-by-{end.found_by}"]
        return sentence.format(end=end.label, port=end.fact.interface)

    def mark(self, verdict: LinkVerdict) -> str:
        """What was compared to pair the two ends, and how it ended."""
        words = self.pairings[verdict.pairing]
        return f"{words} ({self.marks[verdict.mark]})" if words and verdict.mark else words

    def weakness(self, found: FoundWeakness) -> str:
        """A weakness in words, with what it is about."""
        bits, unit, _ = found.detail.partition(" bits")
        detail = self.say("bits", bits=bits) if unit else named(self.mismatches, found.detail)
        words = self.weaknesses[found.code]
        return f"{words} ({detail})" if detail else words

    def not_seen(self, names: tuple[str, ...]) -> str:
        """What was asked for and not seen; empty where everything was."""
        return self.say("not-seen", aspects=self._listed_aspects(names)) if names else ""

    def _listed_aspects(self, names: tuple[str, ...] | list[str]) -> str:
        return ", ".join(self.aspects[name] for name in names)

    def percent(self, figure: Figure) -> str:
        """A share with one decimal, rounded down; a dash where there is nothing to share."""
        share = figure.permille
        if share is None:
            return "–"
        return "100 %" if share == 1000 else f"{_decimal(Decimal(share) / 10, '0.0', self)} %"

    def number(self, value: int) -> str:
        """A whole number with its thousands apart."""
        return _decimal(Decimal(value), "#,##0", self)

    def capacity(self, bits: int | None) -> str:
        """Bits per second as operators write them, rounded down: 100G, 1.2T."""
        if bits is None:
            return self.say("not-known")
        for size, unit in ((10**12, "T"), (10**9, "G"), (10**6, "M")):
            if bits >= size:
                return f"{_decimal(Decimal(bits * 10 // size) / 10, '#,##0.#', self)}{unit}"
        return f"{self.number(bits)} bit/s"

    def moment(self, time: datetime | None) -> str:
        """A time with its zone, to the minute."""
        if time is None:
            return self.say("not-known")
        zone = time.strftime("%z")
        named_zone = (
            "UTC" if time.utcoffset() == UTC.utcoffset(None) else f"UTC{zone[:3]}:{zone[3:]}"
        )
        return self.say("moment-of", day=self.day(time.date()), time=f"{time:%H:%M} {named_zone}")

    def day(self, day: date) -> str:
        """A date in words."""
        return _day(day, self.locale)


@lru_cache(maxsize=4096)
def _number(value: Decimal, pattern: str, locale: str) -> str:
    return format_decimal(value, pattern, locale=locale)


def _decimal(value: Decimal, pattern: str, texts: Texts) -> str:
    return _number(value, pattern, texts.locale)


@lru_cache(maxsize=1024)
def _day(day: date, locale: str) -> str:
    return format_date(day, "long", locale=locale)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def named(table: Mapping[str, str], code: str) -> str:
    """The word of a code; the code itself where it is a name of its own."""
    return table.get(code, code)
