"""States and weaknesses of link ends, as a table over what can be observed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from netmod.facts import LinkEndFact, PolicyFact, Source
from netmod.platforms._assemble import assemble
from netmod.platforms._observations import (
    Clock,
    Fact,
    InterfaceSeen,
    IpsecConfig,
    IpsecFlow,
    Key,
    KeyChain,
    LagMember,
    MacsecConfig,
    MacsecCounters,
    MacsecSession,
    MacsecShutdown,
    Observation,
)

AT = datetime(2026, 6, 1, tzinfo=UTC)
SOURCE = Source(command="show x", file="h/show_x.txt", lines=(1,))
GOOD = MacsecSession(
    source=SOURCE,
    interface="Gi1",
    status="secured",
    prints_peers=True,
    live_peers=1,
    cipher="GCM-AES-XPN-256",
    enforcement="must-secure",
    ckn="01",
)
BY_SAS = MacsecSession(
    source=SOURCE,
    interface="Gi1",
    prints_sas=True,
    tx_sa_in_use=True,
    rx_sa_in_use=True,
    cipher="GCM-AES-256",
)
CONFIG = MacsecConfig(source=SOURCE, interface="Gi1", policy="P", key_chain="K")
COUNTERS = MacsecCounters(source=SOURCE, interface="Gi1")
FLOW = IpsecFlow(
    source=SOURCE,
    interface="Tunnel1",
    inbound="esp-gcm 256",
    outbound="esp-gcm 256",
    inbound_spis=("1",),
    outbound_spis=("2",),
)
IPSEC = IpsecConfig(source=SOURCE, interface="Tunnel1", transforms=("esp-gcm 256",))


def end_of(*observations: Observation, interface: str | None = None) -> LinkEndFact:
    ends = assemble(observations, at=AT).link_ends
    if interface is None:
        assert len(ends) == 1, ends
        return ends[0]
    return next(end for end in ends if end.interface == interface)


def changed(what: Any, **values: Any) -> Any:
    return replace(what, **values)


MACSEC_STATES = [
    ("live peer", [GOOD], "secured", "macsec-live-peer"),
    ("no live peer", [changed(GOOD, live_peers=0)], "partial", "macsec-no-live-peer"),
    ("cut before the peers", [changed(GOOD, live_peers=None)], "unknown", "macsec-cut"),
    ("cut before the status", [changed(GOOD, status=None)], "unknown", "macsec-cut"),
    ("pending", [changed(GOOD, status="pending")], "unsecured", "macsec-not-secured"),
    ("down", [changed(GOOD, status="down")], "unsecured", "macsec-not-secured"),
    ("integrity only", [changed(GOOD, confidentiality=False)], "unsecured", "macsec-integrity-only"),
    ("null cipher", [changed(GOOD, cipher="NULL")], "unsecured", "macsec-integrity-only"),
    ("SAs", [BY_SAS], "secured", "macsec-sas-in-use"),
    ("only sending", [changed(BY_SAS, rx_sa_in_use=False)], "partial", "macsec-one-direction"),
    ("no SA", [changed(BY_SAS, rx_sa_in_use=False, tx_sa_in_use=False)], "unsecured", "macsec-no-sa"),
    ("cut before receive SA", [changed(BY_SAS, rx_sa_in_use=None)], "unknown", "macsec-cut"),
    ("a table's word", [changed(GOOD, prints_peers=False, live_peers=None)], "secured", "macsec-session-secured"),
    ("peers and SAs", [GOOD, BY_SAS], "secured", "macsec-live-peer"),
    ("peers but no receive SA", [GOOD, changed(BY_SAS, rx_sa_in_use=False)], "partial", "macsec-sas-missing"),
    ("two commands disagree", [GOOD, changed(GOOD, status="pending")], "unknown", "macsec-contradictory"),
    ("another key pends", [GOOD, changed(GOOD, status="pending", ckn="02")], "secured", "macsec-live-peer"),
    ("standby beside it", [GOOD, changed(GOOD, status="fallback-ready", ckn="02", live_peers=0)], "secured", "macsec-live-peer"),
    ("device shut down", [GOOD, MacsecShutdown(source=SOURCE)], "unsecured", "macsec-shutdown"),
    ("interface shut down", [CONFIG, MacsecShutdown(source=SOURCE, interface="Gi1")], "unsecured", "macsec-shutdown"),
    ("no licence", [changed(GOOD, status=None, unlicensed=True)], "unsecured", "macsec-unlicensed"),
    ("config alone", [CONFIG], "configured", "macsec-configured"),
    ("undefined policy", [changed(CONFIG, undefined=("policy P",))], "partial", "undefined-reference"),
    ("no key chain", [changed(CONFIG, incomplete="no key chain")], "partial", "incomplete-configuration"),
    ("config of a shut port", [changed(CONFIG, shutdown=True)], "unsecured", "interface-shutdown"),
    ("config without encryption", [changed(CONFIG, confidentiality=False)], "unsecured", "macsec-integrity-only"),
    ("counted both ways", [changed(COUNTERS, tx_encrypted=5, rx_ok=5)], "partial", "macsec-counters-only"),
    ("counted one way", [changed(COUNTERS, tx_encrypted=5, rx_ok=0)], "partial", "macsec-sends-only"),
    ("nothing counted", [changed(COUNTERS, tx_encrypted=0, rx_ok=0)], "unknown", "macsec-nothing-counted"),
    ("protected only", [changed(COUNTERS, tx_encrypted=0, tx_protected=9)], "unsecured", "macsec-integrity-only"),
    ("counters and config", [CONFIG, COUNTERS], "configured", "macsec-configured"),
    ("plain port", [InterfaceSeen(source=SOURCE, interface="Gi1")], "unsecured", "nothing-configured"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("observations", "state", "code"),
    [case[1:] for case in MACSEC_STATES],
    ids=[case[0] for case in MACSEC_STATES],
)
def test_macsec_state(observations: list[Observation], state: str, code: str) -> None:
    end = end_of(*observations)
    assert (end.state, end.why_code) == (state, code)
    assert end.why
    assert end.sources


IPSEC_STATES = [
    ("pair", [FLOW], "secured"),
    ("inbound missing", [changed(FLOW, inbound=None)], "partial"),
    ("no SA", [changed(FLOW, inbound=None, outbound=None, inbound_spis=(), outbound_spis=())], "unsecured"),
    ("cut before the transform", [changed(FLOW, inbound=None, outbound=None)], "unknown"),
    ("null", [changed(FLOW, inbound="esp-null esp-sha-hmac")], "unsecured"),
    ("gmac", [changed(FLOW, inbound="esp-gmac 256", outbound="esp-gmac 256")], "unsecured"),
    ("AH", [changed(FLOW, inbound=None, outbound=None, inbound_spis=(), outbound_spis=(), ah="ah-sha-hmac")], "unsecured"),
    ("one flow of two", [FLOW, changed(FLOW, ident="b", inbound=None, outbound=None, inbound_spis=(), outbound_spis=())], "partial"),
    ("session", [changed(FLOW, prints_sas=False, inbound=None, outbound=None, status="up-active", active_sas=2)], "secured"),
    ("idle session", [changed(FLOW, prints_sas=False, status="up-idle", active_sas=0)], "unsecured"),
    ("session cut", [changed(FLOW, prints_sas=False, status="up-active", active_sas=None)], "unknown"),
    ("session of one SA", [changed(FLOW, prints_sas=False, status="up-active", active_sas=1)], "partial"),
    ("cut before the outbound SA", [changed(FLOW, outbound=None, cut=True)], "unknown"),
    ("cut before any SA", [changed(FLOW, inbound=None, outbound=None, inbound_spis=(), outbound_spis=(), cut=True)], "unknown"),
    ("session cut below its status", [changed(FLOW, prints_sas=False, status="up-active", active_sas=2, cut=True)], "unknown"),
    ("a routing protocol alone", [changed(FLOW, protocol_only=True)], "partial"),
    ("config alone", [IPSEC], "configured"),
    ("a definition", [changed(IPSEC, from_running_config=False)], "unknown"),
    ("undefined profile", [changed(IPSEC, undefined=("IPsec profile P",))], "partial"),
    ("config of ESP-NULL", [changed(IPSEC, transforms=("esp-null esp-sha-hmac",))], "unsecured"),
    ("shut tunnel", [changed(IPSEC, shutdown=True)], "unsecured"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("observations", "state"),
    [case[1:] for case in IPSEC_STATES],
    ids=[case[0] for case in IPSEC_STATES],
)
def test_ipsec_state(observations: list[Observation], state: str) -> None:
    assert end_of(*observations).state == state


WEAKNESSES = [
    ("none", [GOOD], set()),
    ("fail open", [changed(GOOD, enforcement="should-secure")], {"M01"}),
    ("shut", [GOOD, MacsecShutdown(source=SOURCE)], {"M02"}),
    ("no peer", [changed(GOOD, live_peers=0)], {"M03"}),
    ("other cipher", [GOOD, changed(CONFIG, cipher="GCM-AES-256")], {"M04"}),
    ("128 bits", [changed(GOOD, cipher="GCM-AES-XPN-128")], {"M05"}),
    ("integrity only", [changed(GOOD, confidentiality=False)], {"M06"}),
    ("offset", [changed(GOOD, confidentiality_offset=30)], {"M07"}),
    ("no timed rekey", [changed(GOOD, sak_rekey_interval=0)], {"M08"}),
    ("fallback", [changed(GOOD, key_source="fallback")], {"M10"}),
    ("tag in clear", [changed(GOOD, vlan_in_clear=111)], {"M11"}),
    ("replay off", [changed(GOOD, replay_protect=False)], {"M13"}),
    ("huge window", [changed(GOOD, replay_window=2**32 - 1)], {"M13"}),
    ("bad frames", [GOOD, changed(COUNTERS, rx_bad=3)], {"M13"}),
    ("undefined", [changed(CONFIG, undefined=("policy P",))], {"M16"}),
    ("null cipher", [changed(FLOW, inbound="esp-null")], {"I01"}),
    ("3DES", [changed(FLOW, outbound="esp-3des esp-sha256-hmac")], {"I02"}),
    ("SHA-256 is none", [changed(FLOW, outbound="esp-256-aes esp-sha256-hmac")], set()),
    ("group 14", [changed(FLOW, pfs="group14")], {"I02"}),
    ("group 24", [changed(FLOW, pfs="group24")], {"I02"}),
    ("group 20", [changed(FLOW, pfs="group20")], set()),
    ("first child shows no PFS", [changed(FLOW, pfs=False)], set()),
    ("configured without PFS", [changed(IPSEC, pfs=False)], {"I02"}),
    ("decrypt flat", [changed(FLOW, encaps=5000, decaps=0)], {"I03"}),
    ("long life", [changed(FLOW, lifetime_sec=10**6)], {"I04"}),
    ("replay detection off", [changed(FLOW, replay_protect=False)], {"I07"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("observations", "codes"),
    [case[1:] for case in WEAKNESSES],
    ids=[case[0] for case in WEAKNESSES],
)
def test_weaknesses(observations: list[Observation], codes: set[str]) -> None:
    assert set(end_of(*observations).weaknesses) == codes


def test_policy_fills_what_the_session_does_not_print() -> None:
    policy = PolicyFact(name="P", security="should-secure", offset=50, sak_rekey=0)
    session = changed(GOOD, policy="P", enforcement="unknown")
    end = end_of(session, Fact(SOURCE, policy))
    assert end.enforcement == "should-secure"
    assert set(end.weaknesses) == {"M01", "M07", "M08"}


LAGS = [
    ("all secured", [GOOD, changed(GOOD, interface="Gi2")], "secured", False),
    ("a member without", [GOOD], "partial", True),
    ("a member pending", [GOOD, changed(GOOD, interface="Gi2", status="pending")], "partial", True),
]


@pytest.mark.parametrize(("sessions", "state", "m12"), [case[1:] for case in LAGS])
def test_lag_is_as_good_as_all_its_members(
    sessions: list[MacsecSession], state: str, m12: bool
) -> None:
    members = [LagMember(SOURCE, "Po1", name) for name in ("Gi1", "Gi2")]
    end = end_of(*sessions, *members, interface="Po1")
    assert end.state == state
    assert end.members == ("Gi1", "Gi2")
    assert ("M12" in end.weaknesses) is m12


def test_sub_interface_in_clear_beside_a_covered_one() -> None:
    seen = [InterfaceSeen(source=SOURCE, interface=f"Gi1.{unit}", parent="Gi1") for unit in (1, 2)]
    end = end_of(*seen, changed(GOOD, interface="Gi1.1"), interface="Gi1.1")
    assert "M11" in end.weaknesses


def test_sub_interface_of_a_covered_port_is_no_end_of_its_own() -> None:
    seen = InterfaceSeen(source=SOURCE, interface="Gi1.1", parent="Gi1")
    assert [end.interface for end in assemble([GOOD, seen], at=AT).link_ends] == ["Gi1"]


def key(**values: Any) -> Key:
    return Key(id="01", **values)


def day(year: int, month: int = 1, *, zone: bool = True) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC if zone else None)


KEYS = [
    ("bounded", [key(start=day(2026), end=day(2027))], (True,), False),
    ("no end", [key(start=day(2026))], (True,), True),
    ("expired", [key(start=day(2020), end=day(2021))], (False,), True),
    ("future", [key(start=day(2027), end=day(2028))], (False,), True),
    ("device says so", [key(marked_valid=False)], (False,), True),
    ("zone unknown, far away", [key(start=day(2026, zone=False), end=day(2027))], (True,), False),
    ("zone unknown, at the edge", [key(start=day(2026, 6, zone=False), end=day(2027))], (None,), True),
    ("gap", [key(start=day(2026), end=day(2026, 7)), Key("02", start=day(2026, 9), end=day(2027))], (True, False), True),
    ("overlap", [key(start=day(2026), end=day(2026, 9)), Key("02", start=day(2026, 8), end=day(2027))], (True, False), False),
    ("accept ended", [key(start=day(2026), end=day(2027), accept_end=day(2026, 2))], (False,), True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "valid", "m09"), [case[1:] for case in KEYS], ids=[case[0] for case in KEYS]
)
def test_key_lifetimes(keys: list[Key], valid: tuple[bool | None, ...], m09: bool) -> None:
    chain = KeyChain(source=SOURCE, name="K", keys=tuple(keys), macsec=True)
    facts = assemble([changed(GOOD, key_chain="K"), chain], at=AT)
    assert tuple(one.valid for one in facts.key_chains[0].keys) == valid
    assert ("M09" in facts.link_ends[0].weaknesses) is m09


def test_without_a_time_no_lifetime_is_judged() -> None:
    chain = KeyChain(source=SOURCE, name="K", keys=(key(start=day(2026), end=day(2027)),))
    assert assemble([chain], at=None).key_chains[0].keys[0].valid is None


def test_names_of_keys_get_their_lifetimes_from_the_config() -> None:
    listed = KeyChain(SOURCE, "LONG-NA", keys=(Key("AB", lifetime_printed=False),))
    full = KeyChain(SOURCE, "LONG-NAME", keys=(Key("AB", lifetime_printed=False),))
    configured = KeyChain(
        SOURCE,
        "LONG-NAME",
        keys=(Key("ab", "aes-256-cmac", day(2026), day(2027)),),
        from_config=True,
    )
    (chain,) = assemble([listed, full, configured], at=AT).key_chains
    assert chain.name == "LONG-NAME"
    assert [(key.algorithm, key.end, key.valid) for key in chain.keys] == [
        ("aes-256-cmac", day(2027), True)
    ]


def test_a_key_without_a_printed_lifetime_is_not_called_valid() -> None:
    chain = KeyChain(SOURCE, "K", keys=(Key("01", lifetime_printed=False),))
    assert assemble([chain], at=AT).key_chains[0].keys[0].valid is None


def test_a_cut_chain_name_takes_no_key_from_the_longer_one() -> None:
    listed = KeyChain(
        SOURCE, "K", keys=(Key("AB", lifetime_printed=False), Key("FB", lifetime_printed=False))
    )
    own = KeyChain(SOURCE, "K", keys=(Key("ab", "x", day(2026), day(2027)),), from_config=True)
    fallback = KeyChain(SOURCE, "K-FB", keys=(Key("fb", "x", day(2026)),), from_config=True)
    chains = assemble([listed, own, fallback], at=AT).key_chains
    assert [(chain.name, [key.id for key in chain.keys]) for chain in chains] == [
        ("K", ["ab"]),
        ("K-FB", ["fb"]),
    ]


@pytest.mark.parametrize(
    ("ckn", "fallback", "m10"),
    [("01", True, False), ("0100", True, False), ("F1", True, True), ("F1", None, False)],
)
def test_a_session_with_a_key_of_another_chain_runs_on_the_fallback(
    ckn: str, fallback: bool | None, m10: bool
) -> None:
    chain = KeyChain(SOURCE, "K", keys=(key(start=day(2026), end=day(2027)),))
    session = changed(GOOD, ckn=ckn, key_chain="K")
    config = changed(CONFIG, fallback_key=fallback)
    end = assemble([session, config, chain], at=AT).link_ends[0]
    assert ("M10" in end.weaknesses) is m10


def test_keys_expire_by_the_clock_of_the_device() -> None:
    chain = KeyChain(SOURCE, "K", keys=(key(start=day(2026), end=day(2026, 5)),))
    behind = Clock(SOURCE, day(2026, 4))
    without_zone = Clock(SOURCE, day(2026, 4, zone=False))
    assert assemble([chain], at=AT).key_chains[0].keys[0].valid is False
    assert assemble([chain, behind], at=AT).key_chains[0].keys[0].valid is True
    assert assemble([chain, without_zone], at=AT).key_chains[0].keys[0].valid is False
