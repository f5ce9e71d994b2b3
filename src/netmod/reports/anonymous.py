"""The variant of a report that names no site: one pseudonym for each, and no address and no map.

A pseudonym comes from a secret key, so that it is the same in every report of an installation,
and cannot be guessed back by whoever knows the names of all hospitals. Names of devices and links
have a pseudonym too, since they are made of those of sites. Captured lines, what was read out of
them, and remarks of the collection are left out: no list of words would find every name in them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any
from uuid import UUID, uuid5

from netmod.compliance import Assessment
from netmod.inventory import Inventory
from netmod.reports.document import Document
from netmod.reports.model import Report
from netmod.reports.texts import texts_of

_CANDIDATE = re.compile(
    r"(?<![\w.:])(?:"
    r"(?:\d{1,3}\.){3}\d{1,3}"
    r"|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}"
    r"|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}"
    r")(?:/\d{1,3})?(?![\w:])"
)
_HARDWARE = re.compile(
    r"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}"
)
_LENGTH = 4


class Words:
    """What a pseudonym begins with, in one language."""

    def __init__(self, language: str) -> None:
        head = texts_of("nb" if language == "nb" else "en").headings
        self.site, self.device, self.link = head["site"], head["device"], head["link"]
        self.address = head["address"]


class Pseudonyms:
    """What every name of an inventory, and of what was captured, is called instead."""

    def __init__(
        self, key: bytes, assessment: Assessment, inventory: Inventory | None, words: Words
    ) -> None:
        self._key = key
        self._taken: set[str] = set()
        self._names: dict[str, str] = {}
        sites = inventory.sites.values() if inventory is not None else ()
        for site in sorted(sites, key=lambda one: one.id):
            pseudonym = self._pseudonym(words.site, site.id)
            for name in (site.id, site.name):
                self._names[name.casefold()] = pseudonym
        for name in sorted(_hosts(assessment, inventory)):
            self._names.setdefault(name.casefold(), self._pseudonym(words.device, name))
        for name in sorted(_links(inventory)):
            self._names.setdefault(name.casefold(), self._pseudonym(words.link, name))
        longest = sorted(self._names, key=lambda one: (-len(one), one))
        self._any = re.compile("|".join(map(_pattern, longest)) or r"(?!)", re.IGNORECASE)
        self._address = words.address

    def _pseudonym(self, word: str, name: str) -> str:
        digest = hmac.new(self._key, name.encode(), hashlib.sha256).digest()
        letters = base64.b32encode(digest).decode()
        length = _LENGTH
        while f"{word} {letters[:length]}" in self._taken:
            length += 1
        made = f"{word} {letters[:length]}"
        self._taken.add(made)
        return made

    def id(self, value: UUID) -> UUID:
        """Another id in its place: an id of a finding can be recomputed from the name of a link."""
        namespace = UUID(bytes=hmac.new(self._key, b"findings", hashlib.sha256).digest()[:16])
        return uuid5(namespace, f"{value}")

    def text(self, text: str) -> str:
        """A text with every name and address replaced."""
        replaced = self._any.sub(lambda found: self._names[found[0].casefold()], text)
        return _CANDIDATE.sub(lambda found: self._hidden(found[0]), replaced)

    def _hidden(self, text: str) -> str:
        return self._address if _is_address(text.partition("/")[0]) else text


def _is_address(text: str) -> bool:
    """Whether it is an address of IP or of Ethernet; `04:05:06` is a time."""
    if _HARDWARE.fullmatch(text):
        return True
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _pattern(name: str) -> str:
    """A name as a word of its own; one with a number or a hyphen wherever it stands."""
    plain = re.escape(name)
    return plain if re.search(r"[\d-]", name) else rf"(?<!\w){plain}(?!\w)"


def _hosts(assessment: Assessment, inventory: Inventory | None) -> Iterator[str]:
    if inventory is not None:
        yield from inventory.devices
    yield from assessment.unexpected_hosts
    yield from (one.name for one in assessment.missing_hosts)
    yield from assessment.silent_hosts
    verdicts = [one.verdict for one in assessment.links] + list(assessment.single_ends)
    for verdict in verdicts:
        yield from (end.host for end in (verdict.a, verdict.b) if end.host is not None)


def _links(inventory: Inventory | None) -> Iterator[str]:
    if inventory is None:
        return
    yield from inventory.links
    yield from inventory.key_chains


def anonymous(shown: Report | Document, pseudonyms: Pseudonyms) -> Report | Document:
    """The report without names of sites, devices and links, without addresses and map."""
    values: dict[str, Any] = shown.model_dump(mode="python")
    if isinstance(shown, Report):
        values |= {"map_sites": (), "map_links": (), "warnings": ()}
        for link in (*values["links"], *values["single_ends"]):
            _without_evidence(link)
    return type(shown).model_validate(_replaced(values, pseudonyms))


def _without_evidence(link: dict[str, Any]) -> None:
    for end in link["ends"]:
        end |= {"facts": (), "evidence": ()}
    for member in link["members"]:
        _without_evidence(member)


_KEPT = frozenset(("schema", "language", "kind", "classification", "tool_version", "tone"))


def _replaced(value: Any, pseudonyms: Pseudonyms) -> Any:
    if isinstance(value, str):
        return pseudonyms.text(value)
    if isinstance(value, UUID):
        return pseudonyms.id(value)
    if isinstance(value, Mapping):
        return {
            key: one if key in _KEPT else _replaced(one, pseudonyms) for key, one in value.items()
        }
    if isinstance(value, tuple | list):
        return tuple(_replaced(one, pseudonyms) for one in value)
    return value
