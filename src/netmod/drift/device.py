"""All drift of one device: config, startup, software, hardware, cabling; what is accepted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from netmod.drift.compared import Compared, Configs, compare_configs
from netmod.drift.deviations import Deviation, accepted_by
from netmod.drift.model import (
    STATE_SEVERITIES,
    Difference,
    DriftItem,
    DriftKind,
    HostDrift,
    Reason,
    StateDifference,
)
from netmod.facts import HostFacts
from netmod.inventory import Device
from netmod.platforms import ConfigLanguage

_NAMESPACE = UUID("6c9d5d52-5f0e-5d0b-9d0a-3b1f0f6f2c11")


@dataclass(frozen=True, slots=True)
class Seen:
    """What is at hand of one device; None for what was not captured.

    `failure` says why nothing was: it could not be reached, or is not in the snapshot.
    """

    running: str | None = None
    startup: str | None = None
    facts: HostFacts | None = None
    cabling: tuple[StateDifference, ...] = ()
    failure: Reason = ""
    explanation: str = ""


def device_drift(
    device: Device,
    intended: str | None,
    seen: Seen,
    language: ConfigLanguage | None,
    deviations: Iterable[Deviation] = (),
    *,
    today: date,
    compared: Compared | None = None,
) -> HostDrift:
    """What is concluded of one device. Never clean where its running config was not compared.

    `compared` is what comparing its configs gives, where somebody has done it already.
    """
    known = tuple(deviations)
    items: list[DriftItem] = []
    told: list[DriftKind] = []
    reason, explanation, unseen = seen.failure, seen.explanation, 0
    if language is None or intended is None:
        reason = reason or "not-rendered"
    elif seen.running is None:
        reason = reason or "no-config"
    else:
        configs = Configs(device.platform, intended, seen.running, seen.startup)
        done = compared or compare_configs(configs, language)
        if done.config is None:
            reason, explanation = "config-cut", done.failure
        else:
            told.append("config")
            items += _config_items("config", device, done.config.differences, known, today)
            unseen = done.config.unseen_secrets
        if done.startup is not None or done.startup_cut:
            told.append("startup")
            items += _startup_items(device, done, known, today)
    if seen.facts is not None:
        told += _told(seen.facts)
        items += [_state_item(device, one) for one in (*_state(device, seen.facts), *seen.cabling)]
    drifted = any(item.accepted_by is None for item in items)
    changed = language.last_change(seen.running) if language and seen.running else (None, None)
    return HostDrift(
        host=device.name,
        platform=device.platform,
        site=device.site,
        role=device.role,
        status="unknown" if reason else "drift" if drifted else "clean",
        reason=reason,
        explanation=explanation,
        compared=tuple(told),
        items=tuple(sorted(items, key=_gravest_first)),
        unseen_secrets=unseen,
        changed_by=changed[0],
        changed_at=changed[1],
    )


def _told(facts: HostFacts) -> Iterator[DriftKind]:
    """What the facts of a device can be compared for."""
    if facts.version.version:
        yield "software"
    if facts.version.serials:
        yield "hardware"
    if facts.neighbors:
        yield "cabling"


_GRAVITY = {"critical": 0, "high": 1, "medium": 2, "low": 3}


def _gravest_first(item: DriftItem) -> tuple[int, int, int]:
    return _GRAVITY[item.severity], item.intended_line or item.running_line, item.running_line


def _config_items(
    kind: DriftKind,
    device: Device,
    differences: Iterable[Difference],
    deviations: tuple[Deviation, ...],
    today: date,
) -> list[DriftItem]:
    items = []
    for one in differences:
        deviation = accepted_by(one, device, deviations, today)
        items.append(
            DriftItem(
                id=_id(device.name, kind, *one.section, "", *one.intended, "", *one.running),
                kind=kind,
                change=one.change,
                severity=one.severity,
                topic=one.topic,
                section=one.section,
                intended=one.intended,
                running=one.running,
                intended_line=one.intended_line,
                running_line=one.running_line,
                accepted_by=deviation.id if deviation else None,
            )
        )
    return items


def _startup_items(
    device: Device, compared: Compared, deviations: tuple[Deviation, ...], today: date
) -> list[DriftItem]:
    """What a reboot would change: running takes the place of intended."""
    if compared.startup is not None:
        return _config_items("startup", device, compared.startup, deviations, today)
    item = DriftItem(
        id=_id(device.name, "startup", "cut"),
        kind="startup",
        change="missing",
        severity="high",
        topic="management",
        intended=("a startup config that boots to what runs",),
    )
    return [item]


def _state(device: Device, facts: HostFacts) -> Iterable[StateDifference]:
    """Software and hardware against what the inventory declares of the device."""
    version, serials = facts.version.version, facts.version.serials
    software, serial = device.data.get("software"), device.data.get("serial")
    if software and version and software != version:
        yield StateDifference("software", "version", software, version)
    if serial and serials and serial not in serials:
        yield StateDifference("hardware", "serial", serial, ", ".join(serials))


def _state_item(device: Device, one: StateDifference) -> DriftItem:
    return DriftItem(
        id=_id(device.name, one.kind, one.subject, one.wanted, one.found),
        kind=one.kind,
        change="changed" if one.found else "missing",
        severity=STATE_SEVERITIES[one.kind],
        topic=one.kind,
        section=(one.subject,),
        intended=(one.wanted,),
        running=(one.found,) if one.found else (),
    )


def _id(*parts: str) -> str:
    return str(uuid5(_NAMESPACE, "\n".join(parts)))
