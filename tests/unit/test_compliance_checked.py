"""The whole catalogue on links and devices: scopes, waivers, attestations, milestones, listings."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from netmod.compliance import (
    Assessment,
    Catalogue,
    Checked,
    Milestone,
    Waiver,
    assess,
    check_requirements,
    crypto_inventory,
    load_catalogue,
)
from netmod.compliance.attestations import Attestation, Statement, Supplier, check_signature
from netmod.compliance.checks import BUILT_IN, Judgement, LinkCheck, LinkSubject, NoInputs
from netmod.errors import RequirementsError
from netmod.facts import (
    FactsDocument,
    HardeningFacts,
    HostFacts,
    IkeSaFact,
    KeyChainFact,
    KeyFact,
    LinkEndFact,
)
from netmod.inventory import Link
from tests.unit import compliance_region as region
from tests.unit.compliance_region import AT, SUPPLIER, clear, end, host, link, secured
from tests.unit.test_compliance_catalogue import GOOD, write

TODAY = AT.date()
DAY = timedelta(days=1)
BACKBONE = link("l-ns", end("n1", 1), end("s1", 1))
LEASED = link("l-nhn", end("n1", 3), SUPPLIER, encrypted_by="supplier")
HARDENED = HardeningFacts(telnet_enabled=False, logging_hosts=("192.0.2.1",))


def devices(*checks: Any, **scope: Any) -> Any:
    return region.requirement(checks=list(checks), scope={"domains": ["core"], **scope})


def document(**hardening: HardeningFacts) -> FactsDocument:
    """The backbone is clear; hosts have the hardening that is given, s1 is missing without."""
    hosts = {name: host(hardening=facts) for name, facts in hardening.items()}
    hosts["n1"] = host(clear(1), hardening=hardening.get("n1", HardeningFacts()))
    return region.document(**hosts)


def run(facts: FactsDocument, catalogue: Catalogue, *links: Link) -> tuple[Assessment, Checked]:
    inventory = region.inventory(*links)
    assessment = assess(inventory, facts, catalogue, AT)
    return assessment, check_requirements(assessment, inventory, facts, catalogue, BUILT_IN)


def found(checked: Checked, requirement: str) -> dict[str, str]:
    return {
        f"{one.subject} {one.check}": one.outcome
        for one in checked.findings
        if one.requirement == requirement
    }


def test_every_device_in_scope_is_in_the_denominator() -> None:
    catalogue = region.catalogue(log=devices({"syslog-servers": {"minimum": 1}}, "telnet-off"))
    facts = document(n1=HARDENED, e1=HardeningFacts(telnet_enabled=True, logging_hosts=()))
    _, checked = run(facts, catalogue)
    assert found(checked, "log") == {
        "c1.lab.example syslog-servers": "unknown", "c1.lab.example telnet-off": "unknown",
        "e1 syslog-servers": "fail", "e1 telnet-off": "fail",
        "e2 syslog-servers": "unknown", "e2 telnet-off": "unknown",
        "n1 syslog-servers": "pass", "n1 telnet-off": "pass",
        "s1 syslog-servers": "unknown", "s1 telnet-off": "unknown",
    }  # fmt: skip
    (tally,) = checked.tallies
    assert (tally.outcome, tally.total, tally.waived) == ("fail", 10, 0)
    assert tally.counts == {"pass": 2, "fail": 2, "unknown": 6, "error": 0, "not-applicable": 0}
    assert checked.incomplete
    assert checked.has_findings
    keys = [(one.requirement, one.check, one.subject) for one in checked.findings]
    assert keys == sorted(keys)
    assert len({one.id for one in checked.findings}) == len(keys)


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ({"trusts": ["ahus"]}, {"e1", "e2"}),
        ({"site_classes": ["C"]}, {"c1.lab.example"}),
        ({"platforms": ["cisco_iosxr"], "roles": ["core"], "trusts": ["vvhf"]}, {"c1.lab.example"}),
        ({"platforms": ["arista_eos"]}, set()),
        ({"roles": ["access"]}, set()),
        ({"domains": ["lan"]}, set()),
    ],
)
def test_devices_in_scope(scope: dict[str, Any], names: set[str]) -> None:
    _, checked = run(document(), region.catalogue(one=devices("telnet-off", **scope)))
    assert {finding.subject for finding in checked.findings} == names
    assert checked.tallies[0].outcome == ("unknown" if names else "not-applicable")


def test_links_are_judged_as_the_assessment_does() -> None:
    catalogue = region.catalogue(
        backbone=region.requirement("stamnett"), telnet=devices("telnet-off", trusts=["ous"])
    )
    assessment, checked = run(document(n1=HARDENED), catalogue, BACKBONE)
    assert found(checked, "backbone") == {"l-ns link-encryption": "fail"}
    assert found(checked, "telnet") == {"n1 telnet-off": "pass", "s1 telnet-off": "unknown"}
    assert [one.requirement for one in assessment.requirements] == ["backbone"]
    assert [tally.requirement for tally in checked.tallies] == ["backbone", "telnet"]
    chosen = checked.only(["telnet"])
    assert {one.requirement for one in chosen.findings} == {"telnet"}
    assert [tally.requirement for tally in chosen.tallies] == ["telnet"]


def test_the_fallback_chain_of_a_link_may_be_without_end() -> None:
    encryption = {"policy": "P", "key_chain": "KC", "fallback_key_chain": "KC-FB"}
    keys = (KeyFact(id="1", start=AT - DAY, valid=True),)
    chains = tuple(KeyChainFact(name=name, macsec=True, keys=keys) for name in ("KC", "KC-FB"))
    facts = region.document(n1=host(key_chains=chains))
    core = link("l", end("n1", 1), end("s1", 1), encryption=encryption)
    _, checked = run(facts, region.catalogue(keys=devices("key-lifetime")), core)
    outcomes = found(checked, "keys")
    assert outcomes["n1/KC key-lifetime"] == "fail"
    assert outcomes["n1/KC-FB key-lifetime"] == "pass"


class Carried(LinkCheck[NoInputs]):
    """The link carries at least 10 Gbit/s.

    Pass: it does.
    Fail: it does not.
    Not applicable: never.
    Unknown: never.

    Example:
        - carried
    """

    id = "carried"
    inputs = NoInputs

    def judge(self, subject: LinkSubject, inputs: NoInputs) -> Judgement:
        if subject.link.id == "l-broken":
            raise ZeroDivisionError
        met = subject.link.capacity >= 10**10
        return Judgement("pass" if met else "fail", "capacity", "as declared")


def test_a_check_of_links_from_elsewhere_judges_active_links_in_scope() -> None:
    links = (
        BACKBONE,
        link("l-slow", end("n1", 2), end("s1", 2), capacity="1G"),
        link("l-broken", end("n1", 3), end("s1", 3)),
        link("l-later", end("n1", 4), end("s1", 4), status="planned"),
        link("l-core", end("n1", 5), end("s1", 5), layer="inner-core"),
    )
    catalogue = region.catalogue(capacity=region.requirement("stamnett", checks=["carried"]))
    inventory, facts = region.inventory(*links), document()
    assessment = assess(inventory, facts, catalogue, AT)
    checked = check_requirements(
        assessment, inventory, facts, catalogue, {**BUILT_IN, "carried": Carried()}
    )
    assert found(checked, "capacity") == {
        "l-broken carried": "error", "l-ns carried": "pass", "l-slow carried": "fail",
    }  # fmt: skip
    assert not any(one.in_scope for one in assessment.links)
    assert checked.incomplete


def waiver(**values: Any) -> Waiver:
    defaults = {
        "requirement": "telnet", "subjects": ["e1"], "reason": "a reason", "owner": "somebody",
        "ticket": "CHG1", "approver": "somebody else", "approved_on": TODAY - DAY,
        "expires": TODAY + DAY,
    }  # fmt: skip
    return Waiver.model_validate({**defaults, **values})


WAIVERS = [
    # what differs, whether the result has a waiver, whether it holds, whether it is a finding
    ({}, True, True, False),
    ({"expires": TODAY}, True, True, False),
    ({"approved_on": TODAY}, True, True, False),
    ({"expires": TODAY - DAY, "approved_on": TODAY - 3 * DAY}, True, False, True),
    ({"approved_on": TODAY + DAY, "expires": TODAY + 2 * DAY}, True, False, True),
    ({"subjects": ["e2"]}, False, False, False),
    ({"subjects": ["e"]}, False, False, True),
    ({"requirement": "other"}, False, False, False),
]


@pytest.mark.parametrize(("values", "noted", "holds", "finding"), WAIVERS)
def test_a_waiver_stands_beside_the_result(
    values: dict[str, Any], noted: bool, holds: bool, finding: bool
) -> None:
    catalogue = region.catalogue(telnet=devices("telnet-off", trusts=["ahus"]))
    catalogue = replace(catalogue, waivers={"w-1": waiver(**values)})
    _, checked = run(document(e1=HardeningFacts(telnet_enabled=True)), catalogue)
    (one,) = [result for result in checked.findings if result.subject == "e1"]
    assert one.outcome == "fail"
    assert (one.waiver is not None) is noted
    assert (one.waiver is not None and one.waiver.holds) is holds
    of_e2 = values.get("subjects") == ["e2"]
    assert checked.tallies[0].waived == int(holds or of_e2)
    assert bool(checked.catalogue) is finding
    if finding:
        (own,) = checked.catalogue
        assert (own.subject.partition("/")[0], own.outcome) == ("w-1", "fail")
    assert checked.has_findings


def test_an_expired_waiver_alone_is_a_finding() -> None:
    catalogue = region.catalogue(telnet=devices("telnet-off", trusts=["ahus"]))
    gone = waiver(expires=TODAY - DAY, approved_on=TODAY - 3 * DAY)
    facts = document(e1=HARDENED, e2=HARDENED)
    _, checked = run(facts, replace(catalogue, waivers={"w": gone}))
    assert not checked.incomplete
    assert checked.has_findings
    _, without = run(facts, catalogue)
    assert not without.has_findings


def test_a_waiver_of_something_that_is_not_there_is_a_finding() -> None:
    catalogue = region.catalogue(telnet=devices("telnet-off", trusts=["ahus"]))
    slip = waiver(subjects=["e1", "e9", "e9/KC-1", "l-nz", "l-ns"])
    _, checked = run(document(), replace(catalogue, waivers={"w": slip}), BACKBONE)
    assert [(one.subject, one.reason) for one in checked.catalogue] == [
        ("w/e9", "waiver-of-unknown-subject"),
        ("w/e9/KC-1", "waiver-of-unknown-subject"),
        ("w/l-nz", "waiver-of-unknown-subject"),
    ]


def test_a_waiver_of_a_device_covers_its_parts() -> None:
    one = waiver(subjects=["e1"])
    assert one.covers("telnet", "e1/KC-1")
    assert not waiver(subjects=["e1/KC-1"]).covers("telnet", "e1/KC-2")
    with pytest.raises(ValidationError, match="expires before"):
        waiver(expires=TODAY - DAY)


def test_a_waived_link_is_still_not_encrypted() -> None:
    catalogue = region.catalogue(a=region.requirement("stamnett"), b=region.requirement("stamnett"))
    of_a = waiver(requirement="a", subjects=["l-ns"])
    of_b = waiver(requirement="b", subjects=["l-ns"])
    half, _ = run(document(), replace(catalogue, waivers={"a": of_a}), BACKBONE)
    both, _ = run(document(), replace(catalogue, waivers={"a": of_a, "b": of_b}), BACKBONE)
    assert [one.waived for one in half.links] == [False]
    assert [one.waived for one in both.links] == [True]
    assert [one.word for one in both.links] == ["unencrypted"]
    assert both.has_findings


KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
PUBLIC = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()


def attestation(signature: Any = "good", **values: Any) -> Attestation:
    defaults = {
        "supplier": "Norsk Helsenett", "links": ["l-nhn"], "statement": "encrypted",
        "valid_from": TODAY - DAY, "valid_until": TODAY + DAY,
    }  # fmt: skip
    statement = Statement.model_validate({**defaults, **values})
    return Attestation(file="a.yaml", statement=statement, signature=signature)


ATTESTATIONS = [
    ({}, "attested", []),
    ({"valid_until": TODAY}, "attested", []),
    ({"valid_from": TODAY}, "attested", []),
    ({"valid_until": TODAY - DAY}, "unknown", ["attestation-expired"]),
    ({"valid_from": TODAY + DAY}, "unknown", ["attestation-not-yet-valid"]),
    ({"signature": "bad-signature"}, "unknown", ["attestation-bad-signature"]),
    ({"signature": "unsigned"}, "unknown", ["attestation-unsigned"]),
    ({"signature": "unknown-supplier"}, "unknown", ["attestation-unknown-supplier"]),
    ({"supplier": "Somebody"}, "unknown", ["attestation-of-other-link"]),
    ({"links": ["l-ns"]}, "unknown", ["attestation-of-other-link"]),
    ({"links": ["gone", "l-nhn"]}, "attested", ["attestation-of-other-link"]),
]


@pytest.mark.parametrize(("values", "word", "reasons"), ATTESTATIONS)
def test_attestations(values: dict[str, Any], word: str, reasons: list[str]) -> None:
    catalogue = region.catalogue(backbone=region.requirement("stamnett"))
    catalogue = replace(catalogue, attestations={"a.yaml": attestation(**values)})
    facts = region.document(n1=host(clear(1), clear(3)))
    assessment, checked = run(facts, catalogue, BACKBONE, LEASED)
    words = {one.id: one.word for one in assessment.links}
    assert words["l-nhn"] == word
    assert words["l-ns"] not in ("attested", "encrypted")
    assert found(checked, "backbone")["l-nhn link-encryption"] == "unknown"
    assert [one.reason for one in checked.catalogue] == reasons
    assert assessment.coverage.total.links.attested == int(word == "attested")
    assert assessment.coverage.total.links.encrypted == 0


def test_what_an_optical_system_encrypts_may_be_attested_by_any_registered_supplier() -> None:
    optical = link("l-opt", end("n1", 1), end("s1", 1), encrypted_by="optical")
    assert attestation(links=["l-opt"], supplier="Maker").covers(optical)
    assert not attestation(links=["l-opt"]).covers(
        optical.model_copy(update={"encrypted_by": "own"})
    )


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(0, 1000), st.integers(0, 255))
def test_one_changed_byte_spoils_a_signature(content: bytes, place: int, change: int) -> None:
    suppliers = {"S": Supplier(public_key=PUBLIC)}
    signature = base64.b64encode(KEY.sign(content))
    assert check_signature(content, signature + b"\n", "S", suppliers) == "good"
    changed = bytearray(content or b"x")
    changed[place % len(changed)] ^= change or 1
    assert check_signature(bytes(changed), signature, "S", suppliers) == "bad-signature"
    raw = bytearray(base64.b64decode(signature))
    raw[place % len(raw)] ^= change or 1
    assert check_signature(content, base64.b64encode(raw), "S", suppliers) == "bad-signature"


@pytest.mark.parametrize(
    ("signature", "supplier", "worth"),
    [
        (None, "S", "unsigned"),
        (b"", "S", "bad-signature"),
        (b"no base64!", "S", "bad-signature"),
        (base64.b64encode(OTHER.sign(b"text")), "S", "bad-signature"),
        (base64.b64encode(KEY.sign(b"text")), "T", "unknown-supplier"),
        (base64.b64encode(KEY.sign(b"text")), "S", "good"),
    ],
)
def test_signatures(signature: bytes | None, supplier: str, worth: str) -> None:
    suppliers = {"S": Supplier(public_key=PUBLIC)}
    assert check_signature(b"text", signature, supplier, suppliers) == worth


@pytest.mark.parametrize("value", ["", "zz", base64.b64encode(b"short").decode(), "æ"])
def test_a_key_that_is_none(value: str) -> None:
    with pytest.raises(ValidationError, match="Ed25519"):
        Supplier(public_key=value)


STATEMENT = """\
supplier: Norsk Helsenett
links: [l-nhn]
statement: AES-256 between the demarcations
valid_from: 2026-01-01
valid_until: 2026-12-31
"""


def folder_of(tmp_path: Path, statement: bytes, signed: bytes) -> Path:
    write(tmp_path, GOOD)
    suppliers = f"suppliers:\n  Norsk Helsenett:\n    public_key: {PUBLIC}\n"
    (tmp_path / "suppliers.yaml").write_text(suppliers, encoding="utf-8")
    folder = tmp_path / "attestations"
    folder.mkdir()
    (folder / "nhn-2026.yaml").write_bytes(statement)
    (folder / "nhn-2026.yaml.sig").write_bytes(base64.b64encode(KEY.sign(signed)))
    return tmp_path


def test_a_signed_file_is_read_and_verified(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, STATEMENT.encode(), STATEMENT.encode())
    (name, one), *others = load_catalogue(folder).attestations.items()
    assert (name, one.signature, others) == ("nhn-2026.yaml", "good", [])
    assert one.statement.valid_until == date(2026, 12, 31)


def test_a_changed_file_is_read_and_does_not_count(tmp_path: Path) -> None:
    changed = STATEMENT.replace("2026-12-31", "2036-12-31").encode()
    (one,) = load_catalogue(folder_of(tmp_path, changed, STATEMENT.encode())).attestations.values()
    assert one.signature == "bad-signature"


def test_a_file_that_is_no_statement_is_a_problem(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, b"supplier: \xff", b"")
    with pytest.raises(RequirementsError, match="not UTF-8"):
        load_catalogue(folder)


WAIVER = """\
waivers:
  w-1:
    requirement: backbone
    subjects: [l-ns, e1/KC-1]
    reason: a reason
    owner: somebody
    ticket: CHG1
    approver: somebody else
    approved_on: 2026-01-01
    expires: 2026-12-31
