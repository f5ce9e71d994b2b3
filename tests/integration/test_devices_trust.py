"""`netmod devices trust`: against a device of our own making, and against the lab."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncssh
import pytest

from netmod import cli
from netmod.devices import KeyScan, Target, fetch_host_keys
from netmod.devices.turns import Turns
from netmod.jobs import lab as lab_job
from netmod.settings import CollectSettings
from tests.integration.ssh_peer import Peer, ssh_peer, tcp_peer

pytestmark = pytest.mark.network

SETTINGS = CollectSettings(connect_attempts=1, connect_timeout=30)
PROJECT = Path(__file__).parents[2]
ABSENT = "NETMOD_USERNAME"


def target(peer: Peer, name: str = "core1") -> Target:
    return Target(name, "127.0.0.1", peer.port, "cisco_iosxe", "OSL", ())


def scan(path: Path, *targets: Target, settings: CollectSettings = SETTINGS) -> KeyScan:
    return fetch_host_keys(targets, path, settings=settings)


def public_key(kind: str = "ssh-ed25519") -> str:
    return asyncssh.generate_private_key(kind).export_public_key().decode().strip()


def test_the_key_is_fetched_without_a_login(tmp_path: Path) -> None:
    with ssh_peer() as peer:
        found = scan(tmp_path / "known_hosts", target(peer))
    (key,) = found.keys
    assert (key.host, key.name, key.state) == ("core1", f"[127.0.0.1]:{peer.port}", "new")
    assert f"{key.algorithm} {key.key}" == peer.host_key
    assert key.fingerprint == asyncssh.import_public_key(peer.host_key).get_fingerprint()
    assert (peer.connections, peer.logins, peer.sent) == (1, 0, [])
    assert peer.auth_begun == 0
    assert not (tmp_path / "known_hosts").exists()


@pytest.mark.parametrize(
    ("content", "state"),
    [
        ("[127.0.0.1]:{port} {key}\n", "known"),
        ("[127.0.0.1]:{port} {other}\n[127.0.0.1]:{port} {key}\n", "known"),
        ("[127.0.0.1]:{port} {other}\n", "changed"),
        ("[127.0.0.1]:{port} {ecdsa}\n", "changed"),
        ("127.0.0.1 {key}\n", "new"),
        ("* {key}\n", "new"),
        ("@revoked * {key}\n", "revoked"),
        ("[127.0.0.1]:{port} {key}\n@revoked * {key}\n", "revoked"),
    ],
)
def test_beside_what_is_known(tmp_path: Path, content: str, state: str) -> None:
    path = tmp_path / "known_hosts"
    with ssh_peer() as peer:
        ecdsa = public_key("ecdsa-sha2-nistp256")
        texts = {"port": peer.port, "key": peer.host_key, "other": public_key(), "ecdsa": ecdsa}
        path.write_text(content.format(**texts))
        (key,) = scan(path, target(peer)).keys
    assert key.state == state


def test_a_server_of_several_keys_is_asked_for_the_known_one(tmp_path: Path) -> None:
    keys = [asyncssh.generate_private_key(kind) for kind in ("ssh-ed25519", "ecdsa-sha2-nistp256")]
    path = tmp_path / "known_hosts"
    with ssh_peer(server_host_keys=keys) as peer:
        path.write_text(f"[127.0.0.1]:{peer.port} {keys[1].export_public_key().decode()}")
        (key,) = scan(path, target(peer)).keys
    assert (key.state, key.algorithm) == ("known", "ecdsa-sha2-nistp256")


def test_devices_that_give_no_key_are_reported_beside_those_that_do(tmp_path: Path) -> None:
    impatient = SETTINGS.model_copy(update={"connect_timeout": 0.5})
    with (
        ssh_peer() as peer,
        tcp_peer([b"HTTP/1.0 400\r\n"]) as web,
        tcp_peer([None]) as mute,
        ssh_peer(kex_algs=["diffie-hellman-group1-sha1"]) as old,
    ):
        closed = Target("closed", "127.0.0.1", 1, "cisco_iosxe", "OSL", ())
        path = tmp_path / "known_hosts"
        found = scan(path, closed, target(web, "web"), target(peer), target(old, "old"))
        silent = scan(path, target(mute, "mute"), settings=impatient)
    keys = (*found.keys, *silent.keys)
    assert [(key.host, key.state) for key in keys] == [
        ("closed", "failed"),
        ("web", "failed"),
        ("core1", "new"),
        ("old", "failed"),
        ("mute", "failed"),
    ]
    failed = [key for key in keys if key.state == "failed"]
    assert all(key.hint and not key.key for key in failed)
    told = ("connection refused", "does not speak SSH", "no longer safe", "in time")
    assert all(words in key.message for words, key in zip(told, failed, strict=True))


def test_a_key_that_several_addresses_show_is_pointed_out(tmp_path: Path) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    with ssh_peer(server_host_keys=[key]) as one, ssh_peer(server_host_keys=[key]) as two:
        found = scan(tmp_path / "none", target(one, "a"), target(two, "b"), target(two, "c"))
    assert found.shared() == {key.get_fingerprint(): ("a", "c")}


def test_a_key_exchange_takes_a_turn_like_a_login(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Turns] = []

    def wait(self: Turns) -> bool:
        taken.append(self)
        return True

    monkeypatch.setattr(Turns, "wait", wait)
    with ssh_peer() as peer:
        scan(tmp_path / "none", target(peer, "a"), target(peer, "b"))
    assert len(taken) == 2
    assert len(set(taken)) == 1


# --- the command --------------------------------------------------------------------------------

Invoke = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the sample project whose lab runs, with the demo's faults."""
    root = tmp_path_factory.mktemp("project")
    shutil.copy(PROJECT / "netmod.toml", root)
    for name in ("inventory", "templates"):
        shutil.copytree(PROJECT / name, root / name)
    lab_job.up(root, "trust", faults=True)
    try:
        yield root
    finally:
        lab_job.down(root, "trust")


