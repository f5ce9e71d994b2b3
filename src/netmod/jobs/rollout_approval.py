"""Approving a plan: signing it with a key of one's own, and whether enough people did."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

from netmod.credentials import Secret, read_secret_file
from netmod.errors import CredentialsError, InputError, OutputError, Problem, RolloutError
from netmod.jobs.clock import now
from netmod.jobs.inventory import project_at
from netmod.jobs.rollout_plan import stored_plan
from netmod.reports.rollout_plan import refusal
from netmod.rollout import sshsig
from netmod.rollout.approval import Signed, Standing, Statement, standing, statement_for
from netmod.rollout.approvers import FILE_NAME, NAMESPACE, Approver, read_approvers
from netmod.rollout.store import StoredPlan
from netmod.settings import Project

Ask = Callable[[str], str]
"""Asks a person for the passphrase of a key."""


def approve(root: Path | None, name: str, key_file: Path, ask: Ask) -> Standing:
    """Sign a plan with a private key, in OpenSSH's form or PEM.

    Raises `RolloutError` with the code `not-approved` where the approval would not count, and
    `CredentialsError` where the key cannot be used; nothing is written then.
    """
    project, stored = project_at(root), stored_plan(root, name)
    key = _private_key(key_file, ask)
    approvers = _approvers(project)
    blob = sshsig.public_blob(key)
    approver = next((one for one in approvers if one.key == blob), None)
    if approver is None:
        raise _not_counted("unknown-key")
    statement = statement_for(stored.plan, approver.names[0], now())
    signature = sshsig.sign(key, statement.text, NAMESPACE)
    return _add(stored, statement.text, signature, approvers)


def write_statement(root: Path | None, name: str, approver: str, out: Path) -> None:
    """Write what somebody is to sign elsewhere: `ssh-keygen -Y sign -n netmod-approval`."""
    project, stored = project_at(root), stored_plan(root, name)
    if not any(one.is_called(approver) for one in _approvers(project)):
        raise _not_counted("unknown-key")
    try:
        out.write_bytes(statement_for(stored.plan, approver, now()).text)
    except OSError as error:
        raise OutputError(f"{out}: {error.strerror}", hint="name another file") from None


def add_signed(root: Path | None, name: str, file: Path) -> Standing:
    """Take a statement that was signed elsewhere; the signature is beside it, as `FILE.sig`.

    Raises as `approve` does.
    """
    project, stored = project_at(root), stored_plan(root, name)
    return _add(stored, _read(file), _read(_beside(file)).decode("ascii", "replace"),
                _approvers(project))  # fmt: skip


def approval_standing(root: Path | None, name: str) -> Standing:
    """Who has approved a plan, and whether that is enough."""
    project, stored = project_at(root), stored_plan(root, name)
    return standing_of(project, stored, now())


def standing_of(project: Project, stored: StoredPlan, moment: datetime) -> Standing:
    """What the approvals of a plan are worth at a moment."""
    return standing(stored.plan, _stored(stored), _approvers(project), moment)


def require_approval(project: Project, stored: StoredPlan, moment: datetime) -> Standing:
    """The approvals of a plan that may be started at that moment.

    Raises `RolloutError` with the code `not-approved` where they are not enough, and where the plan
    has expired, whether it needs approvals or not.
    """
    plan = stored.plan
    if moment >= plan.expires_at:
        raise RolloutError(
            f"the plan {plan.id} expired at {plan.expires_at:%Y-%m-%d %H:%M %Z}",
            hint="make it again, so that it starts from what runs now",
            code="not-approved",
        )
    found = standing_of(project, stored, moment)
    if not found.is_approved:
        reasons = "".join(f"; {one.file}: {refusal(one.refusal or '')}" for one in found.refused)
        raise RolloutError(
            f"the plan {plan.id} has {len(found.counted)} of {found.needed} approvals{reasons}",
            hint=f"let somebody else look at it: netmod rollout show {plan.id}, then "
            f"netmod rollout approve {plan.id} --key FILE",
            code="not-approved",
        )
    return found


def _not_counted(code: str) -> RolloutError:
    return RolloutError(
        f"the approval would not count: {refusal(code)}",
        hint=f"approvers and their keys stand in compliance/{FILE_NAME}",
        code="not-approved",
    )


def _approvers(project: Project) -> tuple[Approver, ...]:
    return read_approvers(project.compliance, root=project.root)


def _add(
    stored: StoredPlan, text: bytes, signature: str, approvers: tuple[Approver, ...]
) -> Standing:
    """Keep an approval that counts; what the plan's approvals are worth with it."""
    moment = now()
    had = _stored(stored)
    name = _file_name(text, moment)
    found = standing(stored.plan, [*had, Signed(name, text, signature)], approvers, moment)
    mine = next((one for one in found.refused if one.file == name), None)
    if mine is not None and mine.refusal is not None:
        raise _not_counted(mine.refusal)
    path = stored.approvals / name
    try:
        for place, content in ((path, text), (_beside(path), signature.encode())):
            with os.fdopen(
                os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as out:
                out.write(content)
    except OSError as error:
        hint = "see that the disk has room and the folder is yours"
        raise RolloutError(f"{path}: {error.strerror}", hint=hint, code="unwritable") from None
    return found


def _file_name(text: bytes, moment: datetime) -> str:
    try:
        approver = Statement.model_validate_json(text).approver
    except ValueError:
        raise _not_counted("unreadable") from None
    return f"{moment:%Y%m%dT%H%M%SZ}-{re.sub(r'[^A-Za-z0-9@.-]', '_', approver)}.json"


def _stored(stored: StoredPlan) -> list[Signed]:
    found = []
    for path in sorted(stored.approvals.glob("*.json")):
        beside = _beside(path)
        signature = _read(beside).decode("ascii", "replace") if beside.exists() else ""
        found.append(Signed(path.name, _read(path), signature))
    return found


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".sig")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError([Problem(str(path), 0, error.strerror or "cannot be read")]) from None


def _private_key(path: Path, ask: Ask) -> sshsig.PrivateKey:
    content = read_secret_file(path)
    try:
        key = _loaded(content, None)
    except (TypeError, ValueError):
        try:
            key = _loaded(content, ask(f"Passphrase for {path}: ").encode())
        except (TypeError, ValueError):
            hint = "give a private key of OpenSSH, or PEM, and its passphrase"
            raise CredentialsError(f"{path}: no key that can be opened", hint=hint) from None
    if not isinstance(key, sshsig.PrivateKey):
        raise CredentialsError(f"{path}: a kind of key that is not taken", hint="use Ed25519")
    return key


def _loaded(content: Secret, passphrase: bytes | None) -> object:
    data = content.reveal().encode()
    try:
        if b"BEGIN OPENSSH" in data:
            return serialization.load_ssh_private_key(data, passphrase)
        return serialization.load_pem_private_key(data, passphrase)
    except UnsupportedAlgorithm:
        raise ValueError from None
