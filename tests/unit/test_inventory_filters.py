"""Selecting devices."""

from __future__ import annotations

import pytest

from netmod.errors import InputError
from netmod.inventory import Device, Inventory, Site, Trust, select


def device(name: str, site: str, role: str, platform: str, domain: str = "core") -> Device:
    return Device(name, "10.0.0.1", 22, platform, domain, role, site, (), {})


def site(name: str, trust: str, site_class: str) -> Site:
    values = {"id": name, "name": name, "trust": trust, "class": site_class, "kind": "clinic"}
    return Site.model_validate({**values, "latitude": 60, "longitude": 10})


INVENTORY = Inventory(
    trusts={name: Trust(id=name, name=name) for name in ("east", "west", "north")},
    sites={
        one.id: one
        for one in (site("oslo", "east", "A"), site("moss", "east", "C"), site("bo", "west", "C"))
    },
    devices={
        one.name: one
        for one in (
            device("oslo-p1", "oslo", "p", "cisco_iosxr"),
            device("oslo-as1", "oslo", "access", "cisco_iosxe", "lan"),
            device("moss-we1", "moss", "wan-edge", "cisco_iosxe"),
            device("bo-we1", "bo", "wan-edge", "juniper_junos"),
        )
    },
    links={},
)


@pytest.mark.parametrize(
    ("terms", "names"),
    [
        ([], ["oslo-p1", "oslo-as1", "moss-we1", "bo-we1"]),
        (["site=oslo"], ["oslo-p1", "oslo-as1"]),
        (["site=bo,oslo"], ["oslo-p1", "oslo-as1", "bo-we1"]),
        (["site=oslo", "role=p"], ["oslo-p1"]),
        (["platform=cisco_iosxe"], ["oslo-as1", "moss-we1"]),
        (["platform=cisco_*", "domain=core"], ["oslo-p1", "moss-we1"]),
        (["trust=east"], ["oslo-p1", "oslo-as1", "moss-we1"]),
        (["class=C"], ["moss-we1", "bo-we1"]),
        (["oslo-*"], ["oslo-p1", "oslo-as1"]),
        (["bo-we1,moss-we1"], ["moss-we1", "bo-we1"]),
        (["*-we1", "class=C", "trust=west"], ["bo-we1"]),
        (["*-?s1"], ["oslo-as1"]),
        (["trust=north,west"], ["bo-we1"]),
    ],
)
def test_terms_select(terms: list[str], names: list[str]) -> None:
    assert [one.name for one in select(INVENTORY, terms)] == names


@pytest.mark.parametrize(
    ("terms", "message", "hint"),
    [
        (["rolle=p"], "unknown key 'rolle'", "did you mean 'role'? Keys are domain, site"),
        (["xyz=p"], "unknown key 'xyz'", "keys are domain"),
        (["site=osloo"], "no site is called 'osloo'", "did you mean 'oslo'?"),
        (["site=oslo,osloo"], "no site is called 'osloo'", "did you mean 'oslo'?"),
        (["site="], "no site is called ''", ""),
        (["oslo-p2"], "no host is called 'oslo-p2'", "did you mean 'oslo-p1'?"),
        (["bergen-*"], "no host is called 'bergen-*'", ""),
        (["role=p", "class=C"], "no device matches role=p and class=C", "leave one out"),
        (["trust=north"], "no device matches trust=north", ""),
        ([""], "no host is called ''", ""),
    ],
)
def test_what_selects_nothing_is_an_error(terms: list[str], message: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        select(INVENTORY, terms)
    assert message in str(caught.value)
    assert hint in caught.value.hint
