"""Certificates that a device holds: `show crypto pki certificates`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from netmod.facts import CertificateFact
from netmod.platforms._observations import Block, Fact, Observation
from netmod.platforms._zones import zone_of

_BEGIN = re.compile(r"(CA Certificate|Router Self-Signed Certificate|Certificate)\s*$")
_END_DATE = re.compile(r"\s+end +date: (\d\d:\d\d:\d\d) (\S+) (\w{3}) {1,2}(\d{1,2}) (\d{4})\s*$")
_TRUSTPOINTS = re.compile(r"\s+(?:Associated )?Trustpoints?: (.+?)\s*$")
_COMMON_NAME = re.compile(r"\s+cn=(.+?)\s*$", re.IGNORECASE)
_PART = re.compile(r"\s{2}(Subject|Issuer|Validity Date|Certificate Usage).*")


def read_certificates(block: Block) -> Iterator[Observation]:
    """Each certificate with its end; one in a zone with several meanings has none that is known."""
    begins = [at for at, line in enumerate(block.lines) if _BEGIN.match(line)]
    for start, end in pairwise([*begins, len(block.lines)]):
        yield _certificate(block, start, end)


def _certificate(block: Block, start: int, end: int) -> Fact:
    names: dict[str, str] = {}
    trustpoint, until, part, last = "", None, "", start
    for at in range(start + 1, end):
        line = block.lines[at]
        if (found := _PART.match(line)) is not None:
            part = found[1]
        elif (found := _COMMON_NAME.match(line)) is not None:
            names.setdefault(part, found[1])
        if (found := _END_DATE.match(line)) is not None:
            until, last = _time(found), at
        if (found := _TRUSTPOINTS.match(line)) is not None:
            trustpoint = found[1]
    fact = CertificateFact(
        name=trustpoint or names.get("Subject", "certificate"),
        own=not block.lines[start].startswith("CA"),
        not_after=until,
        subject=names.get("Subject"),
        issuer=names.get("Issuer"),
    )
    return Fact(block.source(start, last), fact)


def _time(found: re.Match[str]) -> datetime | None:
    clock, zone, month, day, year = found.groups()
    east = zone_of(zone)
    if east is None:
        return None
    text = f"{clock} {month} {day} {year}"
    try:
        return datetime.strptime(text, "%H:%M:%S %b %d %Y").replace(tzinfo=east)
    except ValueError:
        return None
