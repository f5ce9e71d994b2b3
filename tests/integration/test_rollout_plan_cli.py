"""`netmod rollout plan`, `show` and `approve`, on captures of some devices of the sample."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from netmod import cli
from netmod.evidence import HostEntry, Operator, SnapshotWriter
from netmod.intent import render
from netmod.inventory import load_inventory
from netmod.jobs import rollout_approval, rollout_plan
from netmod.platforms import platform
from netmod.rollout import sshsig
from netmod.rollout.approvers import NAMESPACE

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
HOSTS = ("ull-as1", "ull-ds1", "gjo-as1")
SILENT = "gjo-ds1"
FILTER = "host=" + ",".join((*HOSTS, SILENT))
SERVER = "logging host 10.251.0.22 vrf MGMT\n"
KARI = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
ANNE = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
Invoke = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def captures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot in which each device lacks a log server, and one was not reached."""
    inventory = load_inventory(ROOT / "inventory")
    devices = [inventory.devices[name] for name in HOSTS]
    texts = {one.host: one.text for one in render(inventory, ROOT / "templates", devices)}
    out = tmp_path_factory.mktemp("captures") / "snapshot"
    operator = Operator(account="netmod", uid=990, host="mgmt1", netmod="0")
    hosts = {name: HostEntry(platform="cisco_iosxe") for name in (*HOSTS, SILENT)}
    known = platform("cisco_iosxe")
    assert known is not None
    with SnapshotWriter(out, captured_at=NOW, hosts=hosts, collected_by=operator) as snapshot:
        for name, text in texts.items():
            assert SERVER in text
            snapshot.write(name, known.config_command, text.replace(SERVER, ""), at=NOW)
            snapshot.close(name)
        snapshot.fail(SILENT, "no route to host")
        snapshot.close(SILENT)
    return out


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for part in ("inventory", "templates", "compliance", "tasks"):
        shutil.copytree(ROOT / part, root / part)
    (root / "netmod.toml").write_text("", encoding="utf-8")
    for name, key in (("kari", KARI), ("anne", ANNE)):
        (tmp_path / name).write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.OpenSSH,
                serialization.NoEncryption(),
            )
        )
        (tmp_path / name).chmod(0o600)
    lines = [f"kari {public_line(KARI)}", f"anne,anne.admin {public_line(ANNE)}"]
    (root / "compliance" / "approvers").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


def public_line(key: Ed25519PrivateKey) -> str:
    public = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    return public.decode()


@pytest.fixture
def netmod(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Invoke:
    """Run `netmod rollout` in the project, as Anne, on a wide terminal."""
    monkeypatch.setenv("COLUMNS", "300")
    operator = Operator(account="anne", uid=1000, host="desk", netmod="0")
    monkeypatch.setattr(rollout_plan, "this_operator", lambda _: operator)

    def invoke(*arguments: str, now: datetime = NOW) -> tuple[int, str, str]:
        for job in (rollout_plan, rollout_approval):
            monkeypatch.setattr(job, "now", lambda: now)
        monkeypatch.setattr(
            sys, "argv", ["netmod", "--project", str(project), "rollout", *arguments]
        )
        with pytest.raises(SystemExit) as ended:
            cli.main()
        output = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0, output.out, output.err)

    return invoke


def plan(
    netmod: Invoke, captures: Path, runbook: str = "lan-standard", *more: str, code: int = 3
) -> Any:
    ended, out, err = netmod(
        "plan", runbook, FILTER, "--snapshot", str(captures), "--format", "json", *more
    )
    assert ended == code, err
    return json.loads(out)


def test_a_plan_is_made_shown_and_approved_by_another(
    netmod: Invoke, captures: Path, project: Path, tmp_path: Path
) -> None:
    made = plan(netmod, captures)
    name = made["plan"]["id"]
    changed = {unit["id"] for wave in made["plan"]["waves"] for unit in wave["units"]}
    assert changed == set(HOSTS)
    (left,) = made["plan"]["excluded"]
    assert (left["subject"], left["why"]) == (SILENT, "was not seen: no route to host")
    assert made["approvals"] == {"needed": 1, "approved": False, "counted": [], "refused": []}

    code, out, _ = netmod("show", name, "--diff")
    assert code == 0
    assert made["hash"] in out
    assert f"+{SERVER.strip()}" in out
    assert "config, 3 devices: " in out
    code, out, _ = netmod("show", name, "--device", "ull-as1")
    assert "config, 1 devices: ull-as1" in out

    code, _, err = netmod("approve", name, "--key", str(tmp_path / "anne"))
    assert (code, "nobody approves what they planned" in err) == (4, True)
    assert netmod("approve", name, "--key", str(tmp_path / "kari"))[:2] == (0, "approved: 1 of 1\n")
    assert json.loads(netmod("show", name, "--format", "json")[1])["approvals"]["approved"]
    late = NOW + timedelta(hours=73)
    code, out, _ = netmod("show", name, "--format", "json", now=late)
    (refused,) = json.loads(out)["approvals"]["refused"]
    assert refused["refusal"] == "expired"


