"""Approvals: who signed what, and what that is worth."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from netmod.errors import InputError
from netmod.rollout import sshsig
from netmod.rollout.approval import Signed, standing, statement_for
from netmod.rollout.approvers import NAMESPACE, Approver, read_approvers
from netmod.rollout.model import Plan

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
SSH_KEYGEN = shutil.which("ssh-keygen")
needs_ssh_keygen = pytest.mark.skipif(
    not SSH_KEYGEN and not os.environ.get("NETMOD_REQUIRE_ALL"), reason="OpenSSH is not installed"
)
KARI, OLA, PER = (Ed25519PrivateKey.from_private_bytes(bytes([one]) * 32) for one in (1, 2, 3))
APPROVERS = (
    Approver(("kari", "kari.nordmann@nett.example"), sshsig.public_blob(KARI)),
    Approver(("ola",), sshsig.public_blob(OLA)),
    Approver(
        ("per",), sshsig.public_blob(PER), valid_before=NOW + timedelta(hours=1)
    ),
)  # fmt: skip
SECRET = int.from_bytes(bytes(range(1, 32)), "big")
KEYS: list[sshsig.PrivateKey] = [
    KARI,
    ec.derive_private_key(SECRET, ec.SECP256R1()),
    ec.derive_private_key(SECRET, ec.SECP384R1()),
    ec.derive_private_key(SECRET, ec.SECP521R1()),
]


def plan(**changed: Any) -> Plan:
    values: dict[str, Any] = {
        "id": "p1", "runbook": "r", "author": "anne", "host": "h", "made_at": NOW,
        "expires_at": NOW + timedelta(hours=72), "tool_version": "1", "inventory": "0" * 64,
        "waves": (), "approval": {"needed": True, "number": 1, "valid": 72 * 3600},
    }  # fmt: skip
    return Plan.model_validate(values | changed)


def signed(
    of: Plan, key: sshsig.PrivateKey = KARI, name: str = "kari", at: datetime = NOW, file: str = "a"
) -> Signed:
    text = statement_for(of, name, at).text
    return Signed(file, text, sshsig.sign(key, text, NAMESPACE))


def refusal(of: Plan, one: Signed, now: datetime = NOW) -> str | None:
    found = standing(of, [one], APPROVERS, now)
    assert len(found.counted) + len(found.refused) == 1
    assert found.is_approved == (not found.refused)
    return found.refused[0].refusal if found.refused else None


def test_another_person_approves() -> None:
    assert refusal(plan(), signed(plan())) is None


def test_nobody_has_approved_at_first() -> None:
    assert not standing(plan(), [], APPROVERS, NOW).is_approved
    assert not standing(plan(approval={}), [], APPROVERS, NOW).is_approved
    assert standing(plan(approval={"needed": False}), [], (), NOW).is_approved


@pytest.mark.parametrize("author", ["kari", "KARI", "kari@other.example", "kari.nordmann"])
def test_the_author_does_not_approve_under_any_name(author: str) -> None:
    mine = plan(author=author)
    assert refusal(mine, signed(mine)) == "author"
    assert refusal(mine, signed(mine, OLA, "ola")) is None


def test_who_may_not_does_not() -> None:
    rule = {"number": 1, "not_by": ["kari"]}
    assert refusal(plan(approval=rule), signed(plan(approval=rule))) == "not-allowed"


def test_an_approval_is_of_one_plan() -> None:
    assert refusal(plan(runbook="other"), signed(plan())) == "other-plan"
    assert refusal(plan(id="p2"), signed(plan())) == "other-plan"


def test_a_text_that_was_changed_is_not_signed() -> None:
    one = signed(plan())
    later = one.text.replace(b"2026-12-01", b"2026-12-02")
    assert later != one.text
    assert refusal(plan(), one._replace(text=later)) == "bad-signature"
    assert refusal(plan(), one._replace(signature="")) == "bad-signature"
    assert refusal(plan(), one._replace(text=b"{}")) == "unreadable"


def test_a_signature_for_another_purpose_is_none() -> None:
    text = statement_for(plan(), "kari", NOW).text
    assert refusal(plan(), Signed("a", text, sshsig.sign(KARI, text, "git"))) == "bad-signature"


def test_a_key_that_nobody_registered_is_unknown() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
    assert refusal(plan(), signed(plan(), stranger)) == "unknown-key"


def test_nobody_signs_in_the_name_of_another() -> None:
    assert refusal(plan(), signed(plan(), KARI, "ola")) == "other-name"


@pytest.mark.parametrize(
    ("hours", "expected"), [(0, None), (71.9, None), (72, "expired"), (-1, "from-the-future")]
)
def test_an_approval_holds_for_a_time(hours: float, expected: str | None) -> None:
    assert refusal(plan(), signed(plan()), NOW + timedelta(hours=hours)) == expected


def test_an_approval_that_says_that_it_holds_longer_does_not() -> None:
    long = statement_for(plan(), "kari", NOW)
    text = long.model_copy(update={"expires_at": NOW + timedelta(days=999)}).text
    one = Signed("a", text, sshsig.sign(KARI, text, NAMESPACE))
    assert refusal(plan(), one, NOW + timedelta(hours=72)) == "expired"


def test_a_key_counts_for_its_time() -> None:
    assert refusal(plan(), signed(plan(), PER, "per")) is None
    later = NOW + timedelta(hours=1)
    assert refusal(plan(), signed(plan(), PER, "per"), later) == "key-expired"


def test_two_approvals_are_of_two_people() -> None:
    two = plan(approval={"number": 2})
    twice = [signed(two, file="a"), signed(two, file="b")]
    found = standing(two, twice, APPROVERS, NOW)
    assert [one.refusal for one in found.refused] == ["same-person"]
    assert not found.is_approved
    both = [signed(two, file="a"), signed(two, OLA, "ola", file="b")]
    assert standing(two, both, APPROVERS, NOW).is_approved


@pytest.mark.parametrize("key", KEYS)
@given(message=st.binary(max_size=200))
def test_what_is_signed_is_checked(key: sshsig.PrivateKey, message: bytes) -> None:
    signature = sshsig.read_signature(sshsig.sign(key, message, "n"))
    sshsig.check(signature, message, "n")
    for other, namespace in ((message + b"x", "n"), (message, "m")):
        with pytest.raises(sshsig.BadSignature):
            sshsig.check(signature, other, namespace)


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_bit_of_a_signature_may_be_another(place: int, bit: int) -> None:
    text = sshsig.sign(KARI, b"message", "n")
    blob = bytearray(base64.b64decode("".join(text.splitlines()[1:-1])))
    blob[place % len(blob)] ^= 1 << bit
    body = base64.b64encode(blob).decode()
    lines = text.splitlines()
    assert not is_karis("\n".join((lines[0], body, lines[-1])) + "\n")


def is_karis(text: str) -> bool:
    """Whether a signature of the message is Kari's."""
    try:
        signature = sshsig.read_signature(text)
        sshsig.check(signature, b"message", "n")
    except sshsig.BadSignature:
        return False
    return signature.key == sshsig.public_blob(KARI)


