"""Coverage: every figure with its denominator, what is attested and waived, and what to do next."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmod.compliance import VERDICTS, AssessedLink, Coverage, Figure
from netmod.compliance.coverage import cover
from netmod.compliance.ends import End
from netmod.compliance.verdict import LinkVerdict
from tests.unit import compliance_region as region

SITES = {site.id: site for site in region.SITES}


def assessed(name: str, word: Any, *sites: str, **values: Any) -> AssessedLink:
    verdict = LinkVerdict(
        subject=name, verdict=word, reason="", parameters={}, why="", pairing="not-applicable",
        mark="", weaknesses=(), not_seen=(), a=End(), b=End(),
    )  # fmt: skip
    defaults = {
        "id": name, "layer": "stamnett", "declared": True, "capacity": 10, "sites": sites,
        "trusts": tuple(dict.fromkeys(SITES[site].trust for site in sites)),
        "site_classes": tuple(dict.fromkeys(SITES[site].site_class for site in sites)),
        "encrypted_by": "own", "requirements": ("r",), "in_scope": True, "verdict": verdict,
    }  # fmt: skip
    return AssessedLink.model_validate({**defaults, **values})


def covered(*links: AssessedLink) -> Coverage:
    return cover(links, SITES, ["stamnett"])


LINKS = (
    assessed("l-1", "encrypted", "north", "south"),
    assessed("l-2", "unencrypted", "north", "east", capacity=40, waived=True),
    assessed("l-3", "attested", "east"),
    assessed("l-4", "unknown", "south", "small", capacity=100),
    assessed("l-5", "weak", "east", "small", waived=True),
    assessed("l-6", "unknown", "north", "east", capacity=None, declared=False),
    assessed("l-7", "unencrypted", "north", in_scope=False),
)


def test_each_figure_has_its_denominator_and_its_shares() -> None:
    total = covered(*LINKS).total
    assert total.links == Figure(encrypted=1, attested=1, unknown=2, waived=2, total=6)
    assert total.capacity == Figure(
        encrypted=10, attested=10, unknown=100, waived=50, total=170, unmeasured=1
    )
    assert total.locations == Figure(encrypted=0, unknown=1, waived=0, total=4)
    assert covered(*LINKS).outside.links == Figure(total=1)


def test_rows_by_class_of_site_count_the_locations_of_the_class() -> None:
    rows = {row.key: row for row in covered(*LINKS).by_site_class}
    assert list(rows) == ["A", "C"]
    assert rows["C"].links == Figure(unknown=1, waived=1, total=2)
    assert rows["C"].locations == Figure(total=1)
    assert rows["A"].locations.total == 3


@pytest.mark.parametrize(
    ("links", "waived"),
    [
        ([("unencrypted", True)], 1),
        ([("unencrypted", True), ("encrypted", False)], 1),
        ([("unencrypted", True), ("weak", False)], 0),
        ([("encrypted", False)], 0),
    ],
)
def test_a_location_is_waived_when_all_that_is_not_encrypted_is(
    links: list[tuple[str, bool]], waived: int
) -> None:
    found = covered(
        *(assessed(f"l-{i}", word, "north", waived=held) for i, (word, held) in enumerate(links))
    )
    assert found.total.locations.waived == waived


def test_the_best_next_link_completes_locations_then_carries_most() -> None:
    gains = covered(
        assessed("a", "weak", "north", "south", capacity=1),
        assessed("b", "unknown", "south", "east", capacity=100),
        assessed("c", "unencrypted", "south", "east", capacity=400),
        assessed("d", "attested", "small"),
        assessed("e", "one-sided", "small", capacity=None),
    ).gains
    assert [(gain.link, gain.locations, gain.others) for gain in gains] == [
        ("a", ("north",), 0),
        ("c", (), 1),
        ("b", (), 1),
        ("e", (), 1),
    ]
    assert gains[0].verdict == "weak"
    assert gains[-1].capacity is None


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(VERDICTS),
            st.lists(st.sampled_from(sorted(SITES)), max_size=2, unique=True),
        ),
        max_size=12,
    )
)
def test_a_gain_is_what_encrypting_the_link_brings(links: list[tuple[str, list[str]]]) -> None:
    before = [assessed(f"l-{i:02}", word, *sites) for i, (word, sites) in enumerate(links)]
    coverage = covered(*before)
    for gain in coverage.gains:
        after = covered(
            *(
                assessed(one.id, "encrypted" if one.id == gain.link else one.word, *one.sites)
                for one in before
            )
        )
        old, new = coverage.total, after.total
        assert new.links.encrypted == old.links.encrypted + 1
        assert new.locations.encrypted == old.locations.encrypted + len(gain.locations)
        assert new.capacity.encrypted == old.capacity.encrypted + 10
        assert new.links.total == old.links.total
    assert coverage.total.links.total == sum(coverage.total.verdicts.values()) == len(before)
