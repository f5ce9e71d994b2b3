"""Checks: one table of facts and what each check says of them, and what surrounds them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from importlib.metadata import EntryPoint
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from netmod.compliance._model import Model
from netmod.compliance.checks import (
    BUILT_IN,
    DeviceCheck,
    DeviceSubject,
    Judgement,
    LinkSubject,
    NoInputs,
    find_checks,
    judge_device,
    judge_link_by,
    sample,
)
from netmod.compliance.ends import CapturedEnds
from netmod.compliance.links import ends_of
from netmod.compliance.parameters import Parameters
from netmod.errors import PluginError
from netmod.facts import HardeningFacts, HostFacts, KeyChainFact, KeyFact, VersionFact
from tests.unit import compliance_region as region

AT = region.AT


def facts(**hardening: Any) -> HostFacts:
    return HostFacts(platform="cisco_iosxe", hardening=HardeningFacts(**hardening))


def said(check: str, host: HostFacts, fallback: frozenset[str] = frozenset(), **inputs: Any) -> Any:
    """subject → (outcome, reason) of a check on one device."""
    one = BUILT_IN[check]
    assert isinstance(one, DeviceCheck)
    subject = DeviceSubject("d1", host, AT, fallback)
    judged = judge_device(one, subject, one.inputs.model_validate(inputs))
    return {name: (found.outcome, found.reason) for name, found in judged}


ONE = [
    # check, facts, inputs, outcome
    ("telnet-off", {"telnet_enabled": False}, {}, "pass"),
    ("telnet-off", {"telnet_enabled": True}, {}, "fail"),
    ("telnet-off", {}, {}, "unknown"),
    ("http-off", {"http_server": False, "https_server": True}, {}, "pass"),
    ("http-off", {"http_server": True}, {}, "fail"),
    ("http-off", {"https_server": False}, {}, "unknown"),
    ("ssh-version-2", {"ssh_v2": True}, {}, "pass"),
    ("ssh-version-2", {"ssh_v2": False}, {}, "fail"),
    ("control-plane-policing", {"copp": "strict"}, {}, "pass"),
    ("control-plane-policing", {"copp": False}, {}, "fail"),
    ("management-acl", {"vty_acl": True}, {}, "pass"),
    ("management-acl", {"vty_acl": False}, {}, "fail"),
    ("management-acl", {}, {}, "unknown"),
    ("passwords-not-clear", {"plaintext_passwords": 0}, {}, "pass"),
    ("passwords-not-clear", {"plaintext_passwords": 1}, {}, "fail"),
    ("no-open-users", {"nopassword_users": 1}, {}, "fail"),
    ("no-open-users", {}, {}, "unknown"),
    ("syslog-servers", {"logging_hosts": ("192.0.2.1", "192.0.2.2")}, {}, "pass"),
    ("syslog-servers", {"logging_hosts": ("192.0.2.1",)}, {}, "fail"),
    ("syslog-servers", {"logging_hosts": ("192.0.2.1",)}, {"minimum": 1}, "pass"),
    ("syslog-servers", {"logging_hosts": ()}, {"minimum": 1}, "fail"),
    ("syslog-servers", {}, {}, "unknown"),
    ("aaa-servers", {"tacacs_servers": 2, "aaa_login": "group tacacs+ local"}, {}, "pass"),
    ("aaa-servers", {"tacacs_servers": 2, "aaa_login": "local group tacacs+"}, {}, "fail"),
    ("aaa-servers", {"tacacs_servers": 2}, {}, "unknown"),
    ("aaa-servers", {"tacacs_servers": 1, "aaa_login": "group tacacs+"}, {}, "unknown"),
    ("aaa-servers", {"tacacs_servers": 1, "radius_servers": 0, "aaa_login": "tacplus"}, {}, "fail"),
    ("aaa-servers", {"tacacs_servers": 1, "radius_servers": 1, "aaa_login": "radius"}, {}, "pass"),
    ("aaa-servers", {"tacacs_servers": 0, "aaa_login": "local"}, {}, "fail"),
    ("aaa-servers", {"aaa_login": "group tacacs+"}, {}, "unknown"),
    ("ntp-authenticated", {"ntp_servers": ()}, {}, "fail"),
    ("ntp-authenticated", {"ntp_auth": False}, {}, "fail"),
    ("ntp-authenticated", {"ntp_servers": ("a",), "ntp_auth": True}, {}, "unknown"),
    ("ntp-authenticated", {"ntp_auth": True, "ntp_servers_with_key": 1}, {}, "unknown"),
    ("ntp-authenticated", {"ntp_servers": ("a",), "ntp_servers_with_key": 1}, {}, "unknown"),
    ("ntp-authenticated",
     {"ntp_servers": ("a", "b"), "ntp_auth": True, "ntp_servers_with_key": 2}, {}, "pass"),
    ("ntp-authenticated",
     {"ntp_servers": ("a", "b"), "ntp_auth": True, "ntp_servers_with_key": 1}, {}, "fail"),
    ("session-timeout", {"exec_timeout_vty": "10 0"}, {}, "pass"),
    ("session-timeout", {"exec_timeout_vty": "10 1"}, {}, "fail"),
    ("session-timeout", {"exec_timeout_vty": "0 0"}, {}, "fail"),
    ("session-timeout", {"exec_timeout_vty": "10 0", "exec_timeout_disabled": True}, {}, "fail"),
    ("session-timeout", {"exec_timeout_disabled": False}, {}, "unknown"),
    ("session-timeout", {"exec_timeout_vty": "15 0"}, {"maximum_minutes": 15}, "pass"),
    ("snmp-v3-only", {"snmp_v1v2_communities": 1, "snmp_v3": True}, {}, "fail"),
    ("snmp-v3-only", {"snmp_v1v2_communities": 0, "snmp_v3": False}, {}, "not-applicable"),
    ("snmp-v3-only", {"snmp_v3": True, "snmp_v3_auth": "sha"}, {}, "unknown"),
    ("snmp-v3-only", {"snmp_v1v2_communities": 0}, {}, "unknown"),
    ("snmp-v3-only", {"snmp_v1v2_communities": 0, "snmp_v3": True}, {}, "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "values", "inputs", "outcome"), ONE)
def test_one_device_by_its_facts(
    check: str, values: dict[str, Any], inputs: dict[str, Any], outcome: str
) -> None:
    ((subject, (found, _)),) = said(check, facts(**values), **inputs).items()
    assert (subject, found) == ("d1", outcome)


SNMP = [
    # authentication, privacy, minimum, outcome
    ("sha", "aes128", "sha", "pass"),
    ("SHA-256", "aes-128", "sha256", "pass"),
    ("HMAC-SHA1", "AES", "sha", "pass"),
    ("sha", "aes", "sha256", "fail"),
    ("md5", "aes", "sha", "fail"),
    ("none", None, "sha", "fail"),
    ("sha", "des56", "sha", "fail"),
    ("sha", "none", "sha", "fail"),
    (None, "des", "sha", "fail"),
    ("sha", None, "sha", "unknown"),
    (None, "aes", "sha", "unknown"),
    ("sha999", "aes", "sha", "unknown"),
]


@pytest.mark.parametrize(("auth", "privacy", "minimum", "outcome"), SNMP)
def test_users_of_snmp(auth: str | None, privacy: str | None, minimum: str, outcome: str) -> None:
    seen = facts(snmp_v1v2_communities=0, snmp_v3=True, snmp_v3_auth=auth, snmp_v3_priv=privacy)
    assert said("snmp-v3-only", seen, minimum_authentication=minimum)["d1"][0] == outcome


def test_hashes_of_users_and_root_are_judged_apart() -> None:
    both = said("password-hashing", facts(user_hash="type 9", root_hash="md5"))
    assert both == {"d1/root": ("fail", "hash-weak"), "d1/users": ("pass", "hash-strong")}
    assert said("password-hashing", facts(root_hash="sha512")) == {
        "d1/root": ("pass", "hash-strong"), "d1/users": ("unknown", "fact-not-seen"),
    }  # fmt: skip
    weak = said("password-hashing", facts(user_hash="type 9", user_password_type7=True))
    assert weak == {"d1/users": ("fail", "password-reversible")}
    assert said("password-hashing", facts(user_hash="type 5"))["d1/users"][0] == "fail"


def test_what_ssh_and_tls_offer() -> None:
    unseen = said("session-algorithms", facts())
    assert set(unseen.values()) == {("unknown", "fact-not-seen")}
    assert len(unseen) == 4
    seen = facts(
        https_server=False, ssh_ciphers=("aes256-ctr", "3des-cbc"), ssh_macs=("hmac-sha2-256",)
    )
    assert said("session-algorithms", seen) == {
        "d1/ssh_ciphers": ("fail", "algorithms-weak"),
        "d1/ssh_key_exchanges": ("unknown", "fact-not-seen"),
        "d1/ssh_macs": ("pass", "algorithms-strong"),
        "d1/tls_versions": ("not-applicable", "service-off"),
    }


TRAINS = [
    {"os": "IOS-XE", "release": "17.1", "supported_until": AT.date() - timedelta(days=1)},
    {"os": "IOS-XE", "release": "17.12", "supported_until": AT.date()},
    {"os": "IOS-XE", "release": "17.12.4", "supported_until": AT.date() + timedelta(days=100)},
]
RELEASES = [
    ("IOS-XE", "17.12.1", {}, "pass"),
    ("IOS-XE", "17.12.1", {"warning_days": 1}, "fail"),
    ("IOS-XE", "17.12.4a", {"warning_days": 100}, "pass"),
    ("IOS-XE", "17.1.3", {}, "fail"),
    ("ios-xe", "17.12", {}, "pass"),
    ("IOS-XE", "17.13.1", {}, "unknown"),
    ("NX-OS", "17.12.1", {}, "unknown"),
    ("IOS-XE", None, {}, "unknown"),
]


@pytest.mark.parametrize(("os", "version", "inputs", "outcome"), RELEASES)
def test_releases(os: str, version: str | None, inputs: dict[str, Any], outcome: str) -> None:
    host = HostFacts(platform=None, version=VersionFact(os=os, version=version))
    found = said("supported-software", host, releases=TRAINS, **inputs)
    assert found["d1"][0] == outcome
    assert said("supported-software", host)["d1"][0] == "unknown"


def key(start: int | None, end: int | None, valid: bool | None = None) -> KeyFact:
    """A key from and until these days from now on; valid as its days say unless told."""
    days = [None if one is None else AT + timedelta(days=one) for one in (start, end)]
    inside = (start or 0) <= 0 and (end is None or end > 0)
    return KeyFact(id="01", start=days[0], end=days[1], valid=inside if valid is None else valid)


def chain(*keys: KeyFact, macsec: bool | None = True) -> HostFacts:
    return HostFacts(platform=None, key_chains=(KeyChainFact(name="KC", macsec=macsec, keys=keys),))


UNDECIDED = KeyFact(id="01", start=AT, end=AT + timedelta(days=90))
LIFETIMES = [
    # keys, inputs, outcome, reason
    ([key(-10, 90)], {}, "pass", "keys-valid"),
    ([key(-10, 30)], {}, "fail", "keys-run-out"),
    ([key(-10, 31)], {}, "pass", "keys-valid"),
    ([key(-10, 20), key(15, 200)], {}, "pass", "keys-valid"),
    ([key(-10, 20), key(21, 200)], {}, "fail", "keys-run-out"),
    ([key(-10, None)], {}, "fail", "key-without-end"),
    ([key(None, None)], {}, "unknown", "lifetimes-not-seen"),
    ([key(-10, -1)], {}, "fail", "no-valid-key"),
    ([key(1, 100)], {}, "fail", "no-valid-key"),
    ([UNDECIDED], {}, "unknown", "validity-not-decided"),
    ([key(-10, 90, valid=False)], {}, "fail", "no-valid-key"),
    ([], {}, "fail", "chain-empty"),
    ([key(-10, 390)], {"maximum_days": 400}, "pass", "keys-valid"),
    ([key(-10, 391)], {"maximum_days": 400}, "fail", "key-lives-too-long"),
    ([key(None, 90)], {"maximum_days": 400}, "unknown", "lifetimes-not-seen"),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "inputs", "outcome", "reason"), LIFETIMES)
def test_lifetimes(keys: list[KeyFact], inputs: Any, outcome: str, reason: str) -> None:
    assert said("key-lifetime", chain(*keys), **inputs) == {"d1/KC": (outcome, reason)}


ROLLOVERS = [
    ([key(-10, 91)], {}, "pass", "next-key-ready"),
    ([key(-10, 90)], {}, "pass", "next-key-ready"),
    ([key(-10, 89)], {}, "fail", "no-next-key"),
    ([key(-10, 50), key(40, 200)], {}, "pass", "next-key-ready"),
    ([key(-10, 50), key(50, 200)], {}, "pass", "next-key-ready"),
    ([key(-10, 50), key(50, 200)], {"overlap_hours": 1}, "fail", "no-next-key"),
    ([key(-10, 50), key(49, 200)], {"overlap_hours": 24}, "pass", "next-key-ready"),
    ([key(-10, 50), key(51, 200)], {}, "fail", "no-next-key"),
    ([key(-10, None)], {}, "pass", "next-key-ready"),
    ([key(-10, -1)], {}, "fail", "no-valid-key"),
    ([key(None, None, valid=True)], {}, "unknown", "lifetimes-not-seen"),
    ([], {}, "fail", "no-valid-key"),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "inputs", "outcome", "reason"), ROLLOVERS)
def test_rollover(keys: list[KeyFact], inputs: Any, outcome: str, reason: str) -> None:
    assert said("key-rollover", chain(*keys), **inputs) == {"d1/KC": (outcome, reason)}


def test_key_chains_that_are_not_of_macsec_do_not_count() -> None:
    other = chain(key(-10, -1), macsec=False)
    for check in ("key-lifetime", "key-rollover"):
        assert said(check, other) == {"d1": ("not-applicable", "no-key-chain")}
        assert said(check, HostFacts(platform=None)) == {"d1": ("not-applicable", "no-key-chain")}


def test_a_fallback_chain_may_be_without_end() -> None:
    endless = chain(key(-10, None))
    assert said("key-lifetime", endless, frozenset({"KC"}), maximum_days=400) == {
        "d1/KC": ("pass", "keys-valid")
    }
    assert said("key-lifetime", chain(key(-10, -1)), frozenset({"KC"}))["d1/KC"][0] == "fail"


def test_a_time_without_zone_is_no_error() -> None:
    bare = KeyFact(id="1", start=datetime(2026, 1, 1), end=datetime(2027, 6, 1), valid=True)  # noqa: DTZ001
    assert said("key-lifetime", chain(bare), maximum_days=600)["d1/KC"][0] == "pass"


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-50, 200), st.integers(1, 200)).map(
            lambda one: key(one[0], one[0] + one[1])
        ),
        max_size=5,
    ),
    st.integers(1, 150),
)
def test_rollover_passes_exactly_where_every_day_has_a_key(keys: list[KeyFact], days: int) -> None:
    def covered(day: int) -> bool:
        moment = AT + timedelta(days=day, hours=12)
        return any(one.start <= moment < one.end for one in keys if one.start and one.end)

    now = any(one.valid for one in keys)
    found = said("key-rollover", chain(*keys), horizon_days=days)["d1/KC"][0]
    assert (found == "pass") is (now and all(covered(day) for day in range(days)))


def link_subject(a: Any, b: Any, **values: Any) -> LinkSubject:
    document = region.document(n1=region.host(a), s1=region.host(b))
    link = region.link("l", region.end("n1", 1), region.end("s1", 1), **values.pop("link", {}))
    captured = CapturedEnds(document, ["n1", "s1"], AT)
    return LinkSubject(link, ends_of(link, captured), AT, **values)


@pytest.mark.parametrize(
    ("a", "outcome", "verdict"),
    [
        (region.secured(1, "A1", "B1"), "pass", "encrypted"),
        (region.secured(1, "A1", "B1", weaknesses=("M07",)), "fail", "weak"),
        (region.secured(1, "A1", "B1", cipher="GCM-AES-128"), "fail", "weak"),
        (region.secured(1, "A1", "C9"), "unknown", "unknown"),
        (region.clear(1), "fail", "one-sided"),
    ],
)
def test_a_link_is_judged_by_its_verdict(a: Any, outcome: str, verdict: str) -> None:
    check = BUILT_IN["link-encryption"]
    subject = link_subject(a, region.secured(1, "B1", "A1"))
    name, found = judge_link_by(check, subject, Parameters())  # type: ignore[arg-type]
    assert (name, found.outcome) == ("l", outcome)
    assert found.verdict is not None
    assert found.verdict.verdict == verdict


def test_what_a_supplier_states_is_no_proof_of_ours() -> None:
    subject = link_subject(
        region.clear(1), region.clear(1), link={"encrypted_by": "supplier"},
        attested={"supplier": "Norsk Helsenett", "until": "2027-01-01"},
    )  # fmt: skip
    _, found = judge_link_by(BUILT_IN["link-encryption"], subject, Parameters())  # type: ignore[arg-type]
    assert (found.outcome, found.reason) == ("unknown", "attested-by")
    assert "Norsk Helsenett" in found.why


def test_an_attestation_does_not_help_where_we_encrypt() -> None:
    subject = link_subject(
        region.clear(1), region.clear(1),
        attested={"supplier": "Norsk Helsenett", "until": "2027-01-01"},
    )  # fmt: skip
    _, found = judge_link_by(BUILT_IN["link-encryption"], subject, Parameters())  # type: ignore[arg-type]
    assert found.outcome == "fail"


class Own(DeviceCheck[NoInputs]):
    """A check of these tests.

    Pass: yes.
    Fail: no.
    Not applicable: never.
    Unknown: never.

    Example:
        - own
    """

    id = "own"
    inputs = NoInputs
    result: Any = (Judgement("pass", "yes", "yes"),)

    def judge(self, subject: DeviceSubject, inputs: NoInputs) -> Iterable[Judgement]:
        if isinstance(self.result, Exception):
            raise self.result
        yield from self.result


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (KeyError("s3cret"), "check-raised"),
        ((), "no-result"),
        ((Judgement("pass", "a", "a"), Judgement("fail", "b", "b")), "part-twice"),
    ],
)
def test_a_check_that_breaks_is_an_error_of_its_subject(result: Any, reason: str) -> None:
    check = Own()
    check.result = result
    ((subject, found),) = judge_device(check, DeviceSubject("d1", facts(), AT), NoInputs())
    assert (subject, found.outcome, found.reason) == ("d1", "error", reason)
    assert "s3cret" not in found.why


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_every_check_is_documented_and_strict(name: str) -> None:
    check = BUILT_IN[name]
    text = check.documentation
    assert check.id == name
    assert all(text)
    ((use),) = yaml.safe_load(text.example)
    given_inputs = use[name] if isinstance(use, dict) else {}
    assert (use if isinstance(use, str) else next(iter(use))) == name
    check.inputs.model_validate(given_inputs)
    with pytest.raises(ValidationError):
        check.inputs.model_validate({**given_inputs, "nonsense": 1})


@pytest.mark.parametrize(
    "name", sorted(name for name, one in BUILT_IN.items() if one.kind == "device")
)
def test_without_facts_nothing_passes(name: str) -> None:
    outcomes = {outcome for outcome, _ in said(name, HostFacts(platform=None)).values()}
    assert outcomes <= {"unknown", "not-applicable"}


def test_the_sample_is_yaml_of_every_check() -> None:
    uses = yaml.safe_load(sample())
    assert [use if isinstance(use, str) else next(iter(use)) for use in uses] == list(BUILT_IN)
    assert isinstance(uses[9]["supported-software"]["releases"][0]["supported_until"], date)


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name=name, value=f"{__name__}:{value}", group="netmod.checks")


def broken() -> None:
    """Is no check."""


class Undocumented(Own):
    """Says nothing."""

    id = "undocumented"


def test_other_packages_add_checks() -> None:
    found = find_checks([point("own", "Own")])
    assert isinstance(found["own"], Own)
    assert set(found) == {*BUILT_IN, "own"}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("own", "nothing", "cannot be loaded"),
        ("own", "broken", "is no check"),
        ("other", "Own", "installed as 'other'"),
        ("undocumented", "Undocumented", "lacks"),
    ],
)
def test_plugins_that_cannot_be_used(name: str, value: str, message: str) -> None:
    with pytest.raises(PluginError, match=message):
        find_checks([point(name, value)])


def test_two_checks_of_one_name_are_refused() -> None:
    with pytest.raises(PluginError, match="taken"):
        find_checks([point("own", "Own"), point("own", "Own")])


def test_inputs_are_frozen() -> None:
    assert issubclass(BUILT_IN["syslog-servers"].inputs, Model)
    with pytest.raises(ValidationError):
        BUILT_IN["syslog-servers"].inputs().minimum = 3  # type: ignore[attr-defined]
