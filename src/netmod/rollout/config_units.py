"""Changes of configs: what is rendered against what runs → a unit for each device that differs.

Pure. Nothing is planned that cannot be known: a device that was not seen, whose config is cut or
whose platform is not changed is left out by name, with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from netmod.drift import Difference, Remediation, compare, remediate, take_back
from netmod.errors import DriftError, InputError, Problem
from netmod.inventory import Device
from netmod.platforms import ConfigLanguage, platform
from netmod.platforms._change import running_hash
from netmod.rollout.draft import Draft, Seen, Sources
from netmod.rollout.model import (
    Change,
    ChangeKind,
    Purpose,
    Stage,
    Undo,
    Unit,
)
from netmod.rollout.runbook import IntendedChange, RemediationChange
from netmod.rollout.safety import CHANGE_RULES
from netmod.rollout.topics import touched


@dataclass(frozen=True, slots=True)
class Back:
    """What takes a change back, as it is read, and how many statements it leaves to a human."""

    text: str
    diff: str
    by_hand: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done on one device, and what takes it back; None where that is not known."""

    purpose: Purpose
    kind: ChangeKind
    text: str
    diff: str
    back: Back | None


def config_units(sources: Sources, devices: Iterable[Device], draft: Draft) -> None:
    """Add a unit for each device that the change concerns, and what is left out of it."""
    for device in devices:
        _device(sources, device, draft)


def _device(sources: Sources, device: Device, draft: Draft) -> None:
    seen = sources.seen.get(device.name, Seen(failure="not captured"))
    known, intended = platform(device.platform), sources.intended.get(device.name)
    if known is None or device.platform not in CHANGE_RULES:
        draft.exclude(device.name, "platform", platform=device.platform)
    elif seen.running is None:
        draft.exclude(device.name, "unreachable", why=seen.failure)
    elif intended is None:
        draft.exclude(device.name, "not-rendered")
    else:
        try:
            wanted = _wanted(sources, device, (intended, seen.running), known.language, draft)
        except DriftError as error:
            draft.exclude(device.name, "config-cut", why=error.message)
            return
        if wanted is not None:
            unit = unit_of(sources, device, wanted, running_hash(seen.running), draft)
            draft.units.append(unit)


def _wanted(
    sources: Sources,
    device: Device,
    configs: tuple[str, str],
    language: ConfigLanguage,
    draft: Draft,
) -> Wanted | None:
    """What to do; None where the device was left out."""
    change = sources.runbook.change
    intended, running = configs
    compared = compare(intended, running, language)
    differences = compared.differences
    if isinstance(change, IntendedChange) and change.how == "merge":
        differences = tuple(one for one in differences if one.change != "extra")
    push = isinstance(change, IntendedChange) and change.unseen_secrets == "push"
    if not differences and not (push and compared.unseen_secrets):
        draft.exclude(device.name, "noop", secrets_unseen=str(compared.unseen_secrets))
        return None
    topics = Counter(touched(differences, language))
    if not encryption_stays(sources, device, topics["encryption"], draft):
        return None
    if compared.unseen_secrets:
        draft.risk(device.name, "secrets-unseen", count=str(compared.unseen_secrets))
    back = None
    if _is_whole(change, compared.differences):
        back = _back(take_back(intended, running, language), differences)
    if isinstance(change, RemediationChange):
        return _remedied(device, remediate(intended, running, language), differences, back, draft)
    kind = change.how if isinstance(change, IntendedChange) else "merge"
    if topics["management"]:
        draft.risk(device.name, "lock-out", lines=str(topics["management"]))
    return Wanted("config", kind, intended, diff_text(differences), back)


def _back(found: Remediation, differences: Iterable[Difference]) -> Back | None:
    if not found.converges or not found.commands:
        return None
    return Back(found.text, diff_text(differences, back=True), len(found.manual))


def _is_whole(change: object, differences: Iterable[Difference]) -> bool:
    """Whether the device runs its intended config afterwards, and nothing beside it."""
    merges = isinstance(change, IntendedChange) and change.how == "merge"
    return not merges or all(one.change == "missing" for one in differences)


