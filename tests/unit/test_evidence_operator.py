"""Who ran netmod stands in the snapshot, and what only the environment says is called a claim."""

from __future__ import annotations

import os
import pwd
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netmod import __version__
from netmod.evidence import HostEntry, Operator, SnapshotWriter, read_snapshot, this_operator
from netmod.evidence import _operator as operator_module

AT = datetime(2026, 11, 28, 5, tzinfo=UTC)


def test_the_account_is_the_kernels_and_not_the_environments() -> None:
    found = this_operator({"USER": "somebody", "LOGNAME": "somebody", "HOSTNAME": "elsewhere"})
    assert (found.account, found.uid) == (pwd.getpwuid(os.getuid()).pw_name, os.getuid())
    assert (found.host, found.netmod) == (socket.gethostname(), __version__)
    assert found.claims == {}


def test_what_the_environment_says_is_a_claim() -> None:
    found = this_operator({"SUDO_USER": "kari", "NETMOD_USER": "ola"})
    assert found.claims == {"sudo": "kari", "netmod": "ola"}
    assert found.account == pwd.getpwuid(os.getuid()).pw_name


@pytest.mark.parametrize(
    ("value", "kept"),
    [("ola\nroot", "ola?root"), ("\x1b[2Jola", "?[2Jola"), ("a" * 80, "a" * 64), ("Åse", "Åse")],
)
def test_a_claim_is_printable_and_short(value: str, kept: str) -> None:
    assert this_operator({"NETMOD_USER": value}).claims == {"netmod": kept}


@pytest.mark.parametrize(
    ("text", "account"),
    [
        (str(os.getuid()), pwd.getpwuid(os.getuid()).pw_name),
        ("4294967295", None),
        ("4000000000", "uid 4000000000"),
        ("", None),
        ("no number", None),
    ],
)
def test_who_logged_in_is_what_the_audit_log_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, account: str | None
) -> None:
    path = tmp_path / "loginuid"
    path.write_text(text)
    monkeypatch.setattr(operator_module, "_LOGIN_UID", path)
    assert this_operator({}).login_account == account


def test_a_system_without_an_audit_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operator_module, "_LOGIN_UID", tmp_path / "none")
    assert this_operator({}).login_account is None


def test_the_snapshot_keeps_it_with_what_a_host_needed(tmp_path: Path) -> None:
    operator = Operator(
        account="svc", uid=998, host="mgmt1", netmod="1.0", claims={"sudo": "kari: #1"}
    )
    hosts = {"sw1": HostEntry(site="ahus"), "sw2": HostEntry()}
    folder = tmp_path / "snapshot"
    with SnapshotWriter(folder, captured_at=AT, hosts=hosts, collected_by=operator) as writer:
        writer.write("sw1", "show version", "Version 15.2\n")
        writer.remark("sw1", ["legacy-ssh: diffie-hellman-group14-sha1, ssh-rsa"])
        writer.remark("sw2", [])
    found = read_snapshot(folder)
    assert found.collected_by == operator
    assert {host.host: host.warnings for host in found.hosts} == {
        "sw1": ("legacy-ssh: diffie-hellman-group14-sha1, ssh-rsa",),
        "sw2": (),
    }
    assert next(host for host in found.hosts if host.host == "sw1").site == "ahus"


def test_a_snapshot_without_it_is_one_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "snapshot"
    with SnapshotWriter(folder, captured_at=AT, hosts={"sw1": HostEntry()}):
        pass
    assert read_snapshot(folder).collected_by is None