"""


def test_waivers_are_read(tmp_path: Path) -> None:
    (write(tmp_path, GOOD) / "waivers.yaml").write_text(WAIVER, encoding="utf-8")
    catalogue = load_catalogue(tmp_path, inventory=region.inventory(BACKBONE))
    assert catalogue.waivers["w-1"].subjects == ("l-ns", "e1/KC-1")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("requirement: backbone", "requirement: bakbone", 3, "'bakbone' is not defined"),
        ("expires: 2026-12-31", "expires: 2026-02-30", 10, "not a date that exists"),
        ("    approver: somebody else\n", "", 2, "approver: required, and missing"),
        ("expires: 2026-12-31", "expires: 2025-12-31", 2, "expires before it was approved"),
    ],
)
def test_problems_of_waivers(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    text = WAIVER.replace(old, new)
    (write(tmp_path, GOOD) / "waivers.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RequirementsError) as caught:
        load_catalogue(tmp_path, root=tmp_path, inventory=region.inventory(BACKBONE))
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("waivers.yaml", line)
    assert message in problem.message


DEVICES = GOOD + """\
  logs:
    title: {nb: tittel, en: title}
    text: {nb: tekst, en: text}
    sources: [law]
    scope: {domains: [core]}
    checks:
      - telnet-off
      - syslog-servers: {minimum: 2}