def test_what_was_signed_elsewhere_counts(netmod: Invoke, captures: Path, tmp_path: Path) -> None:
    name = plan(netmod, captures)["plan"]["id"]
    file = tmp_path / "statement.json"
    assert netmod("approve", name, "--write", str(file), "--as", "nobody")[0] == 4
    assert netmod("approve", name, "--write", str(file), "--as", "kari")[0] == 0
    signature = sshsig.sign(KARI, file.read_bytes(), NAMESPACE)
    file.with_name(file.name + ".sig").write_text(signature, encoding="ascii")
    other = plan(netmod, captures, "lan-standard", code=3)["plan"]["id"]
    code, _, err = netmod("approve", other, "--signed", str(file))
    assert (code, "of another plan" in err) == (4, True)
    assert netmod("approve", name, "--signed", str(file))[0] == 0


def test_a_plan_that_was_altered_is_neither_shown_nor_approved(
    netmod: Invoke, captures: Path, project: Path, tmp_path: Path
) -> None:
    name = plan(netmod, captures)["plan"]["id"]
    path = project / ".netmod" / "rollouts" / name / "plan.json"
    path.write_text(path.read_text(encoding="utf-8").replace("ull-as1", "ull-as2"))
    for words in (("show", name), ("approve", name, "--key", str(tmp_path / "kari"))):
        code, _, err = netmod(*words)
        assert (code, "is not the plan that was written" in err) == (4, True)


def test_old_captures_are_not_what_runs(netmod: Invoke, captures: Path) -> None:
    words = ("plan", "lan-standard", FILTER, "--snapshot", str(captures), "--format", "json")
    code, out, _ = netmod(*words, now=NOW + timedelta(minutes=61))
    made = json.loads(out)
    assert (code, made["plan"]["waves"]) == (3, [])
    assert {one["reason"] for one in made["plan"]["excluded"]} == {"unreachable"}
    code, out, _ = netmod(*words, "--max-age", "120", now=NOW + timedelta(minutes=61))
    assert len(json.loads(out)["plan"]["waves"]) > 0
    code, out, _ = netmod(*words, now=NOW - timedelta(minutes=6))
    assert "in the future" in out


def test_a_plan_is_taken_back_by_another(netmod: Invoke, captures: Path) -> None:
    first = plan(netmod, captures)["plan"]["id"]
    back = plan(netmod, captures, "emergency-rollback", "--of", first, code=1)
    assert back["plan"]["waves"] == []
    assert {one["reason"] for one in back["plan"]["excluded"]} == {"noop"}
    code, _, err = netmod("plan", "emergency-rollback", FILTER, "--snapshot", str(captures))
    assert (code, "--of PLAN" in err) == (2, True)
    code, _, err = netmod("plan", "nightly", "--of", first, "--snapshot", str(captures))
    assert (code, "leave it out" in err) == (2, True)


def test_the_night_asks_for_nobodys_approval(netmod: Invoke, captures: Path) -> None:
    made = plan(netmod, captures, "nightly")
    assert made["approvals"]["approved"]
    assert {one["reason"] for one in made["plan"]["excluded"]} == {"not-declared", "unreachable"}


def test_links_whose_ends_were_not_seen_are_left_out(netmod: Invoke, captures: Path) -> None:
    code, out, err = netmod(
        "plan", "inner-core-macsec", "site=oslo-ulleval", "--snapshot", str(captures),
        "--format", "json",
    )  # fmt: skip
    made = json.loads(out)
    assert code in (1, 3), err
    assert made["plan"]["waves"] == []
    assert {one["kind"] for one in made["plan"]["excluded"]} >= {"link"}


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("plan", "nothing"), 2, "there is no runbook 'nothing'"),
        (("plan", "lan-standard", "site=nowhere"), 2, "no site is called 'nowhere'"),
        (("show", "x"), 4, "there is no plan 'x'"),
        (("approve", "x"), 2, "name one of --key, --write and --signed"),
        (("approve", "x", "--write", "f"), 2, "--write needs --as"),
        (("plan", "nightly", "--lab", "a", "--snapshot", "b"), 2, "not both"),
    ],
)
def test_what_is_asked_wrongly_says_so(
    netmod: Invoke, words: tuple[str, ...], code: int, message: str
) -> None:
    ended, _, err = netmod(*words)
    assert (ended, message in err) == (code, True), err


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="OpenSSH is not installed")
def test_anybody_checks_an_approval_with_openssh(
    netmod: Invoke, captures: Path, project: Path, tmp_path: Path
) -> None:
    name = plan(netmod, captures)["plan"]["id"]
    netmod("approve", name, "--key", str(tmp_path / "kari"))
    (file,) = (project / ".netmod" / "rollouts" / name / "approvals").glob("*.json")
    words = ["ssh-keygen", "-Y", "verify", "-f", str(project / "compliance" / "approvers"),
             "-I", "kari", "-n", NAMESPACE, "-s", f"{file}.sig"]  # fmt: skip
    done = subprocess.run(
        words, input=file.read_bytes(), capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
