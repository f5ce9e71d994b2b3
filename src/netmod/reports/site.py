"""What is handed over with a site: the as-built document, and the protocol of its acceptance test.
Both from facts: what was not seen is called so, and what people must look at is left to them. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from netmod.compliance import AssessedLink, CapturedEnds
from netmod.facts import FactsDocument, HostFacts, NeighborFact
from netmod.inventory import Device, HostNames, Link, ManagedEnd, interface_key, same_interface
from netmod.reports._sections import Basis, outcome_cell, verdict_cell
from netmod.reports.build import Edition
from netmod.reports.document import Document, DocumentKind
from netmod.reports.parts import Cell, Grid, Section, plain
from netmod.reports.texts import Texts, named

MANUAL = ("power", "room", "labels", "console", "alarm", "failover")
"""What people at the site look at."""
Result = Literal["pass", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class SiteBasis:
    """A site, and what is known of it."""

    basis: Basis
    facts: FactsDocument
    site: str

    @property
    def texts(self) -> Texts:
        return self.basis.texts

    @property
    def captured(self) -> CapturedEnds:
        return CapturedEnds(self.facts, self.basis.inventory.devices, self.basis.assessment.at)

    @property
    def devices(self) -> list[Device]:
        """The devices at the site, by name."""
        known = self.basis.inventory.devices
        return [known[name] for name in sorted(known) if known[name].site == self.site]

    @property
    def links(self) -> list[AssessedLink]:
        """The links that count and have an end at the site, by id."""
        found = [one for one in self.basis.assessment.links if self.site in one.sites]
        return sorted(found, key=lambda one: one.id)


def build_as_built(site: SiteBasis, *, tool_version: str, edition: Edition) -> Document:
    """What stands at a site, as its devices say it."""
    missing = _missing(site)
    make = (_place, _devices, _hardware, _cabling, _encryption, _keys)
    sections = (one(site) for one in make)
    headline = site.texts.say("as-built-headline", devices=len(site.devices), links=len(site.links))
    found = tuple(one for one in sections if one is not None)
    status: Result = "unknown" if missing else "pass"
    return _document("as-built", site, headline, status, found, (tool_version, edition))


def build_sat(site: SiteBasis, *, tool_version: str, edition: Edition) -> Document:
    """The protocol of a site's acceptance test: what captures decide, and what people must."""
    parts = (
        ("identity", list(_identity_points(site))),
        ("cabling", list(_cabling_points(site))),
        ("encryption", list(_encryption_points(site))),
        ("requirements", list(_requirement_points(site))),
    )
    results = [point.result for _, points in parts for point in points]
    sections = [_points(n, title, points, site.texts) for n, (title, points) in enumerate(parts, 1)]
    status: Result = "unknown" if "unknown" in results else "pass"
    headline = site.texts.say(
        "sat-headline",
        passed=results.count("pass"), total=len(results), failed=results.count("fail"),
        unknown=results.count("unknown"),
    )  # fmt: skip
    if status == "pass" and "fail" in results:
        status = "fail"
    found = (_place(site), *sections, _by_hand(site), _signatures(site))
    return _document("sat", site, headline, status, found, (tool_version, edition))


def _document(
    kind: DocumentKind,
    site: SiteBasis,
    headline: str,
    status: Result,
    sections: tuple[Section, ...],
    made: tuple[str, Edition],
) -> Document:
    texts, assessment = site.texts, site.basis.assessment
    words = {"pass": (0, "fine"), "fail": (1, "findings"), "unknown": (3, "incomplete")}
    exit_code, word = words[status]
    missing = _missing(site)
    return Document.model_validate(
        {
            "kind": kind,
            "language": texts.language,
            "title": texts.say(f"site-title-{kind}", site=site.basis.items.site(site.site)),
            "headline": headline,
            "status": word,
            "status_text": texts.say(f"{kind}-{word}"),
            "basis": texts.say(f"{kind}-basis"),
            "classification": made[1].classification or texts.say("classification"),
            "generated_at": assessment.at,
            "generated": texts.moment(assessment.at),
            "captured": texts.moment(assessment.captured_at),
            "tool_version": made[0],
            "exit_code": exit_code,
            "notice": (
                texts.say("missing-hosts", count=missing, hosts=len(site.devices))
                if missing
                else ""
            ),
            "sections": sections,
        }
    )


def _missing(site: SiteBasis) -> int:
    return sum(site.captured.host(one.name) is None for one in site.devices)


def _grid(
    site: SiteBasis, title: str, columns: Iterable[str], rows: Iterable[tuple[Cell, ...]]
) -> Section:
    head = site.texts.headings
    grid = Grid(caption=head[title], columns=tuple(head[one] for one in columns), rows=tuple(rows))
    return Section(title=head[title], grids=(grid,))