milestones:
  m1:
    title: {nb: tittel, en: title}
    source: law
    requirements: [backbone]
    planned: 2026-01-01
    moved: [{to: 2026-06-01, reason: {nb: fordi, en: because}, source: law}]
sets:
  all: {title: {nb: alt, en: all}, requirements: [backbone, logs]}
"""  # fmt: skip


def test_checks_milestones_and_sets_are_read(tmp_path: Path) -> None:
    catalogue = load_catalogue(write(tmp_path, DEVICES), inventory=region.inventory())
    assert [use.check for use in catalogue.requirements["logs"].checks] == [
        "telnet-off", "syslog-servers",
    ]  # fmt: skip
    assert list(catalogue.of_encryption) == ["backbone"]
    assert catalogue.milestones["m1"].due == date(2026, 6, 1)
    assert catalogue.sets["all"].requirements == ("backbone", "logs")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("- telnet-off", "- telnet-of", 19, "check 'telnet-of' is not known"),
        ("minimum: 2", "minimum: 0", 20, "syslog-servers.minimum"),
        ("minimum: 2", "maximum: 2", 20, "syslog-servers.maximum"),
        ("- telnet-off", "- link-encryption", 19, "link-encryption is no check"),
        ("- telnet-off", "- {a: 1, b: 2}", 19, "is no check"),
        ("domains: [core]", "layers: [dci]", 17, "must name domains"),
        ("domains: [core]", "domains: [core], layers: [dci]", 17, "must name domains"),
        ("layers: [stamnett]", "domains: [core]", 12, "must name layers"),
        ("layers: [stamnett]", "layers: [stamnett], roles: [core]", 12, "must name layers"),
        ("domains: [core]", "domains: [core], roles: [cor]", 17, "role 'cor' is not in"),
        (
            "    checks:",
            "    parameters: {max_skew: 5}\n    checks:",
            18,
            "parameters beside checks",
        ),
        ("requirements: [backbone]", "requirements: [nothing]", 25, "'nothing' is not defined"),
        ("[backbone, logs]", "[backbone, nothing]", 29, "'nothing' is not defined"),
        ("because}, source: law", "because}, source: lav", 27, "source 'lav' is not defined"),
    ],
)
def test_problems_of_checks_milestones_and_sets(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    folder = write(tmp_path, DEVICES.replace(old, new))
    with pytest.raises(RequirementsError) as caught:
        load_catalogue(folder, inventory=region.inventory())
    assert message in " ".join(problem.message for problem in caught.value.problems)
    assert abs(caught.value.problems[0].line - line) <= 2


MILESTONES = [
    ({"planned": TODAY}, "due", 0),
    ({"planned": TODAY - DAY}, "not-registered", 0),
    ({"planned": TODAY - DAY, "moved": [TODAY - DAY, TODAY + DAY]}, "due", 2),
    ({"planned": TODAY - DAY, "reached": TODAY - DAY}, "reached", 0),
    ({"planned": TODAY - 2 * DAY, "reached": TODAY - DAY}, "reached-late", 0),
    ({"planned": TODAY - 2 * DAY, "moved": [TODAY], "reached": TODAY - DAY}, "reached", 1),
    ({"planned": TODAY - DAY, "reached": TODAY + DAY}, "not-registered", 0),
]


@pytest.mark.parametrize(("values", "state", "moves"), MILESTONES)
def test_milestones(values: dict[str, Any], state: str, moves: int) -> None:
    moved = [
        {"to": day, "reason": region.text("why"), "source": "law"}
        for day in values.get("moved", ())
    ]
    milestone = Milestone.model_validate(
        {**values, "moved": moved, "title": region.text("m"), "source": "law"}
    )
    _, checked = run(document(), replace(region.catalogue(), milestones={"m": milestone}))
    (result,) = checked.milestones
    assert (result.state, result.moves) == (state, moves)
    assert result.due == milestone.due


def test_the_cryptographic_inventory_lists_each_use_once() -> None:
    tunnel = LinkEndFact(
        interface="Tunnel1", technology="ipsec", state="secured", transform="esp-gcm 256",
        lifetime_sec=3600,
    )  # fmt: skip
    sa = IkeSaFact(remote="192.0.2.9", encr="AES-CBC-256", prf="SHA384", dh=20, auth="PSK")
    chain = KeyChainFact(name="KC", keys=(KeyFact(id="01", algorithm="aes-256-cmac", end=AT),))
    hardening = HardeningFacts(
        snmp_v3_auth="sha", snmp_v3_priv="aes-128", user_hash="type 9", ntp_auth_algorithms=("md5",)
    )
    one = host(
        secured(1, "A1", "B1", sak_rekey_interval=1800), tunnel, clear(7),
        ike_sas=(sa, sa), key_chains=(chain,), hardening=hardening,
    )  # fmt: skip
    items = crypto_inventory(region.document(n1=one, s1=HostFacts(platform=None)))
    assert [
        (i.function, i.subject, i.algorithm, i.key_bits, i.lifetime_seconds) for i in items
    ] == [
        ("link-encryption", "HundredGigE0/0/0/1", "GCM-AES-XPN-256", 256, 1800),
        ("link-key-agreement", "KC/01", "aes-256-cmac", 256, None),
        ("password-storage", "users", "type 9", None, None),
        ("snmp-authentication", "", "sha", None, None),
        ("snmp-privacy", "", "aes-128", 128, None),
        ("time-authentication", "", "md5", None, None),
        ("tunnel-encryption", "Tunnel1", "esp-gcm 256", 256, 3600),
        ("tunnel-key-agreement", "192.0.2.9", "AES-CBC-256", 256, None),
        ("tunnel-key-agreement", "192.0.2.9", "DH group 20", None, None),
        ("tunnel-key-agreement", "192.0.2.9", "PSK", None, None),
        ("tunnel-key-agreement", "192.0.2.9", "SHA384", None, None),
    ]
    assert [item.until for item in items if item.subject == "KC/01"] == [AT]