def _remedied(
    device: Device,
    found: Remediation,
    differences: tuple[Difference, ...],
    back: Back | None,
    draft: Draft,
) -> Wanted | None:
    if not found.converges:
        draft.exclude(device.name, "not-proved", differences=str(len(differences)))
        return None
    if not found.commands:
        draft.exclude(device.name, "by-hand", statements=str(len(found.manual)))
        return None
    for risk, count in sorted(Counter(one.risk for one in found.commands).items()):
        if risk != "non-disruptive":
            draft.risk(device.name, risk, commands=str(count))
    if found.manual:
        why = ", ".join(sorted({one.why for one in found.manual}))
        draft.risk(device.name, "left-to-a-human", statements=str(len(found.manual)), why=why)
        back = None  # what it would take back was never done
    return Wanted("remediation", "merge", found.text, diff_text(differences), back)


def encryption_stays(sources: Sources, device: Device, count: int, draft: Draft) -> bool:
    """Whether a change with `count` lines about encryption may go onto the device: encryption
    is changed at both ends or at none."""
    if not count:
        return True
    reason = sources.reason_against("encryption-in-config", device.name)
    if reason is None:
        draft.exclude(device.name, "encryption-differs", lines=str(count))
        return False
    draft.risk(device.name, "crypto", lines=str(count), override=reason)
    return True


def unit_of(sources: Sources, device: Device, wanted: Wanted, before: str, draft: Draft) -> Unit:
    """The unit of one device that runs what has the hash `before`."""
    site = sources.inventory.sites[device.site]
    change = _change(sources, device, wanted.kind, wanted.text, draft)
    change = change.model_copy(update={"before": before, "diff": draft.keep(wanted.diff)})
    stage = Stage(
        purpose=wanted.purpose,
        changes=(change,),
        gates=sources.runbook.between,
        soak=sources.runbook.soak.change,
    )
    return Unit(
        id=device.name,
        trust=site.trust,
        site=site.id,
        devices=(device.name,),
        stages=(stage,),
        undo=_undo(sources, device, wanted, draft),
    )


def _undo(sources: Sources, device: Device, wanted: Wanted, draft: Draft) -> tuple[Undo, ...]:
    """The way back after the confirmation, where it is known."""
    back = wanted.back
    if back is None:
        draft.risk(device.name, "no-way-back-after-confirmation")
        return ()
    if back.by_hand:
        draft.risk(device.name, "way-back-is-partial", statements=str(back.by_hand))
    change = _change(sources, device, "merge", back.text, draft)
    change = change.model_copy(update={"id": f"{change.id}.undo", "diff": draft.keep(back.diff)})
    gates = tuple(
        name
        for name in sources.runbook.between
        if sources.runbook.gates[name].kind == "reachability"
    )
    return (Undo(undoes=(0,), stage=Stage(purpose="restore", changes=(change,), gates=gates)),)


def _change(sources: Sources, device: Device, kind: ChangeKind, text: str, draft: Draft) -> Change:
    """A change without what it starts from."""
    rules = CHANGE_RULES[device.platform]
    safety_class = rules.classes[kind]
    seconds: int | None = None
    if safety_class == "A":
        asked = sources.runbook.confirm_within
        try:
            seconds = rules.granted(asked)
        except ValueError as error:
            hint = "correct change.confirm_within of the runbook"
            message = f"{device.platform}: {error}, and not {asked}"
            raise InputError([Problem("runbook", 0, message, hint)]) from None
    digest = draft.keep(text)
    return Change(
        id=f"{sources.plan}.{device.name}",
        device=device.name,
        platform=device.platform,
        kind=kind,
        safety_class=safety_class,
        text=digest,
        diff=digest,
        seconds=seconds,
    )


def diff_text(differences: Iterable[Difference], *, back: bool = False) -> str:
    """Differences as they are read: the section, what goes, what comes. Holds no secret."""
    lines: list[str] = []
    for one in differences:
        gone, new = (one.intended, one.running) if back else (one.running, one.intended)
        lines.append(f"@@ {' / '.join(one.section) or 'top level'} ({one.topic}) @@")
        lines += [f"-{line}" for line in gone]
        lines += [f"+{line}" for line in new]
    return "".join(f"{line}\n" for line in lines)
