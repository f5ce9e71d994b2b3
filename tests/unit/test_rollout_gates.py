"""Gates: each kind with what passes, what fails, and what nobody saw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest

from netmod.facts import HostFacts, KeyChainFact, KeyFact, LinkEndFact, NeighborFact
from netmod.inventory import Link
from netmod.rollout.gate_parameters import GATE, Gate
from netmod.rollout.gates import judge, needs_before
from netmod.rollout.observations import CheckSeen, Observation

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
HASH, OTHER = "a" * 64, "b" * 64
CKN = "01" * 32
LINK = Link.model_validate(
    {
        "id": "l1",
        "layer": "inner-core",
        "a": {"device": "r1", "interface": "Hu0/0/0/0"},
        "b": {"device": "r2", "interface": "Hu0/0/0/1"},
        "capacity": "100G",
        "encryption": {"policy": "P", "key_chain": "K"},
    }
)
BUNDLE = LINK.model_copy(
    update={
        "members": Link.model_validate(
            {**LINK.model_dump(), "members": [{"a": "Hu0/0/0/2", "b": "Hu0/0/0/3"}]}
        ).members
    }
)
SUPPLIER = Link.model_validate(
    {
        "id": "s1",
        "layer": "stamnett",
        "a": {"device": "r1", "interface": "Hu0/0/0/9"},
        "b": {"supplier": "nhn"},
        "capacity": "1G",
        "encrypted_by": "supplier",
    }
)
PORTS = {"r1": "Hu0/0/0/0", "r2": "Hu0/0/0/1"}
SCIS = {"r1": "0011.2233.4455/0001", "r2": "0011.2233.4466/0001"}


def end(device: str, **changes: Any) -> LinkEndFact:
    """A secured end of `LINK`, with changes."""
    other = "r2" if device == "r1" else "r1"
    values: dict[str, Any] = {
        "interface": PORTS[device],
        "technology": "macsec",
        "state": "secured",
        "cipher": "GCM-AES-XPN-256",
        "enforcement": "must-secure",
        "ckn": CKN,
        "local_sci": SCIS[device],
        "peer_scis": (SCIS[other],),
        "tx_encrypted": 1000,
        "rx_ok": 1000,
    }
    return LinkEndFact(**{**values, **changes})


def facts(device: str, **changes: Any) -> HostFacts:
    values: dict[str, Any] = {
        "platform": "cisco_iosxr",
        "link_ends": (end(device),),
        "captures": ("x",),
        "captured_at": NOW,
    }
    return HostFacts(**{**values, **changes})


def seen(*, at: datetime = NOW, **changes: Any) -> Observation:
    """Both devices and the link, all well, with changes."""
    values: dict[str, Any] = {
        "at": at,
        "devices": ("r1", "r2"),
        "links": (LINK,),
        "logins": {"r1": True, "r2": True},
        "facts": {"r1": facts("r1"), "r2": facts("r2")},
        "clocks": {"r1": 0.4, "r2": -1.0},
        "running": {"r1": HASH, "r2": HASH},
        "frames": {"r1": {"hu0/0/0/0": 9216}, "r2": {"hu0/0/0/1": 9216}},
    }
    return Observation(**{**values, **changes})


def ends(**changes: Mapping[str, Any]) -> dict[str, HostFacts]:
    """Facts of both devices, their ends with changes by device."""
    return {
        name: facts(name, link_ends=(end(name, **changes.get(name, {})),)) for name in ("r1", "r2")
    }


def neighbour(device: str, interface: str = "Hu0/0/0/0", far: str = "x") -> NeighborFact:
    return NeighborFact(local_interface=interface, neighbor=device, neighbor_interface=far)


def with_neighbours(*names: str) -> Observation:
    table = tuple(neighbour(name, f"Hu0/0/0/{number}") for number, name in enumerate(names))
    return seen(
        devices=("r1",),
        facts={"r1": facts("r1", neighbors=table)},
        commands={"r1": ("show lldp neighbors detail",)},
    )


LATER = NOW + timedelta(seconds=8)
BASE = seen()


def checks(**outcomes: Literal["pass", "fail", "unknown"]) -> Observation:
    return seen(
        checks=tuple(
            CheckSeen(check=name, subject="r1", outcome=outcome)
            for name, outcome in outcomes.items()
        )
    )


CASES: list[tuple[str, dict[str, Any], Observation | None, Observation, str, str]] = [
    ("all answer", {"kind": "reachability"}, None, seen(), "pass", "all-well"),
    ("one is gone", {"kind": "reachability"}, None, seen(logins={"r1": True, "r2": False}),
     "fail", "unreachable"),
    ("one not tried", {"kind": "reachability"}, None, seen(logins={"r1": True}),
     "inconclusive", "login-not-tried"),
    ("nobody to look at", {"kind": "reachability"}, None, seen(devices=()),
     "inconclusive", "nothing-to-look-at"),

    ("same neighbours", {"kind": "neighbours"}, with_neighbours("a", "b"),
     with_neighbours("a", "b"), "pass", "all-well"),
    ("one neighbour gone", {"kind": "neighbours"}, with_neighbours("a", "b"),
     with_neighbours("a"), "fail", "neighbour-gone"),
    ("another in its place", {"kind": "neighbours"}, with_neighbours("a"),
     with_neighbours("b"), "fail", "neighbour-gone"),
    ("one more", {"kind": "neighbours"}, with_neighbours("a"), with_neighbours("a", "b"),
     "pass", "all-well"),
    ("one more, exactly", {"kind": "neighbours", "exact": True}, with_neighbours("a"),
     with_neighbours("a", "b"), "fail", "neighbour-new"),
    ("an empty table that was asked", {"kind": "neighbours"}, with_neighbours(),
     with_neighbours(), "pass", "all-well"),
    ("nobody asked", {"kind": "neighbours"}, with_neighbours("a"),
     seen(devices=("r1",)), "inconclusive", "neighbours-not-seen"),
    ("no baseline", {"kind": "neighbours"}, None, with_neighbours("a"),
     "inconclusive", "nothing-before"),

    ("secured", {"kind": "secured"}, None, seen(), "pass", "all-well"),
    ("must-secure at both", {"kind": "secured", "enforcement": "must-secure"}, None, seen(),
     "pass", "all-well"),
    ("should-secure at one", {"kind": "secured", "enforcement": "must-secure"}, None,
     seen(facts=ends(r2={"enforcement": "should-secure"})), "fail", "weak"),
    ("enforcement not shown", {"kind": "secured", "enforcement": "must-secure"}, None,
     seen(facts=ends(r2={"enforcement": "unknown"})), "inconclusive", "enforcement-differs"),
    ("a difference that is meant", {"kind": "secured", "allow": ["M01"]}, None,
     seen(facts=ends(r2={"enforcement": "should-secure", "weaknesses": ("M01",)})),
     "pass", "all-well"),
    ("fail-open is a fault", {"kind": "secured"}, None,
     seen(facts=ends(r2={"enforcement": "should-secure", "weaknesses": ("M01",)})),
     "fail", "weak"),
    ("weak cipher", {"kind": "secured"}, None,
     seen(facts=ends(r1={"cipher": "GCM-AES-128"}, r2={"cipher": "GCM-AES-128"})),
     "fail", "weak"),
    ("on the fallback key", {"kind": "secured"}, None,
     seen(facts=ends(r1={"weaknesses": ("M10",)})), "fail", "weak"),
    ("one end clear", {"kind": "secured"}, None, seen(facts=ends(r2={"state": "unsecured"})),
     "fail", "not-secured"),
    ("one end not captured", {"kind": "secured"}, None, seen(facts={"r1": facts("r1")}),
     "inconclusive", "not-secured"),
    ("configured only", {"kind": "secured"}, None,
     seen(facts=ends(r1={"state": "configured"}, r2={"state": "configured"})),
     "inconclusive", "not-secured"),
    ("other keys", {"kind": "secured"}, None, seen(facts=ends(r2={"ckn": "02" * 32})),
     "fail", "not-secured"),
    ("no marks", {"kind": "secured"}, None, seen(facts=ends(r2={"ckn": None})),
     "inconclusive", "pairing-not-proven"),
    ("a peer's mark is not printed", {"kind": "secured"}, None,
     seen(facts=ends(r2={"peer_scis": ()})), "pass", "all-well"),
    ("another's mark is printed", {"kind": "secured"}, None,
     seen(facts=ends(r2={"peer_scis": ("0011.2233.4499/0001",)})), "fail", "not-secured"),
    ("a member not covered", {"kind": "secured"}, None,
     seen(links=(BUNDLE,), facts={
         "r1": facts("r1", link_ends=(end("r1", interface="Hu0/0/0/2"),)),
         "r2": facts("r2", link_ends=(end("r2", interface="Hu0/0/0/8"),))}),
     "inconclusive", "not-secured"),
    ("a supplier's link", {"kind": "secured"}, None, seen(links=(SUPPLIER,)),
     "inconclusive", "not-ours"),

    ("rising", {"kind": "counters"}, BASE,
     seen(at=LATER, facts=ends(r1={"tx_encrypted": 1001, "rx_ok": 1001},
                               r2={"tx_encrypted": 1001, "rx_ok": 1001})), "pass", "all-well"),
    ("idle", {"kind": "counters"}, BASE,
     seen(at=LATER, facts=ends(r1={"tx_encrypted": 1001, "rx_ok": 1001})),
     "inconclusive", "idle"),
    ("too soon", {"kind": "counters"}, BASE,
     seen(at=NOW + timedelta(seconds=2), facts=ends(r1={"tx_encrypted": 1001})),
     "inconclusive", "too-soon"),
    ("began anew", {"kind": "counters"}, BASE,
     seen(at=LATER, facts=ends(r1={"tx_encrypted": 3, "rx_ok": 3})),
     "inconclusive", "counters-anew"),
    ("another key meanwhile", {"kind": "counters"}, BASE,
     seen(at=LATER, facts=ends(r1={"tx_encrypted": 2000, "rx_ok": 2000, "ckn": "02" * 32})),
     "inconclusive", "counters-anew"),
    ("not shown", {"kind": "counters"}, BASE, seen(at=LATER, facts=ends(r1={"tx_encrypted": None})),
     "inconclusive", "counters-not-seen"),
    ("frames fail their check", {"kind": "counters"}, BASE,
     seen(at=LATER, facts=ends(r1={"weaknesses": ("M13",), "tx_encrypted": 2000, "rx_ok": 2000})),
     "fail", "frames-dropped"),

    ("keys there and in use", {"kind": "keys", "present": {"r1": [CKN], "r2": [CKN]}, "in_use": {"l1": CKN}},
     None, seen(facts={
         name: facts(name, key_chains=(KeyChainFact(name="K", keys=(KeyFact(id=CKN),)),))
         for name in ("r1", "r2")}), "pass", "all-well"),
    ("a short CKN, filled up", {"kind": "keys", "in_use": {"l1": "aa01"}}, None,
     seen(facts=ends(r1={"ckn": "AA01".ljust(64, "0")}, r2={"ckn": "aa01"})), "pass", "all-well"),
    ("another in use", {"kind": "keys", "in_use": {"l1": "02" * 32}}, None, seen(),
     "fail", "other-key-in-use"),
    ("in use and not secured", {"kind": "keys", "in_use": {"l1": CKN}}, None,
     seen(facts=ends(r1={"state": "unsecured"})), "fail", "not-secured"),
    ("a key that is missing", {"kind": "keys", "present": {"r2": ["02" * 32]}}, None,
     seen(facts={
         name: facts(name, key_chains=(KeyChainFact(name="K", keys=(KeyFact(id=CKN),)),))
         for name in ("r1", "r2")}), "fail", "key-missing"),
    ("no chain shown", {"kind": "keys", "present": {"r1": [CKN], "r2": [CKN]}}, None, seen(),
     "inconclusive", "keys-not-seen"),
    ("no key in use shown", {"kind": "keys", "in_use": {"l1": CKN}}, None,
     seen(facts=ends(r1={"ckn": None})), "inconclusive", "keys-not-seen"),

    ("as many sessions", {"kind": "sessions"}, seen(sessions={"r1": 9, "r2": 4}),
     seen(sessions={"r1": 9, "r2": 5}), "pass", "all-well"),
    ("within tolerance", {"kind": "sessions", "percent": 12}, seen(sessions={"r1": 9, "r2": 4}),
     seen(sessions={"r1": 8, "r2": 4}), "pass", "all-well"),
    ("sessions not seen before", {"kind": "sessions"}, seen(sessions={"r1": 9}),
     seen(sessions={"r1": 9, "r2": 4}), "inconclusive", "sessions-not-seen"),
    ("sessions lost", {"kind": "sessions"}, seen(sessions={"r1": 2, "r2": 2}),
     seen(sessions={"r1": 2, "r2": 1}), "fail", "sessions-lost"),
    ("sessions not seen", {"kind": "sessions"}, seen(), seen(), "inconclusive",
     "sessions-not-seen"),

    ("checks hold", {"kind": "checks"}, None, checks(C1="pass"), "pass", "all-well"),
    ("a check fails", {"kind": "checks"}, None, checks(C1="pass", C2="fail"), "fail",
     "check-fails"),
    ("another check fails", {"kind": "checks", "checks": ["C1"]}, None,
     checks(C1="pass", C2="fail"), "pass", "all-well"),
    ("a check that was not run", {"kind": "checks", "checks": ["C9"]}, None, checks(C1="pass"),
     "inconclusive", "check-not-run"),
    ("an unknown outcome", {"kind": "checks"}, None, checks(C1="unknown"), "inconclusive",
     "check-unknown"),
    ("it failed before as well", {"kind": "checks", "regressions": True}, checks(C1="fail"),
     checks(C1="fail"), "pass", "all-well"),
    ("it fails now", {"kind": "checks", "regressions": True}, checks(C1="pass"),
     checks(C1="fail"), "fail", "check-fails"),
    ("no checks", {"kind": "checks"}, None, seen(), "inconclusive", "checks-not-run"),

    ("right clocks", {"kind": "clock"}, None, seen(), "pass", "all-well"),
    ("a wrong clock", {"kind": "clock"}, None, seen(clocks={"r1": 0, "r2": -300}), "fail",
     "clock-wrong"),
    ("apart from each other", {"kind": "clock", "seconds": 10}, None,
     seen(clocks={"r1": 8, "r2": -8}), "fail", "clocks-apart"),
    ("a clock that nobody saw", {"kind": "clock"}, None, seen(clocks={"r1": 0}), "inconclusive",
     "clock-not-seen"),

    ("frames fit", {"kind": "mtu"}, None, seen(), "pass", "all-well"),
    ("frames do not fit", {"kind": "mtu"}, None,
     seen(frames={"r1": {"hu0/0/0/0": 1500}, "r2": {"hu0/0/0/1": 9216}}), "fail",
     "mtu-too-small"),
    ("just enough", {"kind": "mtu"}, None,
     seen(frames={"r1": {"hu0/0/0/0": 1532}, "r2": {"hu0/0/0/1": 1532}}), "pass", "all-well"),
    ("a size nobody saw", {"kind": "mtu"}, None, seen(frames={"r1": {"hu0/0/0/0": 9216}}),
     "inconclusive", "mtu-not-seen"),

    ("runs what ran", {"kind": "running"}, seen(), seen(), "pass", "all-well"),
    ("runs what is expected", {"kind": "running"}, seen(),
     seen(running={"r1": OTHER, "r2": HASH}, expected={"r1": OTHER}), "pass", "all-well"),
    ("runs something else", {"kind": "running"}, seen(), seen(running={"r1": OTHER, "r2": HASH}),
     "fail", "running-differs"),
    ("nobody looked", {"kind": "running"}, seen(), seen(running={"r1": HASH}), "inconclusive",
     "running-not-seen"),

    ("same facts", {"kind": "facts"}, seen(), seen(at=LATER), "pass", "all-well"),
    ("counters always differ", {"kind": "facts"}, seen(),
     seen(facts=ends(r1={"tx_encrypted": 99999})), "pass", "all-well"),
    ("another cipher", {"kind": "facts"}, seen(), seen(facts=ends(r1={"cipher": "GCM-AES-128"})),
     "fail", "facts-differ"),
    ("another cipher, ignored", {"kind": "facts", "ignore": ["link_ends"]}, seen(),
     seen(facts=ends(r1={"cipher": "GCM-AES-128"})), "pass", "all-well"),
    ("no facts", {"kind": "facts"}, seen(), seen(facts={"r1": facts("r1")}), "inconclusive",
     "facts-not-seen"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("gate", "before", "now", "outcome", "code"),
    [case[1:] for case in CASES],
    ids=[f"{case[1]['kind']}: {case[0]}" for case in CASES],
)
def test_what_a_gate_says(
    gate: dict[str, Any], before: Observation | None, now: Observation, outcome: str, code: str
) -> None:
    result = judge(GATE.validate_python(gate), before, now)
    assert (result.outcome, result.code) == (outcome, code), result


def every_kind() -> list[Gate]:
    kinds = list(dict.fromkeys(case[1]["kind"] for case in CASES))
    extra: dict[str, dict[str, Any]] = {
        "keys": {"in_use": {"l1": CKN}},
    }
    return [GATE.validate_python({"kind": kind, **extra.get(kind, {})}) for kind in kinds]


@pytest.mark.parametrize("gate", every_kind(), ids=lambda gate: str(gate.kind))
def test_nothing_seen_is_never_a_pass(gate: Gate) -> None:
    nothing = Observation(at=LATER, devices=("r1", "r2"), links=(LINK,))
    before = nothing.model_copy(update={"at": NOW})
    assert judge(gate, before, nothing).outcome == "inconclusive"
    assert judge(gate, None, nothing).outcome == "inconclusive"


@pytest.mark.parametrize("gate", every_kind(), ids=lambda gate: str(gate.kind))
def test_a_gate_that_compares_needs_something_before(gate: Gate) -> None:
    if needs_before(gate) != "nothing":
        assert judge(gate, None, seen()).code == "nothing-before"


def test_a_fault_outweighs_what_was_not_seen_and_names_the_others() -> None:
    result = judge(
        GATE.validate_python({"kind": "reachability"}),
        None,
        seen(devices=("r0", "r1", "r2"), logins={"r1": False, "r2": False}),
    )
    assert result.outcome == "fail"
    assert result.parameters == {"subject": "r1", "others": "r2"}