@pytest.fixture
def known_hosts(project: Path) -> Iterator[Path]:
    """The lab's file of host keys, put back afterwards."""
    path = lab_job.access(project, "trust").known_hosts
    text = path.read_text()
    yield path
    path.write_text(text)


@pytest.fixture
def trust(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Invoke:
    """Run the command on the lab; `answer` is what a person at a terminal says."""

    def invoke(*arguments: str, answer: bool | None = None) -> tuple[int, str, str]:
        monkeypatch.setattr(sys.stdin, "isatty", lambda: answer is not None, raising=False)
        monkeypatch.setattr("typer.confirm", lambda _: answer)
        command = ["netmod", "--project", str(project), "devices", "trust", *arguments]
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        output = capsys.readouterr()
        return int(ended.value.code or 0), output.out, output.err

    return invoke


@pytest.fixture
def answering(project: Path) -> list[str]:
    """Three devices of the lab that answer."""
    access = lab_job.access(project, "trust")
    targets = [
        Target(name, *endpoint, "cisco_iosxe", "", ())
        for name, endpoint in access.endpoints.items()
    ]
    found = fetch_host_keys(targets, access.known_hosts, settings=SETTINGS)
    return [key.host for key in found.of_state("known")][:3]


def entry(project: Path, host: str) -> str:
    address, port = lab_job.access(project, "trust").endpoints[host]
    return address if port == 22 else f"[{address}]:{port}"


def test_known_keys_need_nothing(
    trust: Invoke, known_hosts: Path, answering: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ABSENT, raising=False)  # it takes no login
    before = known_hosts.read_bytes()
    code, out, err = trust("--lab", "trust", ",".join(answering))
    assert (code, err) == (0, "")
    assert "nothing to record" in out
    assert out.count(" known ") == 3
    assert out.count("SHA256:") == 3
    assert known_hosts.read_bytes() == before


def test_new_keys_are_recorded_with_yes(
    trust: Invoke, known_hosts: Path, answering: list[str]
) -> None:
    known = set(known_hosts.read_text().splitlines())
    known_hosts.unlink()
    code, out, _ = trust("--lab", "trust", "--yes", ",".join(answering))
    assert code == 0
    assert out.count(" new ") == 3
    assert "recorded 3 host keys" in out
    recorded = known_hosts.read_text().splitlines()
    assert len(recorded) == 3
    assert set(recorded) <= known
    assert trust("--lab", "trust", ",".join(answering))[0] == 0


@pytest.mark.parametrize("answer", [None, False])
def test_nothing_is_recorded_that_nobody_confirmed(
    trust: Invoke, known_hosts: Path, answering: list[str], answer: bool | None
) -> None:
    known_hosts.unlink()
    code, out, err = trust("--lab", "trust", ",".join(answering), answer=answer)
    assert code == 4
    assert "is as it was" in out
    assert ("--yes" in err) == (answer is None)
    assert not known_hosts.exists()


def test_confirmed_keys_are_recorded(
    trust: Invoke, known_hosts: Path, answering: list[str]
) -> None:
    known_hosts.unlink()
    assert trust("--lab", "trust", ",".join(answering), answer=True)[0] == 0
    assert len(known_hosts.read_text().splitlines()) == 3


def test_a_changed_key_is_recorded_only_by_name(
    trust: Invoke, known_hosts: Path, answering: list[str], project: Path
) -> None:
    first, second, _ = answering
    right = known_hosts.read_text()
    wrong = "".join(f"{entry(project, host)} {public_key()}\n" for host in (first, second))
    known_hosts.write_text(wrong)
    code, _, err = trust("--lab", "trust", "--yes", ",".join(answering))
    assert code == 4
    assert f"{first}: CHANGED" in err
    assert f"--replace {first}" in err
    assert known_hosts.read_text().startswith(wrong)  # the new third one came behind
    code, _, err = trust("--lab", "trust", "--yes", "--replace", first, ",".join(answering))
    assert code == 4
    code, _, err = trust("--lab", "trust", "--yes", "--replace", second, ",".join(answering))
    assert code == 0
    recorded = known_hosts.read_text().splitlines()
    assert len(recorded) == 3
    assert set(recorded) <= set(right.splitlines())


def test_a_revoked_key_is_never_recorded(
    trust: Invoke, known_hosts: Path, answering: list[str], project: Path
) -> None:
    name = entry(project, answering[0])
    (line,) = (one for one in known_hosts.read_text().splitlines() if one.startswith(name + " "))
    revoked = "@revoked * " + line.partition(" ")[2] + "\n"
    known_hosts.write_text(revoked)
    code, _, err = trust("--lab", "trust", "--yes", "--replace", answering[0], answering[0])
    assert code == 4
    assert "REVOKED" in err
    assert known_hosts.read_text() == revoked


def test_a_device_that_does_not_answer_leaves_it_incomplete(
    trust: Invoke, known_hosts: Path
) -> None:
    code, _, err = trust("--lab", "trust")
    assert code == 3
    assert "cannot be reached" in err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--lab", "trust", "--replace", "nobody"), 2, "no device 'nobody'"),
        (("no-such-host",), 2, "no-such-host"),
        (("--lab", "nowhere"), 4, "no lab named nowhere"),
    ],
)
def test_what_is_wrong_with_the_call(
    trust: Invoke, arguments: tuple[str, ...], code: int, message: str
) -> None:
    ended, _, err = trust(*arguments)
    assert ended == code
    assert message in err
