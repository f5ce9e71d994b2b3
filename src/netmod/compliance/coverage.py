"""Coverage: how many links, locations and how much capacity are encrypted, out of what.

Only `encrypted` counts. `unknown` and undeclared adjacencies are in every denominator.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from netmod.compliance._model import Model
from netmod.compliance.links import AssessedLink
from netmod.compliance.table import VERDICTS, Verdict
from netmod.inventory import Site

_GAINS = 20


class Figure(Model):
    """One figure and its denominator: `encrypted` of `total`.

    `unknown` and `attested` are shares of `total` of their own. `waived` is the part of what is
    not encrypted that has a waiver: it stands beside the other shares, each of which may hold
    some of it. `unmeasured` counts links that have no size in this unit and are in neither number.
    """

    encrypted: int = 0
    attested: int = 0
    unknown: int = 0
    waived: int = 0
    total: int = 0
    unmeasured: int = 0

    @property
    def permille(self) -> int | None:
        """Tenths of a percent, always rounded down, so that 1000 means all; None of nothing.

        With something unmeasured beside it, 1000 is never reached.
        """
        if self.total == 0:
            return None
        share = self.encrypted * 1000 // self.total
        return min(share, 999) if self.unmeasured else share


class Row(Model):
    """Coverage of one group of links. Capacity in bits per second."""

    key: str
    links: Figure
    locations: Figure
    capacity: Figure
    verdicts: dict[Verdict, int]


class Gain(Model):
    """What coverage gains by one link that is not encrypted: itself, its capacity (bits per
    second; None where not known), and the `locations` of which it is the last such link.

    `others` counts the links that are not encrypted beside it, at the one of its sites with the
    fewest.
    """

    link: str
    verdict: Verdict
    capacity: int | None
    locations: tuple[str, ...]
    others: int


class Cross(Model):
    """The links of one layer that concern one trust."""

    trust: str
    layer: str
    links: Figure


class Coverage(Model):
    """Coverage over all active links in scope, and by layer, trust and class of site.

    A link between two trusts or classes counts in both of their rows: these rows do not add up.
    `outside` are active links that no requirement of the catalogue asks anything of. `gains` are
    the links that would raise coverage most, the best first.
    """

    total: Row
    by_layer: tuple[Row, ...]
    by_trust: tuple[Row, ...]
    by_site_class: tuple[Row, ...] = ()
    by_trust_and_layer: tuple[Cross, ...] = ()
    outside: Row
    gains: tuple[Gain, ...] = ()


def cover(
    links: Iterable[AssessedLink], sites: Mapping[str, Site], layers: Iterable[str]
) -> Coverage:
    """Coverage of assessed links; `layers` orders the rows."""
    known = tuple(links)
    scope = [link for link in known if link.in_scope]
    ordered = [*layers, "undeclared"]
    in_use = {link.layer for link in scope}
    trusts = dict.fromkeys(site.trust for site in sites.values())
    site_classes = sorted({site.site_class for site in sites.values()})
    return Coverage(
        total=_row("total", scope, sites),
        by_layer=tuple(
            _row(layer, [link for link in scope if link.layer == layer], sites)
            for layer in ordered
            if layer in in_use
        ),
        by_trust=tuple(
            _row(
                trust,
                [link for link in scope if trust in link.trusts],
                {name: site for name, site in sites.items() if site.trust == trust},
            )
            for trust in trusts
            if any(trust in link.trusts for link in scope)
        ),
        by_site_class=tuple(
            _row(
                site_class,
                [link for link in scope if site_class in link.site_classes],
                {name: site for name, site in sites.items() if site.site_class == site_class},
            )
            for site_class in site_classes
            if any(site_class in link.site_classes for link in scope)
        ),
        by_trust_and_layer=tuple(
            Cross(trust=trust, layer=layer, links=count([link.word for link in links], waived))
            for trust in trusts
            for layer in ordered
            for links in [[one for one in scope if one.layer == layer and trust in one.trusts]]
            for waived in [sum(one.waived for one in links)]
            if links
        ),
        outside=_row("outside", [link for link in known if not link.in_scope], sites),
        gains=tuple(_gains(scope)[:_GAINS]),
    )


def _gains(scope: list[AssessedLink]) -> list[Gain]:
    """The links that are not encrypted, and not by a supplier who attests it. First those that
    complete most locations, then the largest, then those with the fewest others beside them."""
    left: Counter[str] = Counter()
    for link in scope:
        left.update(link.sites if link.word != "encrypted" else ())
    gains = [
        Gain(
            link=link.id,
            verdict=link.word,
            capacity=link.capacity,
            locations=tuple(site for site in link.sites if left[site] == 1),
            others=min((left[site] - 1 for site in link.sites), default=0),
        )
        for link in scope
        if link.word not in ("encrypted", "attested")
    ]
    return sorted(
        gains, key=lambda one: (-len(one.locations), -(one.capacity or 0), one.others, one.link)
    )


def _row(key: str, links: list[AssessedLink], sites: Mapping[str, Site]) -> Row:
    """A row; of the links' locations those in `sites` count."""
    counted = Counter(link.word for link in links)
    return Row(
        key=key,
        links=count([link.word for link in links], sum(link.waived for link in links)),
        locations=_locations(links, sites),
        capacity=_capacity(links),
        verdicts={verdict: counted[verdict] for verdict in reversed(VERDICTS)},
    )


def count(words: Sequence[Verdict], waived: int = 0) -> Figure:
    """The figure of links by number, from their verdicts."""
    return Figure(
        encrypted=words.count("encrypted"),
        attested=words.count("attested"),
        unknown=words.count("unknown"),
        waived=waived,
        total=len(words),
    )


def _capacity(links: list[AssessedLink]) -> Figure:
    sizes: Counter[str] = Counter()
    for link in links:
        sizes[link.word] += link.capacity or 0
    return Figure(
        encrypted=sizes["encrypted"],
        attested=sizes["attested"],
        unknown=sizes["unknown"],
        waived=sum(link.capacity or 0 for link in links if link.waived),
        total=sizes.total(),
        unmeasured=sum(link.capacity is None for link in links),
    )


def _locations(links: list[AssessedLink], sites: Mapping[str, Site]) -> Figure:
    """Sites with at least one of the links. A site is covered when all of them are encrypted;
    attested when all are encrypted or attested; unknown when what else there is is unknown;
    waived when all that are not encrypted are waived."""
    words: dict[str, set[Verdict]] = {}
    unwaived = set[str]()
    for link in links:
        for site in link.sites:
            if site in sites:
                words.setdefault(site, set()).add(link.word)
        if link.word != "encrypted" and not link.waived:
            unwaived.update(link.sites)
    others = [found - {"encrypted"} for found in words.values()]
    return Figure(
        encrypted=others.count(set()),
        attested=others.count({"attested"}),
        unknown=sum("unknown" in found and found <= {"attested", "unknown"} for found in others),
        waived=sum(
            found != {"encrypted"} and site not in unwaived for site, found in words.items()
        ),
        total=len(others),
    )
