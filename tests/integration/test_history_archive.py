"""The archive of configs against the git program: what is kept, refused, verified and pushed."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from netmod.errors import HistoryError
from netmod.evidence import Operator, redact
from netmod.history import Archive, Backup, Occasion
from netmod.jobs.history import accept

AT = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)
OPERATOR = Operator(
    account="netmod", uid=990, host="mgmt1", netmod="0.2.0", claims={"sudo": "kari <admin>"}
)


def occasion(run: str = "run-1", reason: str = "nightly") -> Occasion:
    return Occasion(run=run, at=AT, operator=OPERATOR, reason=reason)


def config(host: str, *lines: str) -> str:
    body = [f"interface GigabitEthernet1/0/{number}\n switchport" for number in range(30)]
    return "\n".join([f"hostname {host}", *body, *lines, "end", ""])


def backup(host: str, *lines: str) -> Backup:
    return Backup(host, config(host, *lines), lambda text: text.endswith("end\n"))


def git(path: Path, *arguments: str) -> str:
    command = ["git", f"--git-dir={path}", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive.git")


def test_one_commit_for_each_run_and_domain(archive: Archive) -> None:
    first = archive.store("lan", [backup("sw1"), backup("sw2")], occasion())
    assert (first.changed, first.unchanged, first.rejected) == (("sw1", "sw2"), 0, ())
    archive.store("core", [backup("p1")], occasion())
    second = archive.store("lan", [backup("sw1"), backup("sw2", "vlan 9")], occasion("run-2"))
    assert (second.changed, second.unchanged) == (("sw2",), 1)
    assert git(archive.path, "log", "--format=%s").splitlines() == [
        "lan: 1 configs changed",
        "core: 1 configs changed",
        "lan: 2 configs changed",
    ]
    assert archive.config("lan", "sw2") == config("sw2", "vlan 9")
    assert archive.config("lan", "sw2", first.commit or "") == config("sw2")
    assert archive.config("core", "p1") == config("p1")
    assert [one.commit for one in archive.revisions("lan", "sw2")] == [second.commit, first.commit]
    git(archive.path, "fsck", "--strict")


def test_who_and_why(archive: Archive) -> None:
    stored = archive.store("lan", [backup("sw1")], occasion(reason="before change 4711"))
    told = git(
        archive.path, "show", "--no-patch", "--format=%an <%ae>%n%cn%n%ai%n%B", stored.commit or ""
    )
    assert told.splitlines()[:3] == [
        "netmod <netmod@mgmt1>", "netmod", "2026-11-28 04:00:00 +0000",
    ]  # fmt: skip
    assert "\nbefore change 4711\n" in told
    assert "\nRun: run-1\n" in told
    assert "Operator: netmod (uid 990) on mgmt1, sudo kari <admin>\n" in told


def test_nothing_new_makes_no_commit(archive: Archive) -> None:
    first = archive.store("lan", [backup("sw1")], occasion())
    again = archive.store("lan", [backup("sw1")], occasion("run-2"))
    assert (again.commit, again.unchanged) == (None, 1)
    assert git(archive.path, "rev-parse", "main").strip() == first.commit


def test_times_of_printing_make_no_commit(archive: Archive) -> None:
    def printed(at: str) -> Backup:
        return Backup("n1", f"!Time: {at}\n{config('n1')}")

    first = archive.store("lan", [printed("Fri")], occasion())
    assert first.commit
    assert archive.store("lan", [printed("Sat")], occasion("run-2")).commit is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("% Authorization failed\n", "error-output"),
        (config("sw1")[:500], "cut"),
        (config("sw2"), "other-host"),
        ("hostname sw1\nend\n", "shrunk"),
    ],
)
def test_a_good_backup_is_never_replaced_by_a_bad_output(
    archive: Archive, text: str, reason: str
) -> None:
    archive.store("lan", [backup("sw1")], occasion())
    bad = archive.store("lan", [Backup("sw1", text, backup("sw1").whole)], occasion("run-2"))
    assert [(one.host, one.reason) for one in bad.rejected] == [("sw1", reason)]
    assert archive.config("lan", "sw1") == config("sw1")
    assert git(archive.path, "show", "main:rejected/lan/sw1.cfg") == text
    assert f"Rejected: sw1 {reason}, {len(text)} bytes" in git(archive.path, "log", "-1", "main")
    good = archive.store("lan", [backup("sw1")], occasion("run-3"))
    assert (good.rejected, good.unchanged) == ((), 1)
    assert "rejected" not in git(archive.path, "ls-tree", "-r", "--name-only", "main")


def test_a_person_can_confirm_that_a_config_shrank(archive: Archive) -> None:
    archive.store("lan", [backup("sw1")], occasion())
    small = Backup("sw1", "hostname sw1\nend\n")
    assert archive.store("lan", [small], occasion("run-2"), confirmed=["sw1"]).changed == ("sw1",)
    assert archive.config("lan", "sw1") == small.text


def test_a_host_that_left_is_out_of_the_tip_and_in_the_history(archive: Archive) -> None:
    first = archive.store("lan", [backup("sw1"), backup("sw2")], occasion())
    gone = archive.store("lan", [backup("sw1")], occasion("run-2"), hosts=["sw1"])
    assert gone.removed == ("sw2",)
    with pytest.raises(HistoryError, match="no config of sw2"):
        archive.config("lan", "sw2")
    assert archive.config("lan", "sw2", first.commit or "") == config("sw2")


def test_two_configs_of_one_host_are_a_mistake(archive: Archive) -> None:
    twice = [backup("sw1"), backup("sw2"), backup("sw1", "vlan 9")]
    with pytest.raises(ValueError, match="two configs of sw1"):
        archive.store("lan", twice, occasion())
    assert archive.revisions("lan", "sw2") == ()


def test_a_kill_while_the_repository_is_made(archive: Archive) -> None:
    archive.path.mkdir()
    (archive.path / "HEAD").write_text("ref: refs/heads/main\n")
    assert archive.store("lan", [backup("sw1")], occasion()).changed == ("sw1",)


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "a\nb", "rejected", "a..b", "-x"])
def test_names_stay_in_the_archive(archive: Archive, name: str) -> None:
    with pytest.raises(HistoryError, match="cannot be the name"):
        archive.store("lan", [Backup(name, config("x"))], occasion())
    with pytest.raises(HistoryError, match="cannot be the name"):
        archive.store(name, [backup("sw1")], occasion())


def test_a_source_that_breaks_leaves_the_archive_as_it_was(archive: Archive) -> None:
    archive.store("lan", [backup("sw1")], occasion())
    tip = git(archive.path, "rev-parse", "main")

    def breaking() -> object:
        yield backup("sw1", "vlan 9")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archive.store("lan", breaking(), occasion("run-2"))  # type: ignore[arg-type]
    assert git(archive.path, "rev-parse", "main") == tip
    assert archive.store("lan", [backup("sw1", "vlan 9")], occasion("run-2")).changed == ("sw1",)


_KILLED = """
import sys, os, signal
from pathlib import Path
from tests.integration.test_history_archive import Archive, backup, occasion
def configs():
    for number in range(200):
        yield backup(f"sw{number}", "vlan 9")
    print("writing", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
Archive(Path(sys.argv[1])).store("lan", configs(), occasion("run-2"))
"""


def test_a_kill_while_writing_loses_nothing(archive: Archive) -> None:
    archive.store("lan", [backup("sw1")], occasion())
    tip = git(archive.path, "rev-parse", "main")
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(archive.path)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, "writing\n"), killed.stderr
    again = archive.store("lan", [backup("sw1", "vlan 9")], occasion("run-3"))
    assert archive.config("lan", "sw1") == config("sw1", "vlan 9")
    assert git(archive.path, "rev-parse", f"{again.commit}~1") == tip
    git(archive.path, "fsck", "--strict")


_WRITER = """
import sys
from pathlib import Path
from tests.integration.test_history_archive import Archive, backup, occasion
for number in range(5):
    Archive(Path(sys.argv[1])).store(sys.argv[2], [backup("sw1", f"vlan {number}")], occasion())
"""


def test_two_writers_take_turns(archive: Archive) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(archive.path), domain])
        for domain in ("lan", "core")
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert git(archive.path, "rev-list", "--count", "main").strip() == "10"
    assert archive.config("lan", "sw1") == archive.config("core", "sw1") == config("sw1", "vlan 4")


def test_what_is_not_as_written_is_taken_back(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.store("lan", [backup("sw1")], occasion())
    tip = git(archive.path, "rev-parse", "main")
    monkeypatch.setattr(archive._git, "objects", lambda names: iter([b"bits that fell over"]))
    with pytest.raises(HistoryError, match="not as written") as caught:
        archive.store("lan", [backup("sw1", "vlan 9")], occasion("run-2"))
    assert caught.value.code == "damaged"
    assert git(archive.path, "rev-parse", "main") == tip


def test_history_is_packed(archive: Archive) -> None:
    for number in range(30):
        archive.store("lan", [backup("sw1", f"vlan {number}")], occasion(f"run-{number}"))
    counted = dict(
        line.split(": ") for line in git(archive.path, "count-objects", "-v").splitlines()
    )
    assert int(counted["count"]) == 0
    assert int(counted["packs"]) <= 21
    assert len(archive.revisions("lan", "sw1")) == 30


def test_pushed_and_verified_at_the_remote(tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    archive = Archive(tmp_path / "archive.git", remote=str(remote))
    stored = archive.store("lan", [backup("sw1")], occasion())
    assert git(remote, "rev-parse", "main").strip() == stored.commit


def test_a_remote_that_fails_does_not_undo_the_commit(tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    archive = Archive(tmp_path / "archive.git", remote=str(remote))
    with pytest.raises(HistoryError) as caught:
        archive.store("lan", [backup("sw1")], occasion())
    assert caught.value.code == "push"
    assert archive.config("lan", "sw1") == config("sw1")
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    assert archive.store("lan", [backup("sw1")], occasion("run-2")).commit is None
    assert git(remote, "rev-parse", "main") == git(archive.path, "rev-parse", "main")


def test_foreign_commits_at_the_remote_are_not_overwritten(tmp_path: Path) -> None:
    remote, other = tmp_path / "remote.git", tmp_path / "other.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    Archive(other, remote=str(remote)).store("lan", [backup("sw9")], occasion())
    with pytest.raises(HistoryError) as caught:
        Archive(tmp_path / "archive.git", remote=str(remote)).store(
            "lan", [backup("sw1")], occasion()
        )
    assert caught.value.code == "push"
    assert git(remote, "rev-parse", "main") == git(other, "rev-parse", "main")


def test_other_git_settings_do_not_matter(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    archive.store("lan", [backup("sw1")], occasion())
    assert archive.config("lan", "sw1") == config("sw1")


def test_no_secret_in_the_archive(archive: Archive) -> None:
    canary = "C4n4ryS3cret"
    text = config("sw1", f"enable secret 0 {canary}", f"snmp-server community {canary} RO")
    archive.store("lan", [Backup("sw1", redact(text))], occasion(reason="nightly"))
    dump = subprocess.run(
        ["git", f"--git-dir={archive.path}", "cat-file", "--batch-all-objects", "--batch"],
        check=True, capture_output=True,
    ).stdout  # fmt: skip
    assert b"enable secret 0 <redacted>" in dump
    assert canary.encode() not in dump
    assert archive.path.stat().st_mode & 0o077 == 0


def test_a_refused_config_is_accepted_by_its_name(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    (tmp_path / "netmod.toml").write_text("")
    (tmp_path / "inventory").symlink_to(root / "inventory")
    archive = Archive(tmp_path / ".netmod" / "archive.git")
    whole = "\n".join(["hostname dca-sp2", *(f"vlan {number}" for number in range(2, 90)), "end\n"])
    small, cut = (
        "hostname dca-sp2\n" + "vlan 2\n" * 12 + "end\n",
        "hostname dca-sp2\n" + "vlan 2\n" * 12,
    )
    others = Backup("dca-sp1", "hostname dca-sp1\n" + "feature x\n" * 20)
    archive.store("dc-lan", [Backup("dca-sp2", whole), others], occasion())
    with pytest.raises(HistoryError, match="no output of 'dca-sp2' was refused"):
        accept(tmp_path, "dca-sp2")
    with pytest.raises(HistoryError, match="no output of 'nobody' was refused"):
        accept(tmp_path, "nobody")
    known = Backup("dca-sp2", cut, lambda text: text.endswith("end\n"))
    archive.store("dc-lan", [known], occasion("run-2"))
    with pytest.raises(HistoryError, match="refused as cut"):
        accept(tmp_path, "dca-sp2")
    assert archive.config("dc-lan", "dca-sp2") == whole
    archive.store("dc-lan", [Backup("dca-sp2", small)], occasion("run-3"))
    assert archive.config("dc-lan", "dca-sp2") == whole
    commit = accept(tmp_path, "dca-sp2")
    assert archive.revisions("dc-lan", "dca-sp2")[0].commit == commit
    assert archive.config("dc-lan", "dca-sp2") == small
    assert archive.rejected("dc-lan", "dca-sp2") is None
    assert archive.config("dc-lan", "dca-sp1") == others.text
    assert "accepted: dca-sp2 may be smaller" in git(archive.path, "log", "-1", "--format=%b")
