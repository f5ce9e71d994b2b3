"""Approvals: what another person than the author signed about one plan, and whether it counts.

An approval is a text and an SSH signature over its very bytes, `NAME.json` and `NAME.json.sig`. It
names the plan by its hash, so that it is worth nothing for another one. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal, NamedTuple

from pydantic import AwareDatetime, Field, ValidationError

from netmod.rollout import sshsig
from netmod.rollout.approvers import NAMESPACE, Approver
from netmod.rollout.model import Plan, Sha256, Value
from netmod.rollout.runbook import Approval as Rule

CLOCKS_DIFFER = timedelta(minutes=5)
"""An approval may be from that far in the future: clocks of people's machines differ."""

Refusal = Literal[
    "unreadable",
    "other-plan",
    "bad-signature",
    "unknown-key",
    "other-name",
    "author",
    "not-allowed",
    "from-the-future",
    "expired",
    "key-expired",
    "same-person",
]


class Statement(Value):
    """What is signed: that this person has seen this plan and agrees, until it expires."""

    schema_id: Literal["netmod-approval/1"] = "netmod-approval/1"
    plan: str
    hash: Sha256
    approver: Annotated[str, Field(min_length=1, max_length=200)]
    approved_at: AwareDatetime
    expires_at: AwareDatetime

    @property
    def text(self) -> bytes:
        """The bytes that are signed."""
        values = self.model_dump(mode="json")
        return (json.dumps(values, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


class Signed(NamedTuple):
    """A statement's bytes and signature, by the name of the file."""

    file: str
    text: bytes
    signature: str


class Judged(NamedTuple):
    """An approval and why it does not count; `refusal` None where it does."""

    file: str
    statement: Statement | None
    refusal: Refusal | None
    key: str = ""


class Standing(NamedTuple):
    """Whether a plan is approved, by whom, and what of the approvals does not count."""

    needed: int
    counted: tuple[Judged, ...]
    refused: tuple[Judged, ...]

    @property
    def is_approved(self) -> bool:
        """Whether as many agree as must."""
        return len(self.counted) >= self.needed


def rule_of(plan: Plan) -> Rule:
    """The plan's own rule; one that says nothing demands an approval."""
    return Rule.model_validate(plan.approval)


def statement_for(plan: Plan, approver: str, now: datetime) -> Statement:
    """What `approver` is to sign. It expires with the plan at the latest."""
    until = now + timedelta(seconds=rule_of(plan).valid)
    return Statement(
        plan=plan.id,
        hash=plan.hash,
        approver=approver,
        approved_at=now,
        expires_at=min(until, plan.expires_at),
    )


def standing(
    plan: Plan, approvals: Iterable[Signed], approvers: Sequence[Approver], now: datetime
) -> Standing:
    """What the approvals of a plan are worth now. A person counts once."""
    rule = rule_of(plan)
    counted: list[tuple[Judged, Approver]] = []
    refused: list[Judged] = []
    for one in sorted(approvals):
        judged, approver = _judge(plan, rule, one, approvers, now)
        if judged.refusal is None and approver is not None:
            if any(approver.is_same_person(other) for _, other in counted):
                refused.append(judged._replace(refusal="same-person"))
            else:
                counted.append((judged, approver))
        else:
            refused.append(judged)
    needed = rule.number if rule.needed else 0
    return Standing(needed, tuple(one for one, _ in counted), tuple(refused))


def _judge(
    plan: Plan, rule: Rule, signed: Signed, approvers: Sequence[Approver], now: datetime
) -> tuple[Judged, Approver | None]:
    try:
        statement = Statement.model_validate_json(signed.text)
    except ValidationError:
        return Judged(signed.file, None, "unreadable"), None
    if (statement.plan, statement.hash) != (plan.id, plan.hash):
        return Judged(signed.file, statement, "other-plan"), None
    try:
        signature = sshsig.read_signature(signed.signature)
        sshsig.check(signature, signed.text, NAMESPACE)
    except sshsig.BadSignature:
        return Judged(signed.file, statement, "bad-signature"), None
    key = sshsig.fingerprint(signature.key)
    approver = next((one for one in approvers if one.key == signature.key), None)
    if approver is None:
        return Judged(signed.file, statement, "unknown-key", key), None
    refusal = _refusal(plan, rule, statement, approver, now)
    return Judged(signed.file, statement, refusal, key), approver


def _refusal(
    plan: Plan, rule: Rule, statement: Statement, approver: Approver, now: datetime
) -> Refusal | None:
    if not approver.is_called(statement.approver):
        return "other-name"
    if approver.is_called(plan.author):
        return "author"
    if any(approver.is_called(name) for name in rule.not_by):
        return "not-allowed"
    if statement.approved_at > now + CLOCKS_DIFFER:
        return "from-the-future"
    longest = statement.approved_at + timedelta(seconds=rule.valid)
    if now >= min(statement.expires_at, plan.expires_at, longest):
        return "expired"
    if not approver.is_valid(now):
        return "key-expired"
    return None