def _place(site: SiteBasis) -> Section:
    head, texts, inventory = site.texts.headings, site.texts, site.basis.inventory
    place = inventory.sites[site.site]
    values = (
        ("site-id", place.id),
        ("site", place.name),
        ("trust", inventory.trusts[place.trust].name),
        ("site-class", place.site_class),
        ("kind", named(texts.site_kinds, place.kind)),
        ("coordinates", f"{place.latitude:.4f}, {place.longitude:.4f} (WGS 84)"),
    )
    rows = (plain(head[name], value) for name, value in values)
    return _grid(site, "place", ("field", "value"), rows)


def _devices(site: SiteBasis) -> Section:
    columns = ("device", "role", "platform", "model", "serial", "software")
    return _grid(site, "devices", columns, (_device(one, site) for one in site.devices))


def _device(device: Device, site: SiteBasis) -> tuple[Cell, ...]:
    facts = site.captured.host(device.name)
    unseen = Cell(text=site.texts.say("not-seen-here"), tone="quiet")
    version = facts.version if facts is not None else None
    seen = (
        (None, None, None)
        if version is None
        else (version.model, ", ".join(version.serials), version.version)
    )
    return (
        *plain(device.name, device.role, device.platform),
        *(Cell(text=one) if one else unseen for one in seen),
    )


def _of_devices(site: SiteBasis) -> Iterator[tuple[str, HostFacts]]:
    for device in site.devices:
        facts = site.captured.host(device.name)
        if facts is not None:
            yield device.name, facts


def _hardware(site: SiteBasis) -> Section | None:
    rows = [
        plain(name, item.name, item.pid or "", item.serial or "", item.description or "")
        for name, facts in _of_devices(site)
        for item in facts.inventory
    ]
    columns = ("device", "part", "model", "serial", "description")
    return _grid(site, "hardware", columns, rows) if rows else None


def _cabling(site: SiteBasis) -> Section | None:
    rows = [
        plain(name, one.local_interface or "", one.neighbor or "", one.neighbor_interface or "",
              one.protocol.upper())
        for name, facts in _of_devices(site) for one in facts.neighbors
    ]  # fmt: skip
    columns = ("device", "interface", "neighbour", "neighbour-port", "protocol")
    return _grid(site, "cabling", columns, rows) if rows else None


def _encryption(site: SiteBasis) -> Section:
    texts = site.texts
    rows = []
    for link in site.links:
        ends = (link.verdict.a, link.verdict.b)
        facts = [end.fact for end in ends if end.fact is not None]
        ciphers = dict.fromkeys(one.cipher or one.transform or "" for one in facts)
        chains = dict.fromkeys(one.key_chain or "" for one in facts)
        rows.append(
            (
                *plain(link.id, named(texts.layers, link.layer), texts.capacity(link.capacity)),
                verdict_cell(link.word, texts),
                *plain(
                    " – ".join(texts.end_label(end) for end in ends),
                    ", ".join(filter(None, ciphers)),
                    ", ".join(filter(None, chains)),
                    texts.reason(link.verdict),
                ),
            )
        )
    columns = ("link", "layer", "capacity", "verdict", "ends", "cipher", "key-chain", "why")
    return _grid(site, "encryption", columns, rows)


def _keys(site: SiteBasis) -> Section:
    rows = [
        plain(name, chain.name, key.id, key.algorithm or "", _day(key.start, site.texts),
              _day(key.end, site.texts))
        for name, facts in _of_devices(site) for chain in facts.key_chains
        if chain.macsec is not False for key in chain.keys
    ]  # fmt: skip
    if not rows:
        title = site.texts.headings["keys"]
        return Section(title=title, paragraphs=(site.texts.say("keys-none"),))
    columns = ("device", "key-chain", "key", "algorithm", "valid-from", "valid-until")
    return _grid(site, "keys", columns, rows)


def _day(moment: datetime | None, texts: Texts) -> str:
    return texts.day(moment.date()) if moment is not None else "–"


@dataclass(frozen=True, slots=True)
class _Point:
    """One point of a protocol. `seen` "" where nothing was."""

    about: str
    expected: str
    seen: str
    result: Result


def _identity_points(site: SiteBasis) -> Iterator[_Point]:
    head = site.texts.headings
    for device in site.devices:
        facts = site.captured.host(device.name)
        seen = (facts.hostname, facts.platform) if facts is not None else (None, None)
        for word, expected, found in (
            (head["device"], device.name, seen[0]),
            (head["platform"], device.platform, seen[1]),
        ):
            same = found is not None and found.casefold() == expected.casefold()
            result: Result = "unknown" if found is None else "pass" if same else "fail"
            yield _Point(f"{device.name}: {word}", expected, found or "", result)


