"""Parts of the report that are made link by link, end by end, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from netmod.compliance import (
    VERDICTS,
    AssessedLink,
    Assessment,
    End,
    Figure,
    LinkVerdict,
    Row,
)
from netmod.facts import LinkEndFact
from netmod.inventory import Inventory
from netmod.reports.model import (
    CoverageRow,
    EndItem,
    Evidence,
    Line,
    LinkItem,
    MapLink,
    MapSite,
    Share,
    WeaknessItem,
)
from netmod.reports.texts import Texts, named

Lines = Mapping[str, Sequence[str]]
"""The redacted lines of each captured file."""


class Items:
    """Makes the parts of one report."""

    def __init__(
        self, assessment: Assessment, inventory: Inventory | None, lines: Lines, texts: Texts
    ) -> None:
        self.texts = texts
        self.assessment = assessment
        self.lines = lines
        self.sites = dict(inventory.sites) if inventory else {}
        self.trusts = dict(inventory.trusts) if inventory else {}

    def site(self, name: str) -> str:
        return self.sites[name].name if name in self.sites else name

    def trust(self, name: str) -> str:
        return self.trusts[name].name if name in self.trusts else name

    def links(self) -> list[LinkItem]:
        """All links, those in scope that need attention first."""
        items = [self._link(link) for link in self.assessment.links]
        return sorted(items, key=lambda item: (not item.in_scope, item.rank, item.id))

    def _link(self, link: AssessedLink) -> LinkItem:
        return self.judged(link.verdict).model_copy(
            update={
                "layer": link.layer,
                "layer_label": named(self.texts.layers, link.layer),
                "declared": link.declared,
                "in_scope": link.in_scope,
                "capacity": link.capacity,
                "capacity_label": self.texts.capacity(link.capacity),
                "site_ids": link.sites,
                "sites": tuple(self.site(name) for name in link.sites),
                "trusts": tuple(self.trust(name) for name in link.trusts),
                "requirements": link.requirements,
            }
        )

    def judged(self, verdict: LinkVerdict) -> LinkItem:
        """A verdict alone, without what the inventory says about its link."""
        notes = (
            self.texts.mark(verdict),
            self.texts.not_seen(verdict.not_seen),
            self.texts.judged_by(verdict.a),
            self.texts.judged_by(verdict.b),
        )
        return LinkItem(
            id=verdict.subject,
            layer="",
            layer_label="",
            declared=True,
            in_scope=True,
            capacity=None,
            capacity_label="",
            site_ids=(),
            sites=(),
            trusts=(),
            requirements=(),
            verdict=verdict.verdict,
            verdict_label=self.texts.verdicts[verdict.verdict],
            rank=VERDICTS.index(verdict.verdict),
            reason=verdict.reason,
            parameters=verdict.parameters,
            why=self.texts.reason(verdict),
            notes=tuple(note for note in notes if note),
            pairing=verdict.pairing,
            pairing_label=self.texts.mark(verdict),
            weaknesses=tuple(
                WeaknessItem(
                    code=one.code,
                    where=one.where,
                    forbidden=one.forbidden,
                    text=self.texts.weakness(one),
                )
                for one in verdict.weaknesses
            ),
            not_seen=verdict.not_seen,
            ends=(self._end(verdict.a), self._end(verdict.b)),
            members=tuple(self.judged(member) for member in verdict.members),
        )

    def _end(self, end: End) -> EndItem:
        why = self.texts.end_reason(end) or (self.texts.say("supplier-end") if end.supplier else "")
        return EndItem(
            label=self.texts.end_label(end),
            host=end.host,
            interface=end.interface,
            state=end.state,
            state_label=self.texts.states[end.state],
            why=why,
            captured_at=end.captured_at,
            captured=self.texts.moment(end.captured_at) if end.captured else "",
            facts=tuple(self._facts(end.fact)),
            evidence=tuple(self._evidence(end.fact)),
        )

    def _facts(self, fact: LinkEndFact | None) -> Iterator[tuple[str, str]]:
        for name, label in self.texts.facts.items() if fact is not None else ():
            value = getattr(fact, name)
            if value not in (None, "unknown", "none"):
                yield label, str(value)

    def _evidence(self, fact: LinkEndFact | None) -> Iterator[Evidence]:
        """What a fact rests on: each file once, with all its lines in their order."""
        numbers: dict[tuple[str, str], set[int]] = {}
        for source in fact.sources if fact is not None else ():
            numbers.setdefault((source.command, source.file), set()).update(source.lines)
        for (command, file), wanted in numbers.items():
            text = self.lines.get(file, ())
            yield Evidence(
                command=command,
                file=file,
                lines=tuple(
                    Line(number=number, text=text[number - 1].rstrip())
                    for number in sorted(wanted)
                    if 0 < number <= len(text)
                ),
            )

    def row(self, row: Row, label: str) -> CoverageRow:
        """One row of a coverage table."""
        return CoverageRow(
            key=row.key,
            label=label,
            links=share(row.links, self.texts),
            locations=share(row.locations, self.texts),
            capacity=share(row.capacity, self.texts, capacity=True),
            verdicts=row.verdicts,
        )

    def map_sites(self) -> Iterator[MapSite]:
        """The sites of the inventory, each with the verdict of its worst link in scope."""
        worst: dict[str, int] = {}
        for link in self.assessment.links:
            for name in link.sites if link.in_scope else ():
                rank = VERDICTS.index(link.word)
                worst[name] = min(rank, worst.get(name, rank))
        for site in self.sites.values():
            yield MapSite(
                id=site.id,
                label=site.name,
                latitude=site.latitude,
                longitude=site.longitude,
                data_centre=site.kind == "data-centre",
                verdict=VERDICTS[worst[site.id]] if site.id in worst else None,
            )

    def map_links(self) -> Iterator[MapLink]:
        """The links in scope between two sites, the worst last so that they are drawn on top."""
        between = [one for one in self.assessment.links if one.in_scope and len(one.sites) == 2]
        for link in sorted(between, key=lambda one: (-VERDICTS.index(one.word), one.id)):
            label = f"{link.id}: {self.texts.verdicts[link.word]}"
            a, b = link.sites
            yield MapLink(id=link.id, a=a, b=b, verdict=link.word, label=label)


def share(figure: Figure, texts: Texts, *, capacity: bool = False) -> Share:
    """A figure with its texts."""

    def amount(value: int) -> str:
        return texts.capacity(value) if capacity and value else texts.number(value)

    beside = (
        ("unknown", figure.unknown),
        ("attested", figure.attested),
        ("waived", figure.waived),
    )
    detail = texts.say("of", part=amount(figure.encrypted), total=amount(figure.total))
    nothing = texts.say("not-known" if figure.unmeasured else "no-scope")
    return Share(
        encrypted=figure.encrypted,
        unknown=figure.unknown,
        attested=figure.attested,
        waived=figure.waived,
        total=figure.total,
        unmeasured=figure.unmeasured,
        permille=figure.permille,
        percent=texts.percent(figure),
        detail=detail if figure.total else nothing,
        beside=", ".join(f"{amount(n)} {texts.headings[word]}" for word, n in beside if n),
    )


def figures(row: CoverageRow, texts: Texts) -> tuple[tuple[str, str, str], ...]:
    """Label, value and detail of links, locations and capacity."""
    return tuple(
        (texts.headings[unit], one.percent, ", ".join(filter(None, (one.detail, one.beside))))
        for unit, one in (
            ("links", row.links), ("locations", row.locations), ("capacity", row.capacity),
        )
    )  # fmt: skip
