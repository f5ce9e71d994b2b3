"""Checks of ports, zones, certificates, sessions and backups: one table of facts and outcomes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from netmod.compliance import Surroundings
from netmod.compliance.checks import BUILT_IN, DeviceCheck, DeviceSubject, judge_device
from netmod.compliance.checks._zones import _left
from netmod.facts import (
    AccessListFact,
    AccessRule,
    CertificateFact,
    HostFacts,
    PortFact,
)
from netmod.history import History
from netmod.jobs.inventory import load
from netmod.jobs.surroundings import surroundings_of
from netmod.settings import open_project
from tests.unit import history_region
from tests.unit.evidence_project import write_project

AT = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def said(
    check: str,
    inputs: dict[str, Any] | None = None,
    around: Surroundings | None = None,
    **facts: Any,
) -> Any:
    one = BUILT_IN[check]
    assert isinstance(one, DeviceCheck)
    host = HostFacts(platform="cisco_iosxe", **facts)
    subject = DeviceSubject("d1", host, AT, surroundings=around or Surroundings())
    judged = judge_device(one, subject, one.inputs.model_validate(inputs or {}))
    return {name: (found.outcome, found.reason) for name, found in judged}


def port(name: str = "Gi1", **values: Any) -> PortFact:
    return PortFact(
        **{"interface": name, "shutdown": False, "mode": "access", "authenticated": True, **values}
    )


@pytest.mark.parametrize(
    ("ports", "outcome"),
    [
        ((), ("unknown", "ports-not-seen")),
        ((port(),), ("pass", "ports-ask")),
        ((port(), port("Gi2", authenticated=False)), ("fail", "ports-ask-nobody")),
        ((port(), port("Gi2", authenticated=None)), ("unknown", "ports-not-decided")),
        ((port(authenticated=None), port("Gi2", authenticated=False)), ("fail", "ports-ask-nobody")),
        ((port(authenticated=False, shutdown=True),), ("not-applicable", "no-access-port")),
        ((port(authenticated=False, mode="trunk"),), ("not-applicable", "no-access-port")),
    ],
)  # fmt: skip
def test_port_authentication(ports: tuple[PortFact, ...], outcome: tuple[str, str]) -> None:
    assert said("port-authentication", ports=ports) == {"d1": outcome}


@pytest.mark.parametrize(
    ("ports", "outcome"),
    [
        ((), ("unknown", "ports-not-seen")),
        ((port(),), ("not-applicable", "no-unused-port")),
        ((port(), port("Gi2", used=False, shutdown=True)), ("pass", "unused-ports-shut")),
        ((port("Gi2", used=False, shutdown=True), port("Gi3", used=False)), ("fail", "unused-ports-up")),
    ],
)  # fmt: skip
def test_unused_ports(ports: tuple[PortFact, ...], outcome: tuple[str, str]) -> None:
    assert said("unused-ports", ports=ports) == {"d1": outcome}


@pytest.mark.parametrize(
    ("around", "outcome"),
    [
        (Surroundings(), ("unknown", "legacy-ssh-not-known")),
        (Surroundings(legacy_ssh=True), ("fail", "legacy-ssh-allowed")),
        (Surroundings(legacy_ssh=False), ("pass", "legacy-ssh-refused")),
    ],
)
def test_legacy_ssh(around: Surroundings, outcome: tuple[str, str]) -> None:
    assert said("legacy-ssh", around=around) == {"d1": outcome}


@pytest.mark.parametrize(
    ("around", "outcome"),
    [
        (Surroundings(), ("unknown", "backup-not-known")),
        (Surroundings(backup_at=AT - 7 * DAY), ("pass", "backup-of")),
        (Surroundings(backup_at=AT - 7 * DAY - timedelta(seconds=1)), ("fail", "backup-of")),
        (Surroundings(no_backup_since=AT - 6 * DAY), ("unknown", "backup-not-known")),
        (Surroundings(no_backup_since=AT - 8 * DAY), ("fail", "no-backup-since")),
    ],
)
def test_backup(around: Surroundings, outcome: tuple[str, str]) -> None:
    assert said("backup-fresh", around=around) == {"d1": outcome}


def certificate(name: str = "R", days: int | None = 31, **values: Any) -> CertificateFact:
    until = None if days is None else AT + days * DAY
    return CertificateFact(**{"name": name, "own": True, "not_after": until, **values})


@pytest.mark.parametrize(
    ("certificates", "expected"),
    [
        ((), {"d1": ("unknown", "certificates-not-seen")}),
        ((certificate(),), {"d1/R": ("pass", "certificate-until")}),
        ((certificate(days=30),), {"d1/R": ("fail", "certificate-until")}),
        ((certificate(days=-1),), {"d1/R": ("fail", "certificate-until")}),
        ((certificate(days=None),), {"d1/R": ("unknown", "certificate-end-not-seen")}),
        ((certificate(days=90), certificate(days=3)), {"d1/R": ("fail", "certificate-until")}),
        ((certificate(days=90), certificate(days=None)), {"d1/R": ("unknown", "certificate-end-not-seen")}),
        ((certificate(), certificate(days=3, own=False)),
         {"d1/R": ("pass", "certificate-until"), "d1/R (CA)": ("fail", "certificate-until")}),
    ],
)  # fmt: skip
def test_certificates(certificates: tuple[CertificateFact, ...], expected: dict[str, Any]) -> None:
    assert said("certificate-expiry", certificates=certificates) == expected


def rule(permit: bool = True, **values: Any) -> AccessRule:
    return AccessRule(**{"text": "a rule", "permit": permit, **values})


MTU, SERVERS = "10.20.0.0/16", "10.9.1.0/24"
ALLOWED = [
    {"protocol": "tcp", "source": MTU, "destination": SERVERS, "ports": [443, 8443]},
    {"source": MTU, "destination": "internet"},
]
PRIVATE = [
    rule(False, destination=one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
]
TO_SERVERS = {"protocol": "tcp", "source": "10.20.3.0/24", "destination": "10.9.1.7/32"}


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [
        ([rule(False)], "pass"),
        ([rule(**TO_SERVERS, ports=((443, 443),))], "pass"),
        ([rule(**TO_SERVERS, ports=((443, 443), (8443, 8443)))], "pass"),
        ([rule(**TO_SERVERS, ports=((443, 444),))], "fail"),
        ([rule(**TO_SERVERS, ports=((0, 65535),))], "fail"),
        ([rule(**TO_SERVERS)], "fail"),
        ([rule(**{**TO_SERVERS, "protocol": "ip"})], "fail"),
        ([rule(**{**TO_SERVERS, "protocol": "udp"}, ports=((443, 443),))], "fail"),
        ([rule(**{**TO_SERVERS, "source": "10.0.0.0/8"}, ports=((443, 443),))], "fail"),
        ([rule(**{**TO_SERVERS, "destination": "10.9.0.0/16"}, ports=((443, 443),))], "fail"),
        ([rule()], "fail"),
        ([rule(established=True)], "pass"),
        ([*PRIVATE, rule(source=MTU)], "pass"),
        ([*PRIVATE[:2], rule(source=MTU)], "fail"),
        ([rule(source=MTU), *PRIVATE], "fail"),
        # what was dropped before, and only that, is not let through
        ([rule(False), rule()], "pass"),
        ([rule(False, protocol="tcp"), rule()], "fail"),
        ([rule(False, source="10.20.0.0/17"), rule(source=MTU, destination="10.0.0.0/8")], "fail"),
        ([rule(False, ports=((1, 2),), protocol="tcp"), rule(protocol="tcp")], "fail"),
        ([rule(False, established=True), rule()], "fail"),
        # what is not understood
        ([rule(understood=False)], "unknown"),
        ([rule(), rule(understood=False)], "fail"),
        ([rule(False, understood=False), rule()], "unknown"),
    ],
)  # fmt: skip
def test_zone_separation(rules: list[AccessRule], outcome: str) -> None:
    found = AccessListFact(name="Z", rules=tuple(rules), applied_to=("Vlan10",))
    inputs = {"access_lists": ["Z"], "allowed": ALLOWED}
    assert said("zone-separation", inputs, access_lists=(found,))["d1/Z"][0] == outcome


def test_a_list_that_is_not_there_or_filters_nothing() -> None:
    inputs = {"access_lists": ["Z", "Y"]}
    found = AccessListFact(name="Z", rules=(rule(False),))
    assert said("zone-separation", inputs, access_lists=(found,)) == {
        "d1/Y": ("unknown", "access-list-not-seen"), "d1/Z": ("fail", "access-list-not-applied"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "flow",
    [{"source": "10.0.0.1/8", "destination": MTU}, {"source": "internet", "destination": MTU},
     {"source": MTU, "destination": "x"},
     {"source": MTU, "destination": MTU, "protocol": "icmp", "ports": [1]}],
)  # fmt: skip
def test_a_flow_that_is_none(flow: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        said("zone-separation", {"access_lists": ["Z"], "allowed": [flow]})


NETWORKS = st.builds(
    lambda address, length: IPv4Network((address, length), strict=False),
    st.integers(0, 2**32 - 1), st.integers(0, 32),
)  # fmt: skip


@given(NETWORKS, st.lists(NETWORKS, max_size=4), st.integers(0, 2**32 - 1))
def test_an_address_is_left_where_no_rule_before_drops_it(
    destination: IPv4Network, dropped: list[IPv4Network], number: int
) -> None:
    address = destination[number % destination.num_addresses]
    before = tuple(rule(False, destination=f"{one}") for one in dropped)
    left = _left(rule(destination=f"{destination}"), before)
    assert any(address in one for one in left) is not any(address in one for one in dropped)


def test_what_a_project_knows_of_its_devices(tmp_path: Path) -> None:
    root = write_project(tmp_path)
    (root / "netmod.toml").write_text('[collect]\nlegacy_ssh = ["hav-we1"]\n', encoding="utf-8")
    project = open_project(root, start=root, environ={})
    inventory = load(root)
    assert surroundings_of(project, inventory)["hav-we1"] == Surroundings(legacy_ssh=True)
    with History.open(project.history) as history:
        for night, status in ((1, "clean"), (2, "unknown")):
            run = history_region.run(night)
            history.begin(run)
            good = history_region.host("bjo-we1")
            bad = history_region.host("hav-we1", status=status)
            history.record(
                run.id, at=history_region.night(night), drift=history_region.report(good, bad)
            )
    known = surroundings_of(project, inventory)
    assert known["bjo-we1"] == Surroundings(legacy_ssh=False, backup_at=history_region.night(2))
    assert known["hav-we1"] == Surroundings(
        legacy_ssh=True, no_backup_since=history_region.night(2)
    )
    assert known["fje-we1"] == Surroundings(legacy_ssh=False)
