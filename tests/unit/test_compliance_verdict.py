"""Verdicts of links: the table, pairing, weaknesses, bundles and who encrypts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmod.compliance import (
    MARKS,
    REASONS,
    STATES,
    TABLE,
    End,
    LinkVerdict,
    Parameters,
    as_markdown,
    judge_ends,
    judge_link,
)
from netmod.facts import LinkEndFact
from netmod.inventory import Link, LinkEncryption, ManagedEnd, SupplierEnd

AT = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)
CKN = "4b31" * 16
SCI_A, SCI_B = "AABBCC0001000001", "AABBCC0002000001"
DOCS = Path(__file__).parents[2] / "docs" / "link-encryption.md"


def fact(state: str = "secured", **values: Any) -> LinkEndFact:
    defaults: dict[str, Any] = {
        "interface": "HundredGigE0/0/0/1",
        "technology": "none" if state == "unsecured" else "macsec",
        "why": f"it is {state}",
    }
    if state == "secured":
        defaults |= {"cipher": "GCM-AES-XPN-256", "enforcement": "must-secure", "ckn": CKN}
    return LinkEndFact(**{**defaults, "state": state, **values})


def end(state: str = "secured", host: str = "a1", **values: Any) -> End:
    if state == "missing":
        return End(host=host, interface="HundredGigE0/0/0/1")
    about = values.pop("end", {})
    defaults = {
        "interface": "HundredGigE0/0/0/1",
        "found_by": "interface",
        "captured_at": AT,
        "fact": fact(state, **values),
    }
    return End(host=host, captured=True, **{**defaults, **about})


def pair_of_ends(**b: Any) -> tuple[End, End]:
    """Two secured ends whose marks match; values of `b` replace those of the second."""
    a = end(local_sci=SCI_A, peer_scis=(SCI_B,))
    marks = {"local_sci": SCI_B, "peer_scis": (SCI_A,)}
    return a, end(host="b1", **{**marks, **b})


def judged(a: End, b: End, **parameters: Any) -> LinkVerdict:
    return judge_ends("link-1", a, b, Parameters(**parameters), AT)


def test_table_is_total_and_symmetric() -> None:
    assert set(TABLE) == {(one, other) for one in STATES for other in STATES}
    assert all(TABLE[one, other] == TABLE[other, one] for one, other in TABLE)


def test_only_two_secured_ends_are_encrypted() -> None:
    assert [pair for pair, verdict in TABLE.items() if verdict == "encrypted"] == [
        ("secured", "secured")
    ]


def test_docs_show_the_table_of_the_code() -> None:
    text = DOCS.read_text(encoding="utf-8")
    shown = re.search(r"as_markdown -->\n(.*?)<!-- end of table", text, re.DOTALL)
    assert shown is not None
    assert shown[1] == as_markdown()


@pytest.mark.parametrize(("one", "other"), sorted(TABLE))
def test_every_pair_of_states_has_verdict_reason_and_sentence(one: str, other: str) -> None:
    verdict = judged(end(one), end(other, host="b1"))
    assert verdict.verdict == TABLE[one, other]  # type: ignore[index]
    assert verdict.reason in REASONS
    assert verdict.why
    assert "{" not in verdict.why


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("secured", "unsecured", "one-end-clear"),
        ("configured", "unsecured", "one-end-clear"),
        ("secured", "partial", "one-end-partial"),
        ("partial", "configured", "partly-encrypted"),
        ("unsecured", "unsecured", "both-ends-clear"),
        ("unsecured", "missing", "clear-end-decides"),
        ("unsecured", "unknown", "clear-end-decides"),
        ("secured", "configured", "configured-only"),
        ("secured", "missing", "host-missing"),
        ("secured", "unknown", "end-unknown"),
        ("unknown", "missing", "host-missing"),
    ],
)
def test_reasons(one: str, other: str, reason: str) -> None:
    assert judged(end(one), end(other, host="b1")).reason == reason
    assert judged(end(other, host="b1"), end(one)).reason == reason


def test_an_interface_that_no_capture_mentions_is_unknown() -> None:
    silent = End(host="b1", interface="Ethernet1/1", captured=True, captured_at=AT)
    verdict = judged(end(), silent)
    assert (verdict.verdict, verdict.reason) == ("unknown", "interface-not-seen")
    assert verdict.parameters == {"hosts": "b1", "interfaces": "Ethernet1/1"}


MACSEC_PAIRS = [
    ({}, "encrypted", "proven", "ckn-and-scis"),
    ({"ckn": CKN.upper()}, "encrypted", "proven", "ckn-and-scis"),
    ({"ckn": CKN + "0000"}, "encrypted", "proven", "ckn-and-scis"),
    ({"local_sci": "aabb.cc00.0200/1"}, "encrypted", "proven", "ckn-and-scis"),
    ({"ckn": None}, "encrypted", "not-proven", "marks-missing"),
    ({"local_sci": None}, "encrypted", "not-proven", "marks-missing"),
    ({"peer_scis": ()}, "encrypted", "not-proven", "marks-missing"),
    ({"ckn": "ff" * 32}, "unknown", "contradictory", "ckns-differ"),
    ({"local_sci": "AABBCC0009000001"}, "unknown", "contradictory", "scis-not-crossed"),
    ({"peer_scis": ("AABBCC0009000001",)}, "unknown", "contradictory", "scis-not-crossed"),
    ({"local_sci": SCI_A, "peer_scis": ()}, "unknown", "contradictory", "scis-equal"),
    ({"technology": "ipsec"}, "unknown", "contradictory", "technologies-differ"),
]


@pytest.mark.parametrize(("b", "verdict", "pairing", "mark"), MACSEC_PAIRS)
def test_macsec_pairing(b: dict[str, Any], verdict: str, pairing: str, mark: str) -> None:
    found = judged(*pair_of_ends(**b))
    assert (found.verdict, found.pairing, found.mark) == (verdict, pairing, mark)
    assert found.mark in MARKS
    swapped = judged(*reversed(pair_of_ends(**b)))
    assert (swapped.verdict, swapped.pairing, swapped.mark) == (verdict, pairing, mark)


@pytest.mark.parametrize(
    ("inbound", "outbound", "verdict", "pairing"),
    [
        (("0xB",), ("0x0A",), "encrypted", "proven"),
        (("0xB", "0xC"), ("a", "0xd"), "encrypted", "proven"),
        ((), ("0xA",), "encrypted", "not-proven"),
        ((), (), "encrypted", "not-proven"),
        (("0xF",), ("0xA",), "unknown", "contradictory"),
        (("0xA",), ("0xB",), "unknown", "contradictory"),
    ],
)
def test_ipsec_pairing(
    inbound: tuple[str, ...], outbound: tuple[str, ...], verdict: str, pairing: str
) -> None:
    esp = {"technology": "ipsec", "ckn": None, "cipher": None, "key_bits": 256}
    a = end(inbound_spis=("0xA",), outbound_spis=("0xB",), **esp)
    b = end(host="b1", inbound_spis=inbound, outbound_spis=outbound, **esp)
    found = judged(a, b)
    assert (found.verdict, found.pairing) == (verdict, pairing)


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(0, "encrypted"), (3600, "encrypted"), (3601, "unknown")]
)
def test_captures_of_the_ends_may_not_be_far_apart(seconds: int, verdict: str) -> None:
    later = AT + timedelta(seconds=seconds)
    assert judged(*pair_of_ends(end={"captured_at": later})).verdict == verdict


def test_a_capture_without_time_is_unknown() -> None:
    found = judged(*pair_of_ends(end={"captured_at": None}))
    assert (found.verdict, found.reason) == ("unknown", "capture-time-unknown")
    assert found.parameters == {"ends": "b1 HundredGigE0/0/0/1"}


WEAKNESS_ROWS: list[tuple[dict[str, Any], dict[str, Any], str, list[str]]] = [
    ({"weaknesses": ("M01",)}, {}, "weak", ["M01"]),
    ({"weaknesses": ("M01",)}, {"enforcement": "any", "forbidden_weaknesses": ()}, "encrypted", []),
    ({"weaknesses": ("M13",)}, {}, "encrypted", []),
    ({"weaknesses": ("M09", "M13")}, {}, "weak", ["M09"]),
    ({"cipher": "GCM-AES-128", "weaknesses": ("M05",)}, {}, "weak", ["M05", "M15"]),
    ({"cipher": "GCM-AES-256"}, {}, "weak", ["M15"]),
    ({"weaknesses": ("M05",)}, {}, "encrypted", []),
    ({"confidentiality_offset": 30, "weaknesses": ("M07",)}, {}, "weak", ["M07"]),
    ({"sak_rekey_interval": 7200}, {"max_sak_rekey": 3600}, "weak", ["M08"]),
    ({"weaknesses": ("M08",)}, {}, "encrypted", []),
    ({"weaknesses": ("M08",)}, {"max_sak_rekey": 3600}, "weak", ["M08"]),
    ({"end": {"keys_until": AT + timedelta(days=29)}}, {}, "weak", ["M09"]),
    ({"end": {"keys_until": AT + timedelta(days=31)}}, {}, "encrypted", []),
    ({"end": {"keys_until": AT + timedelta(days=3)}}, {"warning_days": 2}, "encrypted", []),
]


@pytest.mark.parametrize(("b", "parameters", "verdict", "forbidden"), WEAKNESS_ROWS)
def test_weaknesses(
    b: dict[str, Any], parameters: dict[str, Any], verdict: str, forbidden: list[str]
) -> None:
    found = judged(*pair_of_ends(**b), **parameters)
    assert (found.verdict, list(found.forbidden)) == (verdict, forbidden)


def test_minimum_of_128_bits_lets_128_bits_pass() -> None:
    short = {"cipher": "GCM-AES-128", "weaknesses": ("M05",)}
    a, b = pair_of_ends(**short)
    a = a.model_copy(update={"fact": a.fact.model_copy(update=short)})  # type: ignore[union-attr]
    assert judged(a, b).verdict == "weak"
    assert judged(a, b, minimum_cipher="GCM-AES-128").verdict == "encrypted"


def test_short_ipsec_keys_are_weak() -> None:
    esp = {"technology": "ipsec", "ckn": None, "cipher": None}
    found = judged(end(key_bits=128, **esp), end(host="b1", key_bits=128, **esp))
    assert (found.verdict, found.forbidden) == ("weak", ("I02",))


@pytest.mark.parametrize(
    ("b", "names"),
    [
        ({}, ()),
        ({"cipher": None}, ("cipher",)),
        ({"enforcement": "unknown"}, ("enforcement",)),
        ({"cipher": None, "enforcement": "unknown"}, ("cipher", "enforcement")),
    ],
)
def test_what_is_asked_and_not_seen_is_named(b: dict[str, Any], names: tuple[str, ...]) -> None:
    found = judged(*pair_of_ends(**b))
    assert (found.verdict, found.not_seen) == ("unknown" if names else "encrypted", names)


@pytest.mark.parametrize("state", ["secured", "partial", "configured"])
def test_one_sided_is_m15(state: str) -> None:
    found = judged(end(state), end("unsecured", host="b1"))
    assert "M15" in found.forbidden
    assert found.verdict == "one-sided"


PENDING = {"technology": "macsec", "ckn": "aa"}
CLEAR_PAIRS = [
    ({}, {}, "unencrypted", "both-ends-clear", []),
    (PENDING, {}, "one-sided", "one-end-clear", ["one-sided"]),
    ({"technology": "ipsec"}, {}, "one-sided", "one-end-clear", ["one-sided"]),
    ({**PENDING, "weaknesses": ("M02",)}, {}, "unencrypted", "both-ends-clear", []),
    (PENDING, {**PENDING, "weaknesses": ("M02",)}, "one-sided", "one-end-clear", ["one-sided"]),
    (PENDING, PENDING, "unencrypted", "both-ends-clear", []),
    (PENDING, {**PENDING, "ckn": "bb"}, "unencrypted", "both-ends-clear", ["ckn"]),
]


@pytest.mark.parametrize(("one", "other", "verdict", "reason", "mismatches"), CLEAR_PAIRS)
def test_two_clear_ends_of_which_one_tries_are_one_sided(
    one: dict[str, Any], other: dict[str, Any], verdict: str, reason: str, mismatches: list[str]
) -> None:
    a, b = end("unsecured", **one), end("unsecured", host="b1", **other)
    for found in (judged(a, b), judged(b, a)):
        assert (found.verdict, found.reason) == (verdict, reason)
        assert [one.detail for one in found.weaknesses if one.code == "M15"] == mismatches
        if reason == "one-end-clear":
            assert found.parameters == {"clear": "b1 HundredGigE0/0/0/1"}


def link(**values: Any) -> Link:
    return Link(
        **{
            "id": "link-1",
            "layer": "stamnett",
            "a": ManagedEnd(device="a1", interface="Bundle-Ether1"),
            "b": ManagedEnd(device="b1", interface="Bundle-Ether1"),
            "capacity": "10G",
            **values,
        }
    )


@pytest.mark.parametrize("encrypted_by", ["supplier", "optical"])
@pytest.mark.parametrize("state", STATES)
def test_what_others_encrypt_is_unknown_without_attestation(encrypted_by: str, state: str) -> None:
    ends = (end(state), end(state, host="b1"))
    found = judge_link(link(encrypted_by=encrypted_by), ends, Parameters(), AT)
    assert (found.verdict, found.reason) == ("unknown", "not-attested")


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        ("secured", "unknown"),
        ("partial", "unknown"),
        ("configured", "unknown"),
        ("unsecured", "unencrypted"),
        ("unknown", "unknown"),
        ("missing", "unknown"),
    ],
)
def test_own_encryption_towards_a_supplier_is_never_encrypted(state: str, verdict: str) -> None:
    supplier = End(supplier="Norsk Helsenett")
    declared = link(b=SupplierEnd(supplier="Norsk Helsenett"))
    found = judge_link(declared, (end(state), supplier), Parameters(), AT)
    assert found.verdict == verdict


def test_a_tag_in_clear_that_the_carrier_needs_is_no_weakness() -> None:
    seen = {"weaknesses": ("M11",), "vlan_in_clear": 111}
    ends = pair_of_ends(**seen)
    keys = {"policy": "P", "key_chain": "K"}
    for clear_tag, verdict in ((True, "encrypted"), (False, "weak")):
        declared = link(encryption=LinkEncryption(clear_tag=clear_tag, **keys))
        assert judge_link(declared, ends, Parameters(), AT).verdict == verdict


def test_an_open_sub_interface_stays_a_weakness_beside_a_needed_tag() -> None:
    ends = pair_of_ends(weaknesses=("M11",))
    declared = link(encryption=LinkEncryption(clear_tag=True, policy="P", key_chain="K"))
    assert judge_link(declared, ends, Parameters(), AT).verdict == "weak"


@pytest.mark.parametrize(
    ("second", "verdict", "m12"),
    [
        ("secured", "encrypted", False),
        ("unsecured", "unencrypted", True),
        ("missing", "unknown", True),
        ("configured", "configured", True),
    ],
)
def test_the_worst_pair_of_members_decides(second: str, verdict: str, m12: bool) -> None:
    members = [pair_of_ends(), (end(second), end(second, host="b1"))]
    found = judge_link(link(), pair_of_ends(), Parameters(), AT, members=members)
    assert found.verdict == verdict
    assert ("M12" in {one.code for one in found.weaknesses}) is m12
    assert len(found.members) == 2


def test_why_says_that_an_end_is_judged_by_its_port() -> None:
    a, b = pair_of_ends(end={"found_by": "parent", "interface": "HundredGigE0/0/0/1.100"})
    assert judged(a, b).why.endswith(
        "b1 HundredGigE0/0/0/1.100 is judged by its port HundredGigE0/0/0/1"
    )


@given(
    st.sampled_from(STATES),
    st.sampled_from(STATES),
    st.sets(st.sampled_from(["M01", "M08", "M11", "M13", "I02", "I07"])),
    st.booleans(),
)
def test_encrypted_needs_two_secured_ends_without_forbidden_weakness(
    one: str, other: str, codes: set[str], timed: bool
) -> None:
    about = {} if timed else {"end": {"captured_at": None}}
    a = end(one, weaknesses=tuple(sorted(codes)))
    b = end(other, host="b1", **(about if other != "missing" else {}))
    found = judged(a, b)
    if found.verdict == "encrypted":
        assert (a.state, b.state) == ("secured", "secured")
        assert not found.forbidden
        assert timed
    assert judged(b, a).verdict == found.verdict