@given(
    st.text(max_size=100) | st.binary(max_size=100).map(lambda one: base64.b64encode(one).decode())
)
def test_what_is_no_signature_is_refused(body: str) -> None:
    for text in (body, f"-----BEGIN SSH SIGNATURE-----\n{body}\n-----END SSH SIGNATURE-----\n"):
        with pytest.raises(sshsig.BadSignature):
            sshsig.read_signature(text)


def pem(key: sshsig.PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )


def public_line(key: sshsig.PrivateKey) -> str:
    public = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    return public.decode()


@needs_ssh_keygen
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_openssh_signs_what_we_check_and_checks_what_we_sign(tmp_path: Path, kind: str) -> None:
    key: sshsig.PrivateKey = {
        "ed25519": KEYS[0], "ecdsa": KEYS[1],
    }.get(kind) or rsa.generate_private_key(65537, 3072)  # fmt: skip
    file = tmp_path / "key"
    file.write_bytes(pem(key))
    file.chmod(0o600)
    message = tmp_path / "message"
    message.write_bytes(b"text")
    run([SSH_KEYGEN, "-q", "-Y", "sign", "-n", NAMESPACE, "-f", str(file), str(message)])
    theirs = sshsig.read_signature((tmp_path / "message.sig").read_text())
    assert theirs.key == sshsig.public_blob(key)
    sshsig.check(theirs, b"text", NAMESPACE)

    (tmp_path / "ours.sig").write_text(sshsig.sign(key, b"text", NAMESPACE))
    (tmp_path / "signers").write_text(f"kari {public_line(key)}\n")
    run(
        [SSH_KEYGEN, "-Y", "verify", "-f", str(tmp_path / "signers"), "-I", "kari", "-n", NAMESPACE,
         "-s", str(tmp_path / "ours.sig")],
        stdin=b"text",
    )  # fmt: skip


