"""How targets are divided among processes."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from netmod.devices import Target
from netmod.devices.processes import shares_of

SITES = st.lists(st.sampled_from("abcdefg"), max_size=40)


def targets(sites: list[str]) -> list[Target]:
    return [
        Target(f"host{number}", "192.0.2.1", 22, "cisco_iosxe", site, ("show version",))
        for number, site in enumerate(sites)
    ]


@given(sites=SITES, processes=st.integers(1, 9))
def test_every_target_is_in_one_share_and_no_site_in_two(sites: list[str], processes: int) -> None:
    shares = shares_of(targets(sites), processes)
    assert sorted(one.name for share in shares for one in share) == sorted(
        one.name for one in targets(sites)
    )
    assert len(shares) == min(processes, len(set(sites)))
    assert all(shares)
    assert all(
        count == 1
        for count in Counter(
            site for share in shares for site in {one.site for one in share}
        ).values()
    )


def test_shares_are_of_about_one_size() -> None:
    shares = shares_of(targets([*"aaaa", *"bbb", *"cc", "d"]), 2)
    assert [len(share) for share in shares] == [5, 5]
