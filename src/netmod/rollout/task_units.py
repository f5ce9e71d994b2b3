"""What task functions of an operator said for each device → units. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from netmod.credentials import find_references
from netmod.errors import CredentialsError
from netmod.inventory import Device
from netmod.platforms import platform
from netmod.platforms._change import running_hash
from netmod.rollout.config_units import Back, Wanted, encryption_stays, unit_of
from netmod.rollout.draft import Draft, Seen, Sources
from netmod.rollout.link_ground import diff_of
from netmod.rollout.planning import Planner
from netmod.rollout.safety import CHANGE_RULES
from netmod.rollout.topics import touched_by


@dataclass(frozen=True, slots=True)
class Said:
    """What a function said for one device, and what its opposite did; or why it said nothing."""

    text: str = ""
    undo: str | None = None
    failure: str = ""


def task_planner(said: Mapping[str, Said]) -> Planner:
    """The planner of what was said, by device."""
    return partial(_task_units, said)


def _task_units(
    said: Mapping[str, Said], sources: Sources, devices: Sequence[Device], draft: Draft
) -> None:
    for device in devices:
        seen = sources.seen.get(device.name, Seen(failure="not captured"))
        known, words = platform(device.platform), said.get(device.name, Said())
        if known is None or device.platform not in CHANGE_RULES:
            draft.exclude(device.name, "platform", platform=device.platform)
        elif seen.running is None:
            draft.exclude(device.name, "unreachable", why=seen.failure)
        elif words.failure or (words := _checked(words)).failure:
            draft.exclude(device.name, "task-failed", why=words.failure)
        elif not words.text:
            draft.exclude(device.name, "task-silent")
        else:
            topics = Counter(touched_by(words.text.splitlines(), known.language))
            if not encryption_stays(sources, device, topics["encryption"], draft):
                continue
            if topics["management"]:
                draft.risk(device.name, "lock-out", lines=str(topics["management"]))
            back = Back(words.undo, diff_of(words.undo)) if words.undo else None
            wanted = Wanted("config", "merge", words.text, diff_of(words.text), back)
            draft.units.append(unit_of(sources, device, wanted, running_hash(seen.running), draft))


def _checked(said: Said) -> Said:
    """The texts without blank lines; a failure where a placeholder in them is none."""
    text, undo = _filled(said.text), _filled(said.undo or "")
    try:
        find_references(text + undo)
    except CredentialsError as error:
        return Said(failure=error.message)
    return Said(text, undo or None)


def _filled(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines() if line.strip())
