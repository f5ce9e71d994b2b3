"""Whether traffic between two sites can cross a link that is not encrypted.

For each pair of sites, over every path that visits no site twice, with all links up and after the
failure of any one of them. Nothing is assumed about routing: a path that is there may be used.
Pure and linear in the number of links; the reasons why it is exact stand at `path_coverage`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from netmod.compliance._graph import Block, Edge, blocks, pairs_between, parts
from netmod.compliance._model import Model
from netmod.compliance.assessment import Assessment
from netmod.compliance.links import AssessedLink
from netmod.compliance.table import Verdict
from netmod.inventory import End, Inventory, ManagedEnd

PathStatus = Literal["clear", "clear-after-failure", "clear-possible", "encrypted", "separated"]
PATH_STATUSES: tuple[PathStatus, ...] = (
    "clear", "clear-after-failure", "clear-possible", "encrypted", "separated",
)  # fmt: skip
"""Worst first; `separated`, where there is no path at all, last.

- `clear`: no path is encrypted all the way.
- `clear-after-failure`: one is, but a single link fails and only paths that are not remain.
- `clear-possible`: one is and remains so, but another path crosses a link that is not encrypted.
- `encrypted`: every path is encrypted all the way, also after any single failure.
"""

CutEffect = Literal["only-way", "failover", "on-a-way", "inside"]
_EFFECTS: tuple[CutEffect, ...] = ("only-way", "failover", "on-a-way", "inside")


_ACCEPTED: tuple[Verdict, ...] = ("encrypted",)


class PathLink(NamedTuple):
    """A link between two places: sites, or suppliers' networks, by name. One that begins and ends
    at the same place lies inside of it."""

    id: str
    a: str
    b: str
    encrypted: bool


class CutLink(Model):
    """A link that matters to `pairs` of sites, and how.

    `only-way`: it is not encrypted, and every path between the two crosses it. `on-a-way`: it is
    not encrypted, and a path crosses it. `inside`: it is not encrypted, and a path leads through
    the site that it lies in. `failover`: it is encrypted, and when it fails, only paths that are
    not remain between the two.
    """

    link: str
    effect: CutEffect
    pairs: int


class TrustPaths(Model):
    """From the sites of a trust to one data centre: how many sites have each status, and the
    worst of those that have a path; `separated` where none has."""

    trust: str
    data_centre: str
    status: PathStatus
    sites: dict[PathStatus, int]


class PathCoverage(Model):
    """The status of every pair of sites.

    `sites` is the order of rows and columns of the matrix, `pairs` counts unordered pairs by
    status: together all of them. `groups` are four numbers of each site; two sites are connected,
    have an encrypted path, keep one after any failure, and have no other, where the first, second,
    third and fourth are equal. `cuts` are the links that matter, the gravest first.
    """

    sites: tuple[str, ...]
    pairs: dict[PathStatus, int]
    groups: dict[str, tuple[int, int, int, int]]
    cuts: tuple[CutLink, ...]
    trusts: tuple[TrustPaths, ...] = ()

    def status(self, one: str, other: str) -> PathStatus:
        """The status of two different sites."""
        connected, encrypted, lasting, only = (
            mine == theirs
            for mine, theirs in zip(self.groups[one], self.groups[other], strict=True)
        )
        if not connected:
            return "separated"
        if not encrypted:
            return "clear"
        if not lasting:
            return "clear-after-failure"
        return "encrypted" if only else "clear-possible"

    def rows(self) -> Iterator[tuple[PathStatus | None, ...]]:
        """The matrix row by row; None where a site meets itself.

        Sorted by their numbers, the sites that share one stand together, so that a row is a few
        runs of one status: millions of pairs need no look at each.
        """
        ordered = sorted(self.sites, key=lambda site: self.groups[site])
        rank = {site: at for at, site in enumerate(ordered)}
        ranks = [rank[site] for site in self.sites]
        runs = [_runs([self.groups[site][level] for site in ordered]) for level in range(4)]
        outside_in: tuple[PathStatus, ...] = (
            "separated", "clear", "clear-after-failure", "clear-possible", "encrypted",
        )  # fmt: skip
        for own in ranks:
            row: list[PathStatus | None] = []
            edges = [(0, len(ordered)), *(run[own] for run in runs)]
            for status, (start, _), (inner, _) in zip(outside_in, edges, edges[1:], strict=False):
                row += [status] * (inner - start)
            row += [outside_in[-1]] * (edges[-1][1] - edges[-1][0])
            for at in range(len(runs) - 1, -1, -1):
                row += [outside_in[at]] * (edges[at][1] - edges[at + 1][1])
            row[own] = None
            yield tuple(map(row.__getitem__, ranks))


def _runs(values: Sequence[int]) -> list[tuple[int, int]]:
    """For each position, where the run of equal values around it starts and ends."""
    found: list[tuple[int, int]] = []
    for _, group in groupby(values):
        length = len(list(group))
        found += [(len(found), len(found) + length)] * length
    return found


def links_between(
    assessment: Assessment,
    inventory: Inventory,
    accepted: Collection[Verdict] = _ACCEPTED,
) -> tuple[PathLink, ...]:
    """The assessed links as paths use them: encrypted where the verdict is one of `accepted`.

    Between places every active link and every undeclared adjacency counts. Inside of a site only
    the links do that the catalogue asks something of: what lies between others is not declared.
    A supplier's end without a site is at that supplier's network, one place for all of its ends.
    """
    found = []
    for link in assessment.links:
        a, b = _places(link, inventory)
        if a != b or link.in_scope:
            found.append(PathLink(link.id, a, b, link.word in accepted))
    return tuple(found)


def _places(link: AssessedLink, inventory: Inventory) -> tuple[str, str]:
    if not link.declared:
        return link.sites[0], link.sites[-1]
    declared = inventory.links[link.id]
    return _place(declared.a, inventory), _place(declared.b, inventory)


def _place(end: End, inventory: Inventory) -> str:
    if isinstance(end, ManagedEnd):
        return inventory.devices[end.device].site
    return end.site or f"supplier:{end.supplier}"


def path_coverage(
    links: Iterable[PathLink], sites: Sequence[str], inventory: Inventory | None = None
) -> PathCoverage:
    """The status of all pairs of `sites`; with `inventory` also of trusts and data centres.

    - A path that visits nothing twice can cross exactly the links of the blocks between its ends.
      So all paths are encrypted where all of these blocks are, and no site of them has a link
      inside that is not. A failure takes paths away and adds none.
    - Two sites have an encrypted path where the encrypted links alone connect them.
    - A failure takes the last one away where it is a bridge of the encrypted links between the
      two; other paths remain unless it is a bridge of all links too.

    Each of the three is an equivalence, so that four numbers of a site tell its status with any.
    """
    known = list(links)
    names = list(dict.fromkeys([*sites, *(place for link in known for place in (link.a, link.b))]))
    graph = _Graph(known, names, len(dict.fromkeys(sites)))
    groups = dict(zip(names, graph.groups(), strict=True))
    coverage = PathCoverage(
        sites=tuple(dict.fromkeys(sites)),
        pairs=_pairs([groups[site] for site in dict.fromkeys(sites)]),
        groups={site: groups[site] for site in sites},
        cuts=tuple(graph.cuts()),
    )
    if inventory is None:
        return coverage
    trusts = tuple(_trusts(coverage, inventory))
    return coverage.model_copy(update={"trusts": trusts})


class _Graph:
    """The links between places as a multigraph; the first `sites` of the places are sites."""

    def __init__(self, links: Sequence[PathLink], names: Sequence[str], sites: int) -> None:
        number = {name: position for position, name in enumerate(names)}
        self.count = len(names)
        self.weights = [int(position < sites) for position in range(self.count)]
        self.links = [link for link in links if link.a != link.b]
        self.edges: list[Edge] = [(number[link.a], number[link.b]) for link in self.links]
        self.inside: dict[int, list[PathLink]] = defaultdict(list)
        for link in links:
            if link.a == link.b and not link.encrypted:
                self.inside[number[link.a]].append(link)
        self.encrypted = [at for at, link in enumerate(self.links) if link.encrypted]
        self.all_blocks = blocks(self.count, self.edges, self.weights)
        encrypted_edges = [self.edges[at] for at in self.encrypted]
        bridges = {block.edges[0] for block in self.all_blocks if len(block.edges) == 1}
        # Bridges of the encrypted links that others can stand in for, with the pairs they part.
        self.failovers = {
            self.encrypted[block.edges[0]]: block.crossing
            for block in blocks(self.count, encrypted_edges, self.weights)
            if len(block.edges) == 1 and self.encrypted[block.edges[0]] not in bridges
        }

    def groups(self) -> list[tuple[int, int, int, int]]:
        """The four numbers of each place."""
        lasting = [self.edges[at] for at in self.encrypted if at not in self.failovers]
        only = [self.edges[at] for block in self.all_blocks if self._is_clean(block)
                for at in block.edges]  # fmt: skip
        return list(
            zip(
                parts(self.count, self.edges),
                parts(self.count, (self.edges[at] for at in self.encrypted)),
                parts(self.count, lasting),
                parts(self.count, only),
                strict=True,
            )
        )

    def _is_clean(self, block: Block) -> bool:
        return all(self.links[at].encrypted for at in block.edges) and not any(
            self.inside.get(place) for place in block.hanging
        )

    def cuts(self) -> list[CutLink]:
        """The links that matter to any pair, by effect, pairs and id."""
        found = [
            CutLink(
                link=self.links[at].id,
                effect="only-way" if len(block.edges) == 1 else "on-a-way",
                pairs=block.crossing,
            )
            for block in self.all_blocks
            for at in block.edges
            if not self.links[at].encrypted
        ]
        found += [
            CutLink(link=self.links[at].id, effect="failover", pairs=pairs)
            for at, pairs in self.failovers.items()
        ]
        found += self._inside()
        return sorted(
            (cut for cut in found if cut.pairs),
            key=lambda cut: (_EFFECTS.index(cut.effect), -cut.pairs, cut.link),
        )

    def _inside(self) -> Iterator[CutLink]:
        """Pairs whose paths can lead through a place: all blocks around it, as if they were one."""
        around: dict[int, list[Block]] = defaultdict(list)
        for block in self.all_blocks if self.inside else ():
            for place in block.hanging:
                if place in self.inside:
                    around[place].append(block)
        for place, links in self.inside.items():
            groups = [self.weights[place]]
            for block in around[place]:
                groups += [size for other, size in block.hanging.items() if other != place]
            for link in links:
                yield CutLink(link=link.id, effect="inside", pairs=pairs_between(groups))


def _pairs(groups: Sequence[tuple[int, int, int, int]]) -> dict[PathStatus, int]:
    """Unordered pairs by status, from how many sites share each number."""
    everyone = len(groups) * (len(groups) - 1) // 2
    connected, encrypted, lasting, only = (
        sum(size * (size - 1) // 2 for size in Counter(one[at] for one in groups).values())
        for at in range(4)
    )
    return {
        "clear": connected - encrypted,
        "clear-after-failure": encrypted - lasting,
        "clear-possible": lasting - only,
        "encrypted": only,
        "separated": everyone - connected,
    }


def _trusts(coverage: PathCoverage, inventory: Inventory) -> Iterator[TrustPaths]:
    """Each trust with sites of its own, to each data centre."""
    sites: Mapping[str, list[str]] = defaultdict(list)
    for name in coverage.sites:
        sites[inventory.sites[name].trust].append(name)
    centres = [name for name in coverage.sites if inventory.sites[name].kind == "data-centre"]
    for trust in inventory.trusts:
        for centre in centres:
            counted = Counter(
                coverage.status(site, centre) for site in sites[trust] if site != centre
            )
            if counted:
                yield TrustPaths(
                    trust=trust,
                    data_centre=centre,
                    status=next(one for one in PATH_STATUSES if counted[one]),
                    sites={status: counted[status] for status in PATH_STATUSES},
                )
