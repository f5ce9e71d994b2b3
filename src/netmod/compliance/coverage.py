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


class Figure(Model):
    """One figure and its denominator: `encrypted` of `total`.

    `unknown` and `attested` are shares of `total` of their own. `unmeasured` counts links that
    have no size in this unit and are in neither number.
    """

    encrypted: int = 0
    attested: int = 0
    unknown: int = 0
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


class Coverage(Model):
    """Coverage over all active links in scope, and by layer and trust.

    A link between two trusts counts in both of their rows: rows of `by_trust` do not add up.
    `outside` are active links that no requirement of the catalogue asks anything of.
    """

    total: Row
    by_layer: tuple[Row, ...]
    by_trust: tuple[Row, ...]
    outside: Row


def cover(
    links: Iterable[AssessedLink], sites: Mapping[str, Site], layers: Iterable[str]
) -> Coverage:
    """Coverage of assessed links; `layers` orders the rows."""
    known = tuple(links)
    scope = [link for link in known if link.in_scope]
    ordered = [*layers, "undeclared"]
    in_use = {link.layer for link in scope}
    trusts = dict.fromkeys(site.trust for site in sites.values())
    return Coverage(
        total=_row("total", scope, sites),
        by_layer=tuple(
            _row(layer, [link for link in scope if link.layer == layer], sites)
            for layer in ordered
            if layer in in_use
        ),
        by_trust=tuple(
            _row(trust, [link for link in scope if trust in link.trusts], sites, trust=trust)
            for trust in trusts
            if any(trust in link.trusts for link in scope)
        ),
        outside=_row("outside", [link for link in known if not link.in_scope], sites),
    )


def _row(
    key: str,
    links: list[AssessedLink],
    sites: Mapping[str, Site],
    *,
    trust: str | None = None,
) -> Row:
    counted = Counter(link.word for link in links)
    return Row(
        key=key,
        links=count([link.word for link in links]),
        locations=_locations(links, sites, trust),
        capacity=_capacity(links),
        verdicts={verdict: counted[verdict] for verdict in reversed(VERDICTS)},
    )


def count(words: Sequence[Verdict]) -> Figure:
    """The figure of links by number, from their verdicts."""
    return Figure(
        encrypted=words.count("encrypted"),
        attested=words.count("attested"),
        unknown=words.count("unknown"),
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
        total=sizes.total(),
        unmeasured=sum(link.capacity is None for link in links),
    )


def _locations(links: list[AssessedLink], sites: Mapping[str, Site], trust: str | None) -> Figure:
    """Sites with at least one of the links. A site is covered when all of them are encrypted;
    attested when all are encrypted or attested; unknown when what else there is is unknown."""
    words: dict[str, set[Verdict]] = {}
    for link in links:
        for site in link.sites:
            if trust is None or sites[site].trust == trust:
                words.setdefault(site, set()).add(link.word)
    others = [found - {"encrypted"} for found in words.values()]
    return Figure(
        encrypted=others.count(set()),
        attested=others.count({"attested"}),
        unknown=sum("unknown" in found and found <= {"attested", "unknown"} for found in others),
        total=len(others),
    )
