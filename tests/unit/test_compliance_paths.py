"""Paths between sites: exact against brute force, and what a region shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmod.compliance import assess
from netmod.compliance.paths import (
    PATH_STATUSES,
    PathLink,
    PathStatus,
    links_between,
    path_coverage,
)
from tests.unit import compliance_region as region
from tests.unit.compliance_region import AT, SUPPLIER, clear, end, host, link, secured

Path = tuple[tuple[PathLink, ...], frozenset[str]]


def simple_paths(links: Sequence[PathLink], start: str, goal: str) -> Iterator[Path]:
    """Every path that visits nothing twice: its links, and the places on it."""

    def walk(place: str, used: tuple[PathLink, ...], seen: frozenset[str]) -> Iterator[Path]:
        if place == goal:
            yield used, seen
            return
        for one in links:
            if place in (one.a, one.b) and one.a != one.b:
                other = one.b if one.a == place else one.a
                if other not in seen:
                    yield from walk(other, (*used, one), seen | {other})

    yield from walk(start, (), frozenset({start}))


def brute(links: Sequence[PathLink], one: str, other: str) -> PathStatus:
    """The status of a pair as the words of its definition have it."""
    clear_inside = {link.a for link in links if link.a == link.b and not link.encrypted}

    def ways(without: PathLink | None) -> list[Path]:
        return list(simple_paths([link for link in links if link is not without], one, other))

    def protected(path: Path) -> bool:
        return all(link.encrypted for link in path[0])

    scenarios = [ways(None), *(ways(link) for link in links if link.a != link.b)]
    if not scenarios[0]:
        return "separated"
    if not any(map(protected, scenarios[0])):
        return "clear"
    if any(paths and not any(map(protected, paths)) for paths in scenarios):
        return "clear-after-failure"
    every = [path for paths in scenarios for path in paths]
    if all(protected(path) and not path[1] & clear_inside for path in every):
        return "encrypted"
    return "clear-possible"


def brute_cuts(links: Sequence[PathLink], sites: Sequence[str]) -> Counter[tuple[str, str]]:
    """(link, effect) → pairs, by listing all paths."""
    found: Counter[tuple[str, str]] = Counter()
    for one, other in combinations(sites, 2):
        paths = list(simple_paths(links, one, other))
        for each in links:
            crossing = [each in path[0] for path in paths]
            if each.a == each.b:
                found[each.id, "inside"] += not each.encrypted and any(
                    each.a in path[1] for path in paths
                )
            elif not each.encrypted and any(crossing):
                found[each.id, "only-way" if is_bridge(links, each) else "on-a-way"] += 1
                assert not is_bridge(links, each) or all(crossing)
            elif each.encrypted and any(all(x.encrypted for x in path[0]) for path in paths):
                left = [path for path in paths if each not in path[0]]
                lost = not any(all(x.encrypted for x in path[0]) for path in left)
                found[each.id, "failover"] += bool(left) and lost
    return +found


def is_bridge(links: Sequence[PathLink], link: PathLink) -> bool:
    rest = [one for one in links if one is not link]
    return next(simple_paths(rest, link.a, link.b), None) is None


PLACES = ("a", "b", "c", "d", "e", "supplier:S")
GRAPHS = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES), st.booleans()), max_size=9
).map(lambda rows: [PathLink(f"l{at}", a, b, good) for at, (a, b, good) in enumerate(rows)])
# Mostly encrypted graphs: in random ones few pairs are.
GOOD = st.lists(
    st.tuples(
        st.sampled_from(PLACES), st.sampled_from(PLACES), st.sampled_from([True] * 7 + [False])
    ),
    min_size=4,
    max_size=9,
).map(lambda rows: [PathLink(f"l{at}", a, b, good) for at, (a, b, good) in enumerate(rows)])


@settings(deadline=None, max_examples=300)
@given(st.one_of(GRAPHS, GOOD))
def test_every_pair_is_as_listing_all_paths_says(links: list[PathLink]) -> None:
    sites = PLACES[:5]
    coverage = path_coverage(links, sites)
    expected = {pair: brute(links, *pair) for pair in combinations(sites, 2)}
    assert {pair: coverage.status(*pair) for pair in expected} == expected
    assert {pair: coverage.status(*reversed(pair)) for pair in expected} == expected
    assert list(coverage.rows()) == [
        tuple(None if one == other else coverage.status(one, other) for other in sites)
        for one in sites
    ]
    counted = Counter(expected.values())
    assert coverage.pairs == {status: counted[status] for status in PATH_STATUSES}
    assert {(cut.link, cut.effect): cut.pairs for cut in coverage.cuts} == brute_cuts(links, sites)


def made(text: str) -> list[PathLink]:
    """`a=b` is encrypted, `a-b` is not."""
    links = []
    for at, word in enumerate(text.split()):
        a, b = word.replace("=", "-").split("-")
        links.append(PathLink(f"{word}#{at}", a, b, "=" in word))
    return links


CASES: list[tuple[str, PathStatus]] = [
    ("a=b", "encrypted"),
    ("a-b", "clear"),
    ("", "separated"),
    ("a=c", "separated"),
    ("a=b a-b", "clear-after-failure"),
    ("a=b a=b a-b", "clear-possible"),
    ("a=b a=b", "encrypted"),
    ("a=c c=b", "encrypted"),
    ("a=c c-b", "clear"),
    ("a=c c=b a-d d-b", "clear-after-failure"),
    ("a=c c=b a=d d=b c-d", "clear-possible"),
    # what hangs beside the way is not on it
    ("a=b b-c c-d d-b", "encrypted"),
    ("a=c c=b c-c", "clear-possible"),
    ("a=c c=b d-d", "encrypted"),
    ("a=b a-a", "clear-possible"),
    # a bridge of all links: its failure leaves no path, so none that is clear
    ("a=c c=d c=d d=b", "encrypted"),
    ("a=x x=b", "encrypted"),
]


@pytest.mark.parametrize(("text", "status"), CASES)
def test_statuses(text: str, status: PathStatus) -> None:
    coverage = path_coverage(made(text), ["a", "b", "c", "d"])
    assert coverage.status("a", "b") == status
    assert brute(made(text), "a", "b") == status


def test_the_gravest_links_come_first() -> None:
    coverage = path_coverage(made("a-b b=c b-c c-d d=e d=e d-e e-e"), ["a", "b", "c", "d", "e"])
    assert [(cut.link, cut.effect, cut.pairs) for cut in coverage.cuts] == [
        ("c-d#3", "only-way", 6),
        ("a-b#0", "only-way", 4),
        ("b=c#1", "failover", 1),
        ("b-c#2", "on-a-way", 6),
        ("d-e#6", "on-a-way", 4),
        ("e-e#7", "inside", 4),
    ]


def test_the_matrix_is_symmetric_and_empty_on_its_diagonal() -> None:
    coverage = path_coverage(made("a=b b-c"), ["a", "b", "c", "d"])
    rows = list(coverage.rows())
    assert rows[0] == (None, "encrypted", "clear", "separated")
    assert rows == list(zip(*rows, strict=True))
    assert sum(coverage.pairs.values()) == 6


def test_a_region_is_read_from_its_verdicts() -> None:
    links = (
        link("l-ns", end("n1", 1), end("s1", 1)),
        link("l-se", end("s1", 2), end("e1", 2)),
        link("l-in", end("e1", 3), end("e2", 3)),
        link("l-n-nhn", end("n1", 4), SUPPLIER, encrypted_by="supplier"),
        link("l-c-nhn", end("c1.lab.example", 4), SUPPLIER, encrypted_by="supplier"),
        link("l-camp", end("s1", 8), end("s1", 9), layer="campus"),
    )
    document = region.document(
        n1=host(secured(1, "A1", "B1")),
        s1=host(secured(1, "B1", "A1"), clear(2)),
        e1=host(clear(2), clear(3)),
    )
    inventory = region.inventory(*links)
    sites = dict(inventory.sites)
    sites["south"] = sites["south"].model_copy(update={"kind": "data-centre"})
    inventory = replace(inventory, sites=sites)
    assessment = assess(inventory, document, region.catalogue(), AT)
    between = links_between(assessment, inventory)
    assert {(one.id, one.a, one.b, one.encrypted) for one in between} == {
        ("l-ns", "north", "south", True),
        ("l-se", "south", "east", False),
        ("l-in", "east", "east", False),
        ("l-n-nhn", "north", "supplier:Norsk Helsenett", False),
        ("l-c-nhn", "small", "supplier:Norsk Helsenett", False),
    }
    coverage = path_coverage(between, list(inventory.sites), inventory)
    assert coverage.sites == ("north", "south", "east", "small")
    assert coverage.status("north", "south") == "encrypted"
    assert coverage.status("small", "south") == "clear"
    assert [(one.trust, one.data_centre, one.status) for one in coverage.trusts] == [
        ("ous", "south", "encrypted"),
        ("ahus", "south", "clear"),
        ("vvhf", "south", "clear"),
    ]
    with_statements = links_between(assessment, inventory, ("encrypted", "unknown"))
    assert {one.id for one in with_statements if one.encrypted} >= {"l-n-nhn", "l-c-nhn"}


def test_a_long_chain_needs_no_recursion() -> None:
    names = [f"s{at}" for at in range(5000)]
    chain = [PathLink(f"l{at}", names[at], names[at + 1], at != 2500) for at in range(4999)]
    coverage = path_coverage(chain, names)
    assert coverage.pairs["clear"] == 2501 * 2499
    (cut,) = coverage.cuts
    assert (cut.link, cut.effect, cut.pairs) == ("l2500", "only-way", 2501 * 2499)