def run(words: list[str | None], stdin: bytes = b"") -> None:
    done = subprocess.run(words, input=stdin, capture_output=True, timeout=120, check=False)  # type: ignore[arg-type]
    assert done.returncode == 0, done.stderr


def approvers(tmp_path: Path, text: str) -> tuple[Approver, ...]:
    (tmp_path / "approvers").write_text(text, encoding="utf-8")
    return read_approvers(tmp_path, root=tmp_path)


def test_approvers_are_read_as_openssh_does(tmp_path: Path) -> None:
    found = approvers(
        tmp_path,
        "# who may approve\n\n"
        f"kari,kari@nett.example {public_line(KARI)} Kari's key\n"
        f'ola namespaces="git,{NAMESPACE}",valid-after="20260101",valid-before="20270101Z" '
        f"{public_line(OLA)}\n"
        f'per namespaces="git" {public_line(PER)}\n',
    )
    assert [one.names for one in found] == [("kari", "kari@nett.example"), ("ola",)]
    assert found[0].is_valid(NOW)
    assert found[1].is_valid(NOW)
    assert not found[1].is_valid(datetime(2027, 1, 1, tzinfo=UTC))
    assert not found[1].is_valid(datetime(2025, 12, 31, tzinfo=UTC))


def test_without_a_file_nobody_approves(tmp_path: Path) -> None:
    assert read_approvers(tmp_path) == ()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("kari", "not a line of an approver"),
        (f"* {public_line(KARI)}", "a pattern is no person"),
        (f"kari cert-authority {public_line(KARI)}", "option cert-authority is not taken"),
        (f'kari valid-after="soon" {public_line(KARI)}', "valid-after is 'soon'"),
        ("kari ssh-ed25519 AAAA", "is no kind of key"),
        (f"kari {public_line(KARI)}\nola {public_line(KARI)}", "stands above already"),
        ("kari sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIO"
         "QTKk1rqQ5tO9MGfQ2YcCl2pLrUQHrqjWC3kLnQnRkwAAAABHNzaDo=", "is no kind of key"),
    ],
)  # fmt: skip
def test_lines_that_are_no_approver_are_refused(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        approvers(tmp_path, line + "\n")
    (problem,) = caught.value.problems
    assert message in problem.message
    assert problem.line == line.count("\n") + 1
    assert problem.file == "approvers"


def test_a_short_rsa_key_is_refused(tmp_path: Path) -> None:
    short = rsa.generate_private_key(65537, 2048)
    with pytest.raises(InputError, match="too short"):
        approvers(tmp_path, f"kari {public_line(short)}\n")
