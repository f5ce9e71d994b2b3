"""Runs, drift reports and assessments in code, for tests of the history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from netmod.compliance import Assessment, assess
from netmod.drift import DriftItem, DriftReport, HostDrift
from netmod.evidence import Operator
from netmod.history import Run
from netmod.inventory import Link
from tests.unit import compliance_region as region

FIRST = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
OPERATOR = Operator(account="netmod", uid=990, host="mgmt1", netmod="0.2.0")


def night(number: int) -> datetime:
    """When the devices were asked in a night; the first is 1."""
    return FIRST + timedelta(days=number - 1)


def run(number: int, **values: Any) -> Run:
    at = night(number)
    return Run(id=f"{at:%Y%m%dT%H%M%SZ}-0000000{number}", started_at=at, tool_version="0.2.0",
               operator=OPERATOR, **values)  # fmt: skip


KINDS = ("config", "startup", "software", "hardware", "cabling")


def item(name: str, **values: Any) -> DriftItem:
    return DriftItem(**{"id": name, "kind": "config", "change": "extra", "severity": "high",
                        "topic": "routing", "running": (f"ip route {name}",), **values})  # fmt: skip


def host(name: str, *items: DriftItem, **values: Any) -> HostDrift:
    status = "drift" if any(one.accepted_by is None for one in items) else "clean"
    return HostDrift(**{"host": name, "platform": "cisco_iosxe", "site": "north", "role": "core",
                        "status": status, "items": items, "compared": KINDS, **values})  # fmt: skip


def report(*hosts: HostDrift) -> DriftReport:
    return DriftReport(hosts=hosts)


BACKBONE = region.link("l-ns", region.end("n1", 1), region.end("s1", 1))
CORE = region.link("l-ne", region.end("n1", 2), region.end("e1", 2), layer="inner-core")


def assessment(word: str, *links: Link) -> Assessment:
    """What is concluded of links whose ends at n1 and s1 are `encrypted`, `unsecured`, `unknown`."""
    ends = {
        "encrypted": (region.secured(1, "A1", "B1"), region.secured(1, "B1", "A1")),
        "unsecured": (region.clear(1), region.clear(1)),
    }.get(word)
    hosts = dict(zip(("n1", "s1"), map(region.host, ends), strict=True)) if ends else {}
    inventory = region.inventory(
        *(links or (BACKBONE,)), devices={"n1": "north", "s1": "south", "e1": "east"}
    )
    return assess(inventory, region.document(**hosts), region.catalogue(), region.AT)