def _cabling_points(site: SiteBasis) -> Iterator[_Point]:
    inventory = site.basis.inventory
    names, captured = HostNames(inventory.devices), site.captured
    here = {one.name for one in site.devices}
    for link in sorted(inventory.links.values(), key=lambda one: one.id):
        for near, near_port, far, far_port in _cables(link):
            if near in here:
                facts = captured.host(near)
                neighbors = () if facts is None else facts.neighbors
                on_port = [one for one in neighbors if _is_on(one, near_port)]
                fits = any(
                    names.find(one.neighbor) == far
                    and (one.neighbor_interface is None
                         or same_interface(one.neighbor_interface, far_port))
                    for one in on_port
                )  # fmt: skip
                seen = ", ".join(
                    dict.fromkeys(f"{one.neighbor or ''} {one.neighbor_interface or ''}".strip()
                                  for one in on_port)
                )  # fmt: skip
                result: Result = "unknown" if not on_port else "pass" if fits else "fail"
                yield _Point(f"{link.id}: {near} {near_port}", f"{far} {far_port}", seen, result)


def _cables(link: Link) -> Iterator[tuple[str, str, str, str]]:
    """Each cable of a link between devices of ours, from either end: device, port, far device,
    far port. The members of a bundle where they are declared."""
    a, b = link.a, link.b
    if link.status != "active" or not isinstance(a, ManagedEnd) or not isinstance(b, ManagedEnd):
        return
    ports = [(one.a, one.b) for one in link.members if one.b] or [(a.interface, b.interface)]
    for one, other in ports:
        yield a.device, one, b.device, other or ""
        yield b.device, other or "", a.device, one


def _is_on(neighbor: NeighborFact, port: str) -> bool:
    local = neighbor.local_interface
    return local is not None and interface_key(local) == interface_key(port)


def _encryption_points(site: SiteBasis) -> Iterator[_Point]:
    texts = site.texts
    for link in site.links:
        if link.in_scope:
            result: Result = (
                "pass" if link.word == "encrypted"
                else "unknown" if link.word in ("unknown", "attested") else "fail"
            )  # fmt: skip
            seen = f"{texts.verdicts[link.word]}: {texts.reason(link.verdict)}"
            yield _Point(link.id, texts.verdicts["encrypted"], seen, result)


def _requirement_points(site: SiteBasis) -> Iterator[_Point]:
    here = {one.name for one in site.devices}
    texts, catalogue = site.texts, site.basis.catalogue
    for one in site.basis.checked.findings:
        if one.subject.partition("/")[0] in here and one.outcome != "not-applicable":
            title = getattr(catalogue.requirements[one.requirement].title, texts.language)
            seen = texts.finding(one.reason, one.parameters, one.why)
            result: Result = (
                "pass" if one.outcome == "pass" else "fail" if one.outcome == "fail" else "unknown"
            )
            yield _Point(f"{one.subject}: {one.check}", title, seen, result)


def _points(number: int, title: str, points: list[_Point], texts: Texts) -> Section:
    head = texts.headings
    caption = f"{number} {head[title]}"
    rows = tuple(
        (
            *plain(f"{number}.{at}", one.about, one.expected),
            Cell(text=one.seen or texts.say("not-seen-here"), tone="" if one.seen else "quiet"),
            outcome_cell(one.result, texts),
        )
        for at, one in enumerate(points, start=1)
    )
    columns = tuple(head[one] for one in ("number", "point", "expected", "seen", "result"))
    return Section(title=caption, grids=(Grid(caption=caption, columns=columns, rows=rows),))


def _by_hand(site: SiteBasis) -> Section:
    head = site.texts.headings
    rows = tuple(
        plain(f"5.{at}", site.texts.say(f"manual-{name}"), "", "")
        for at, name in enumerate(MANUAL, start=1)
    )
    caption = f"5 {head['manual']}"
    columns = (head["number"], head["point"], head["result"], head["date-and-name"])
    return Section(title=caption, grids=(Grid(caption=caption, columns=columns, rows=rows),))


def _signatures(site: SiteBasis) -> Section:
    head = site.texts.headings
    columns = tuple(head[one] for one in ("party", "name", "date", "signature"))
    rows = tuple(plain(head[one], "", "", "") for one in ("supplier", "owner"))
    title = head["signatures"]
    return Section(title=title, grids=(Grid(caption=title, columns=columns, rows=rows),))
