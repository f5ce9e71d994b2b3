"""Facts of captures that a test writes out, read as a snapshot's are."""

from __future__ import annotations

from datetime import UTC, datetime
from textwrap import dedent

from netmod.evidence import Capture, HostCaptures
from netmod.facts import HostFacts, LinkEndFact
from netmod.platforms import read_host

AT = datetime(2026, 6, 1, tzinfo=UTC)


def facts_of(platform: str | None, *outputs: tuple[str, str]) -> HostFacts:
    """The facts of one host from (command, text) pairs; the texts lose their common margin."""
    captures = tuple(
        Capture(host="h", command=command, text=dedent(text).lstrip("\n"), file=f"h/{at}.txt",
                sha256="", exact=True)
        for at, (command, text) in enumerate(outputs)
    )  # fmt: skip
    return read_host(HostCaptures(host="h", captures=captures, platform=platform), at=AT)


def ends_of(platform: str | None, command: str, text: str) -> dict[str, LinkEndFact]:
    """The link ends of one output by interface."""
    return {end.interface: end for end in facts_of(platform, (command, text)).link_ends}
