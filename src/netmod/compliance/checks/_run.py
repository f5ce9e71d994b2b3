"""Runs one check on one subject: what a check raises is an error of that subject alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from netmod.compliance._model import Model
from netmod.compliance.checks._base import (
    DeviceCheck,
    DeviceSubject,
    Judgement,
    LinkCheck,
    LinkSubject,
)


class Judged(NamedTuple):
    """A judgement and its subject: a device or link, `/` and the part that is meant."""

    subject: str
    judgement: Judgement


def judge_device(
    check: DeviceCheck[Any], subject: DeviceSubject, inputs: Model
) -> tuple[Judged, ...]:
    """What the check says of one device: all of its parts, or one error."""
    try:
        judgements: Sequence[Judgement] = tuple(check.judge(subject, inputs))
    except Exception as error:  # noqa: BLE001 one broken check must not hide the other results
        judgements = [_broken(error)]
    if len(judgements) == 1 and not judgements[0].part:
        return (Judged(subject.name, judgements[0]),)
    parts = [one.part for one in judgements]
    if not judgements or len(set(parts)) < len(parts):
        judgements = [_unusable("no-result" if not judgements else "part-twice")]
    judged = [
        Judged(f"{subject.name}/{one.part}" if one.part else subject.name, one)
        for one in judgements
    ]
    return tuple(sorted(judged, key=lambda one: one.subject))


def judge_link_by(check: LinkCheck[Any], subject: LinkSubject, inputs: Model) -> Judged:
    """What the check says of one link, or an error."""
    try:
        judgement = check.judge(subject, inputs)
    except Exception as error:  # noqa: BLE001 one broken check must not hide the other results
        judgement = _broken(error)
    return Judged(subject.link.id, judgement)


def _broken(error: Exception) -> Judgement:
    """The kind of error only: its text might quote what was captured."""
    kind = type(error).__name__
    return Judgement("error", "check-raised", f"the check raised {kind}", {"kind": kind})


def _unusable(reason: str) -> Judgement:
    words = {
        "no-result": "the check said nothing",
        "part-twice": "the check said two things about one part",
    }
    return Judgement("error", reason, words[reason])
