"""Collection against a device of our own making that can misbehave."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import asyncssh
import netmiko
import pytest

from netmod.credentials import Login, Secret
from netmod.devices import (
    NETMIKO_TYPES,
    Collection,
    HostOutput,
    HostStatus,
    Target,
    collect,
)
from netmod.devices import connection as connection_module
from netmod.devices import session as session_module
from netmod.devices.turns import Turns
from netmod.errors import CommandRefused, ConnectionFailed
from netmod.settings import CollectSettings
from tests.integration.ssh_peer import PASSWORD, PATIENCE, USER, Peer, Terminal, ssh_peer, tcp_peer

pytestmark = pytest.mark.network

QUICK = CollectSettings(connect_timeout=30, command_timeout=30, connect_attempts=1)
COMMANDS = ("show version", "show running-config", "show mka sessions")
OUTPUTS = {
    "show version": "Synthetic OS, Version 17.9.4\n\ncore1 uptime is 3 weeks\n",
    "show running-config": "hostname core1\n!\n"
    + "".join(
        f"interface HundredGigE1/0/{n}\n description til Ullevål #{n}\n mtu 9198\n!\n"
        for n in range(400)
    )
    + "end\n",
    "show mka sessions": "\nTotal MKA Sessions....... 1\n      Secured Sessions... 1\n\n",
}


LOGIN = Login(USER, Secret(PASSWORD))


def target(peer: Peer, name: str = "core1", **changes: Any) -> Target:
    made = Target(name, "127.0.0.1", peer.port, "cisco_iosxe", "OSL", COMMANDS)
    return replace(made, **changes)


def gather(
    tmp_path: Path,
    peer: Peer,
    *targets: Target,
    settings: CollectSettings = QUICK,
    login: Login = LOGIN,
) -> tuple[Collection, dict[str, HostOutput]]:
    got: dict[str, HostOutput] = {}
    known = peer.known_hosts(tmp_path / "known_hosts")

    sink = partial(keep_once, got)
    done = collect(targets or (target(peer),), login, known, sink, settings=settings)
    return done, got


def keep_once(got: dict[str, HostOutput], output: HostOutput) -> None:
    assert output.status.host not in got
    got[output.status.host] = output


def let_an_hour_pass(monkeypatch: pytest.MonkeyPatch, module: Any, once: threading.Event) -> None:
    """A timeout that ends when the device is where it hangs: neither sooner nor later."""

    def monotonic() -> float:
        return time.monotonic() + 3600 * once.is_set()

    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=monotonic))


def when_read(
    monkeypatch: pytest.MonkeyPatch, ending: bytes, entered: threading.Event
) -> threading.Event:
    """Set when what was read ends so, and the device is where it hangs."""
    was_read = threading.Event()
    read = connection_module.StrictConnection.read_quietly

    def note(self: Any, timeout: float, done: Callable[[bytearray, bool], bool]) -> Any:
        def noted(data: bytearray, idle: bool) -> bool:
            if entered.is_set() and data.endswith(ending):
                was_read.set()
            return done(data, idle)

        return read(self, timeout, noted)

    monkeypatch.setattr(connection_module.StrictConnection, "read_quietly", note)
    return was_read


def texts(output: HostOutput) -> dict[str, str]:
    return {one.command: one.text for one in output.outputs}


def test_outputs_arrive_whole_and_verbatim(tmp_path: Path) -> None:
    with ssh_peer(Terminal(outputs=OUTPUTS)) as peer:
        done, got = gather(tmp_path, peer)
    assert done == Collection((got["core1"].status,))
    assert got["core1"].status.ok
    assert got["core1"].status.commands == 3
    assert texts(got["core1"]) == {
        command: text.removesuffix("\n") for command, text in OUTPUTS.items()
    }


def test_only_preparation_and_the_commands_are_sent(tmp_path: Path) -> None:
    with ssh_peer(Terminal(outputs=OUTPUTS)) as peer:
        gather(tmp_path, peer)
        assert peer.lost.wait(PATIENCE)
    assert [line for line in peer.sent if line] == [
        "terminal width 511",
        "terminal length 0",
        *COMMANDS,
        "exit",
    ]
    assert (peer.connections, peer.logins) == (1, 1)


def test_an_error_text_of_the_device_is_an_output(tmp_path: Path) -> None:
    with ssh_peer(Terminal(outputs={})) as peer:
        done, got = gather(tmp_path, peer, target(peer, commands=("show macsec summary",)))
    assert not done.failed
    assert texts(got["core1"]) == {"show macsec summary": "% Invalid input detected at '^' marker."}


def test_text_that_is_not_utf8_keeps_every_character(tmp_path: Path) -> None:
    terminal = Terminal(outputs={"show version": "caf\udce9\n"})
    with ssh_peer(terminal) as peer:
        _, got = gather(tmp_path, peer, target(peer, commands=("show version",)))
    assert texts(got["core1"]) == {"show version": "caf\u00e9"}


def test_an_output_without_a_final_line_end_is_whole_too(tmp_path: Path) -> None:
    with ssh_peer(Terminal(outputs={"show version | json": '{"os": "x"}'})) as peer:
        _, got = gather(tmp_path, peer, target(peer, commands=("show version | json",)))
    assert texts(got["core1"]) == {"show version | json": '{"os": "x"}'}


def test_no_output_at_all_is_an_empty_text(tmp_path: Path) -> None:
    with ssh_peer(Terminal(outputs={"show mka sessions": ""})) as peer:
        _, got = gather(tmp_path, peer, target(peer, commands=("show mka sessions",)))
    assert texts(got["core1"]) == {"show mka sessions": ""}


# --- the same output as Netmiko by itself -------------------------------------------------------


@pytest.fixture(params=["own thread", "thread of paramiko's"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who runs paramiko's loop; the second where the first is not possible."""
    if request.param == "own thread":
        assert connection_module.inline_transport()
    else:
        monkeypatch.setattr(connection_module, "inline_transport", lambda: None)


PERSONAS = {
    "cisco_iosxe": Terminal(prompt="core1#", motd="\n*** Kun for autoriserte ***\n\n"),
    "cisco_ios": Terminal(prompt="a-name-that-is-longer-than-twenty-characters>"),
    "cisco_nxos": Terminal(prompt="leaf1# ", after_prompt="\x1b[K"),
    "cisco_iosxr": Terminal(
        prompt="RP/0/RP0/CPU0:core1#",
        motd="\n\n",
        before_output="Sat Nov 28 05:00:00.123 CET\n",
        before_prompt="\n",
    ),
    "juniper_junos": Terminal(
        prompt="collector@mx1>", after_prompt=" ", before_prompt="\n{master:0}\n"
    ),
    "arista_eos": Terminal(
        prompt="spine1#",
        outputs={
            "terminal width 511": "Width set to 511 columns.\n",
            "terminal length 0": "Pagination disabled.\n",
        },
    ),
}
JUNOS = {
    "set cli screen-width 511": "Screen width set to 511\n",
    "set cli complete-on-space off": "Disabling complete-on-space\n",
    "set cli screen-length 0": "Screen length set to 0\n",
}


def persona(platform: str, **changes: Any) -> Terminal:
    terminal = replace(PERSONAS[platform], **changes)
    extra = JUNOS if platform == "juniper_junos" else {}
    return replace(terminal, outputs={**terminal.outputs, **OUTPUTS, **extra})


def by_netmiko(peer: Peer, known_hosts: Path, platform: str) -> dict[str, str]:
    with netmiko.ConnectHandler(
        device_type=NETMIKO_TYPES[platform],
        host="127.0.0.1",
        port=peer.port,
        username=USER,
        password=PASSWORD,
        ssh_strict=True,
        alt_host_keys=True,
        alt_key_file=str(known_hosts),
    ) as connection:
        return {command: str(connection.send_command(command)) for command in COMMANDS}


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("platform", PERSONAS)
def test_output_is_identical_to_standard_netmiko(tmp_path: Path, platform: str) -> None:
    with ssh_peer(persona(platform)) as peer:
        done, got = gather(tmp_path, peer, target(peer, platform=platform))
        standard = by_netmiko(peer, tmp_path / "known_hosts", platform)
    assert not done.failed
    assert texts(got["core1"]) == standard


@pytest.mark.parametrize("platform", PERSONAS)
def test_a_surprise_at_login_hands_over_to_netmiko(
    tmp_path: Path, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_over = []
    prepare = connection_module.StrictConnection._try_session_preparation

    def note(self: Any, force_data: bool = True) -> None:
        handed_over.append(self.device_type)
        prepare(self, force_data)

    monkeypatch.setattr(connection_module.StrictConnection, "_try_session_preparation", note)
    notice = "\n*Nov 28: SYS-6-NOTICE: somebody logged in\n"
    with ssh_peer(persona(platform, notice=notice)) as peer:
        done, got = gather(tmp_path, peer, target(peer, platform=platform))
        standard = by_netmiko(peer, tmp_path / "known_hosts", platform)
    assert handed_over == [NETMIKO_TYPES[platform]]
    assert not done.failed
    assert texts(got["core1"]) == standard


def pieces(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is written to the device, piece by piece."""
    written: list[str] = []
    write = connection_module.StrictConnection.write_channel

    def note(self: Any, out_data: str) -> None:
        written.append(out_data)
        write(self, out_data)

    monkeypatch.setattr(connection_module.StrictConnection, "write_channel", note)
    return written


@pytest.mark.parametrize("platform", PERSONAS)
def test_the_return_behind_an_output_goes_out_with_the_next_command(
    tmp_path: Path, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = pieces(monkeypatch)
    with ssh_peer(persona(platform)) as peer:
        gather(tmp_path, peer, target(peer, platform=platform))
    first, second, third = COMMANDS
    assert [one.count("\n") for one in written[:1]] == [3 if platform == "juniper_junos" else 2]
    assert written[1:] == [f"{first}\n", f"\n{second}\n", f"\n{third}\n", "\n", "exit\n"]


@pytest.mark.parametrize("platform", PERSONAS)
def test_a_device_that_forgets_what_came_ahead_gets_its_lines_one_by_one(
    tmp_path: Path, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = pieces(monkeypatch)
    with ssh_peer(persona(platform, forgetful=True)) as peer:
        done, got = gather(tmp_path, peer, target(peer, platform=platform))
        ours = written[1:]
        standard = by_netmiko(peer, tmp_path / "known_hosts", platform)
    assert not done.failed
    assert texts(got["core1"]) == standard
    assert all(one.count("\n") == 1 for one in ours)
    assert ours[-7:] == [line for one in COMMANDS for line in (f"{one}\n", "\n")] + ["exit\n"]


# --- an output is complete, or it is no output --------------------------------------------------


def test_a_line_like_the_prompt_does_not_cut_an_output(tmp_path: Path) -> None:
    text = "banner motd ^\ncore1#\ncore1# show version\n^\nend\n"
    with ssh_peer(Terminal(outputs={"show version": text})) as peer:
        _, got = gather(tmp_path, peer, target(peer, commands=("show version",)))
    assert texts(got["core1"]) == {"show version": text.removesuffix("\n")}


def test_an_output_that_pauses_after_a_line_like_the_prompt_is_not_taken_as_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The device goes on printing when netmod has been taken in, and asks for the prompt again."""
    terminal = Terminal(
        outputs={**OUTPUTS, "show clock": "first\ncore1#\nsecond\n"},
        split={"show clock": "first\ncore1#"},
    )
    write = connection_module.StrictConnection.write_channel
    with ssh_peer(terminal) as peer:

        def note(self: Any, out_data: str) -> None:
            write(self, out_data)
            if out_data == "\n" and peer.entered.is_set():
                peer.resume.set()

        monkeypatch.setattr(connection_module.StrictConnection, "write_channel", note)
        _, got = gather(tmp_path, peer, target(peer, commands=("show version", "show clock")))
    assert got["core1"].status.failure == "output-unclear"
    assert list(texts(got["core1"])) == ["show version"]


def test_prompts_that_come_late_do_not_end_an_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow device still answers session preparation when the first command is on its way."""
    late = {"terminal length 0": "core1#\ncore1#\n"}
    terminal = Terminal(
        outputs={**OUTPUTS, **late}, split={"terminal length 0": "core1#"}, gated="show version"
    )
    write = connection_module.StrictConnection.write_channel
    read = connection_module.StrictConnection.read_quietly
    with ssh_peer(terminal) as peer:

        def note_written(self: Any, out_data: str) -> None:
            write(self, out_data)
            if out_data.startswith("show "):
                peer.resume.set()

        def note_read(self: Any, timeout: float, done: Callable[[bytearray, bool], bool]) -> Any:
            def noted(data: bytearray, idle: bool) -> bool:
                answer = done(data, idle)
                if peer.resume.is_set() and data.endswith(b"\ncore1#"):
                    peer.gate.set()  # the late prompts were read; now comes the echo
                return answer

            return read(self, timeout, noted)

        monkeypatch.setattr(connection_module.StrictConnection, "write_channel", note_written)
        monkeypatch.setattr(connection_module.StrictConnection, "read_quietly", note_read)
        done, got = gather(tmp_path, peer)
    assert not done.failed
    assert texts(got["core1"]) == {
        command: text.removesuffix("\n") for command, text in OUTPUTS.items()
    }


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ({"hang": frozenset({COMMANDS[1]})}, "command-timeout"),
        ({"drop": frozenset({COMMANDS[1]})}, "session-dropped"),
        ({"page": frozenset({COMMANDS[1]})}, "pager"),
    ],
)
def test_a_broken_command_ends_the_host_and_keeps_what_was_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any], failure: str
) -> None:
    with ssh_peer(Terminal(outputs=OUTPUTS, **fault)) as peer:
        hangs = when_read(monkeypatch, b"\nend\r\n", peer.entered)
        let_an_hour_pass(monkeypatch, connection_module, hangs)
        done, got = gather(tmp_path, peer)
    status = got["core1"].status
    assert (status.ok, status.failure, status.commands) == (False, failure, 1)
    assert COMMANDS[1] in status.message
    assert status.hint
    assert list(texts(got["core1"])) == [COMMANDS[0]]
    assert peer.sent.count(COMMANDS[1]) == 1  # a command is never sent twice
    assert COMMANDS[2] not in peer.sent
    assert done.failed == (status,)


def test_a_device_that_stops_answering_is_a_timeout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ssh_peer(Terminal(outputs=OUTPUTS, gated=COMMANDS[1])) as peer:
        hangs = when_read(monkeypatch, b"\ncore1#", peer.entered)
        let_an_hour_pass(monkeypatch, connection_module, hangs)
        done, got = gather(tmp_path, peer)
    assert done.statuses[0].failure == "command-timeout"
    assert list(texts(got["core1"])) == [COMMANDS[0]]


def test_an_echo_that_is_not_ours_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the login somebody else's line stands where the echo of our command should."""
    prepare = connection_module.StrictConnection.prepare

    def then_disturb(self: Any) -> str:
        prompt = prepare(self)
        self.write_channel("show clock\n")
        return prompt

    monkeypatch.setattr(connection_module.StrictConnection, "prepare", then_disturb)
    with ssh_peer(Terminal(outputs=OUTPUTS)) as peer:
        done, got = gather(tmp_path, peer)
    assert done.statuses[0].failure == "output-unclear"
    assert got["core1"].outputs == ()


def test_a_dropped_session_is_noticed_at_once(tmp_path: Path) -> None:
    patient = QUICK.model_copy(update={"command_timeout": 600})
    with ssh_peer(Terminal(outputs=OUTPUTS, drop=frozenset(COMMANDS))) as peer:
        done, _ = gather(tmp_path, peer, settings=patient)
    assert done.statuses[0].failure == "session-dropped"
    assert done.statuses[0].seconds < 300


@pytest.fixture
def impatient_netmiko(monkeypatch: pytest.MonkeyPatch) -> None:
    """Netmiko's own preparation gives up at once, where it would wait 10 s for a pattern."""

    def give_up(self: Any, **_: Any) -> str:
        self.read_channel()
        raise netmiko.ReadTimeout("no pattern")

    monkeypatch.setattr(netmiko.BaseConnection, "read_until_pattern", give_up)


@pytest.mark.usefixtures("impatient_netmiko")
@pytest.mark.parametrize(
    ("terminal", "patience", "failure"),
    [
        (Terminal(mute=True), 0.5, "no-prompt"),
        (Terminal(outputs=OUTPUTS, silent=True), 0.5, "no-prompt"),  # echoes nothing
        (Terminal(hang_up=True), PATIENCE, "session-dropped"),
    ],
)
def test_a_login_without_a_usable_prompt_is_not_tried_again(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    terminal: Terminal,
    patience: float,
    failure: str,
) -> None:
    monkeypatch.setattr(connection_module, "_PATIENCE", patience)
    settings = QUICK.model_copy(update={"connect_attempts": 3})
    with ssh_peer(terminal) as peer:
        done, got = gather(tmp_path, peer, settings=settings)
    assert done.statuses[0].failure == failure
    assert got["core1"].outputs == ()
    assert peer.logins == 1
    assert not set(COMMANDS) & set(peer.sent)


# --- who is at the other end --------------------------------------------------------------------


def test_an_unknown_host_key_ends_it_before_a_password_is_sent(tmp_path: Path) -> None:
    with ssh_peer() as peer, ssh_peer() as other:
        done, _ = gather(tmp_path, other, target(peer))
    status = done.statuses[0]
    assert status.failure == "host-key-unknown"
    assert "netmod devices trust" in status.hint
    assert "SHA256:" in status.message
    assert (peer.connections, peer.logins) == (1, 0)


def test_a_changed_host_key_ends_it_before_a_password_is_sent(tmp_path: Path) -> None:
    known = tmp_path / "known_hosts"
    with ssh_peer() as peer, ssh_peer() as other:
        known.write_text(f"[127.0.0.1]:{peer.port} {other.host_key}\n")
        settings = QUICK.model_copy(update={"connect_attempts": 3})
        done = collect([target(peer)], LOGIN, known, lambda _: None, settings=settings)
    status = done.statuses[0]
    assert status.failure == "host-key-changed"
    assert "netmod devices trust" in status.hint
    assert (peer.connections, peer.logins) == (1, 0)


@pytest.mark.parametrize("known", ["ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256"])
def test_a_server_with_several_keys_must_show_the_known_one(tmp_path: Path, known: str) -> None:
    keys = {
        kind: asyncssh.generate_private_key(kind)
        for kind in ("ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa")
    }
    with ssh_peer(Terminal(outputs=OUTPUTS), server_host_keys=[*keys.values()]) as peer:
        peer.host_key = keys[known].export_public_key().decode().strip()
        done, _ = gather(tmp_path, peer)
    assert not done.failed


def test_no_known_hosts_file_is_said_before_any_connection(tmp_path: Path) -> None:
    with ssh_peer() as peer:
        with pytest.raises(ConnectionFailed, match="no file of host keys"):
            collect([target(peer)], LOGIN, tmp_path / "none", lambda _: None)
        assert peer.connections == 0


@pytest.mark.usefixtures("way")
def test_a_refused_login_is_tried_once_and_its_password_told_to_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    caplog.set_level("DEBUG", logger="netmod.devices.ssh")
    settings = QUICK.model_copy(update={"connect_attempts": 5})
    with ssh_peer() as peer:
        login = Login(USER, Secret("wrong-horse-9"))
        done, got = gather(tmp_path, peer, settings=settings, login=login)
    assert done.statuses[0].failure == "authentication"
    assert (peer.connections, peer.logins) == (1, 1)
    told = f"{done} {got} {caplog.text} {capfd.readouterr()}"
    assert "wrong-horse-9" not in told


def test_the_password_of_a_good_login_is_told_to_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    caplog.set_level("DEBUG", logger="netmod.devices.ssh")
    with ssh_peer(Terminal(outputs=OUTPUTS)) as peer:
        done, got = gather(tmp_path, peer)
    assert done.statuses[0].ok
    assert PASSWORD not in f"{done} {got} {caplog.text}"


ENABLE = "raise-me-3"


def test_the_enable_password_is_used_where_the_login_is_not_privileged(tmp_path: Path) -> None:
    terminal = Terminal(prompt="core1>", outputs=OUTPUTS, enable_password=ENABLE)
    login = replace(LOGIN, enable_password=Secret(ENABLE))
    with ssh_peer(terminal) as peer:
        done, got = gather(tmp_path, peer, login=login)
    assert not done.failed
    assert texts(got["core1"])["show version"] == OUTPUTS["show version"].removesuffix("\n")
    assert "enable" in peer.sent


def test_without_an_enable_password_none_is_asked_for(tmp_path: Path) -> None:
    with ssh_peer(Terminal(prompt="core1>", outputs=OUTPUTS, enable_password=ENABLE)) as peer:
        done, _ = gather(tmp_path, peer)
    assert not done.failed
    assert "enable" not in peer.sent


def test_a_refused_enable_password_is_tried_once_and_told_to_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    caplog.set_level("DEBUG", logger="netmod.devices.ssh")
    terminal = Terminal(prompt="core1>", outputs=OUTPUTS, enable_password="another")
    login = replace(LOGIN, enable_password=Secret(ENABLE))
    with ssh_peer(terminal) as peer:
        done, got = gather(tmp_path, peer, login=login)
        assert peer.lost.wait(
            PATIENCE
        )  # the session was ended, and not left to the garbage collector
    assert done.statuses[0].failure == "authentication"
    assert got["core1"].outputs == ()
    assert peer.sent.count("enable") == 1
    assert ENABLE not in f"{done} {got} {caplog.text}"


def test_failures_are_told_in_our_words_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING")
    with tcp_peer([b"garbage\r\n"]) as no_ssh, ssh_peer() as other:
        login = Login(USER, Secret("wrong"))
        targets = target(no_ssh), target(other, "core2"), target(other, "core3", port=1)
        done, _ = gather(tmp_path, other, *targets, login=login)
    assert len(done.failed) == 3
    assert caplog.text == ""


def test_a_device_with_old_key_exchange_only_is_told_apart(tmp_path: Path) -> None:
    with ssh_peer(kex_algs=["diffie-hellman-group14-sha1"]) as peer:
        settings = QUICK.model_copy(update={"connect_attempts": 3})
        done, _ = gather(tmp_path, peer, settings=settings)
    assert done.statuses[0].failure == "key-exchange"
    assert "no longer safe" in done.statuses[0].message
    assert peer.logins == 0


# --- the way there ------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netmod.devices.collection.RETRY_PAUSE", 0.0)


@pytest.mark.parametrize(
    ("greeting", "timeout"),
    [
        (b"", 30),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", 30),
        (b"\x00\xff" * 3000 + b"\n", 30),
        (None, 0.3),
    ],
)
def test_what_is_no_ssh_server_is_tried_again_and_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, greeting: bytes | None, timeout: float
) -> None:
    monkeypatch.setattr(session_module, "_LOGIN_STAGES", 1000)  # the greeting's own timeout counts
    settings = QUICK.model_copy(update={"connect_attempts": 3, "connect_timeout": timeout})
    with tcp_peer([greeting] * 3) as peer, ssh_peer() as other:
        done, _ = gather(tmp_path, other, target(peer), settings=settings)
    assert done.statuses[0].failure == "no-ssh"
    assert peer.connections == 3


def test_a_closed_port(tmp_path: Path) -> None:
    with ssh_peer() as other, socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # ours, so that no one listens there
        done, got = gather(tmp_path, other, target(other, port=nobody.getsockname()[1]))
    assert done.statuses[0].failure == "unreachable"
    assert "connection refused" in done.statuses[0].message
    assert got["core1"].outputs == ()


def test_a_name_that_does_not_resolve(tmp_path: Path) -> None:
    with ssh_peer() as other:
        done, _ = gather(tmp_path, other, target(other, address="core1.invalid"))
    assert done.statuses[0].failure == "unreachable"


def test_the_second_attempt_may_succeed(tmp_path: Path) -> None:
    settings = QUICK.model_copy(update={"connect_attempts": 3})
    with (
        ssh_peer(Terminal(outputs=OUTPUTS)) as peer,
        tcp_peer([b"", b""], behind=peer.port) as way,
    ):
        known = tmp_path / "known_hosts"
        known.write_text(f"[127.0.0.1]:{way.port} {peer.host_key}\n")
        done = collect([target(way)], LOGIN, known, lambda _: None, settings=settings)
    assert done.statuses[0].ok
    assert (way.connections, peer.connections) == (3, 1)


def test_a_device_that_lets_in_and_gives_no_shell_does_not_hold_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = QUICK.model_copy(update={"connect_attempts": 3})
    with ssh_peer(shell_never_comes=True) as peer:
        let_an_hour_pass(monkeypatch, session_module, peer.entered)
        done, _ = gather(tmp_path, peer, settings=settings)
    assert done.statuses[0].failure == "no-shell"
    assert peer.logins == 1


def test_an_address_that_is_none(tmp_path: Path) -> None:
    with ssh_peer() as other:
        done, _ = gather(tmp_path, other, target(other, address="a" * 300))
    assert done.statuses[0].failure == "unreachable"


# --- many hosts ---------------------------------------------------------------------------------


def test_every_target_is_accounted_for_in_its_order(tmp_path: Path) -> None:
    seen: list[HostStatus] = []
    with ssh_peer(Terminal(outputs=OUTPUTS)) as peer:
        targets = [target(peer, f"host{n}", site=f"S{n % 3}") for n in range(12)]
        targets[5] = replace(targets[5], port=1)
        targets[7] = replace(targets[7], platform="alien_os")
        known = peer.known_hosts(tmp_path / "known_hosts")
        done = collect(targets, LOGIN, known, lambda _: None, settings=QUICK, progress=seen.append)
    assert [status.host for status in done.statuses] == [one.name for one in targets]
    assert {status.host: status.failure for status in done.failed} == {
        "host5": "unreachable",
        "host7": "platform-unknown",
    }
    assert sorted(status.host for status in seen) == sorted(one.name for one in targets)


def test_a_site_gets_no_more_sessions_than_its_limit(tmp_path: Path) -> None:
    limited = QUICK.model_copy(update={"workers": 20, "sessions_per_site": 2})
    with ssh_peer(Terminal(outputs=OUTPUTS)) as peer:
        targets = [target(peer, f"host{n}") for n in range(10)]
        done, _ = gather(tmp_path, peer, *targets, settings=limited)
    assert not done.failed
    assert peer.most_open <= 2 + 1  # one may still be on its way out


def test_a_refused_command_stops_everything_before_the_first_connection(tmp_path: Path) -> None:
    with ssh_peer() as peer:
        good, bad = target(peer), target(peer, "core2", commands=("show version", "reload"))
        with pytest.raises(CommandRefused, match="reload"):
            gather(tmp_path, peer, good, bad)
        assert peer.connections == 0


def test_no_targets(tmp_path: Path) -> None:
    with ssh_peer() as peer:
        known = peer.known_hosts(tmp_path / "known_hosts")
        assert collect([], LOGIN, known, lambda _: None) == Collection(())


def test_an_error_of_the_sink_reaches_the_caller(tmp_path: Path) -> None:
    def full(_: HostOutput) -> None:
        raise OSError(28, "No space left on device")

    with ssh_peer(Terminal(outputs=OUTPUTS)) as peer:
        known = peer.known_hosts(tmp_path / "known_hosts")
        with pytest.raises(OSError, match="No space left"):
            collect([target(peer), target(peer, "core2")], LOGIN, known, full, settings=QUICK)


def interrupt_after(count: int) -> Callable[[HostStatus], None]:
    left = [count]

    def progress(_: HostStatus) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt

    return progress


def test_a_fault_of_our_own_is_a_failure_of_that_host_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(self: Any, commands: tuple[str, ...], timeout: float) -> Iterator[str]:
        if self._target.name == "core2":
            raise ZeroDivisionError
        yield from commands

    monkeypatch.setattr("netmod.devices.session.Session.outputs", fault)
    with ssh_peer(Terminal(outputs=OUTPUTS)) as peer:
        done, got = gather(tmp_path, peer, target(peer), target(peer, "core2"))
    assert {status.host: status.failure for status in done.statuses} == {
        "core1": "",
        "core2": "internal",
    }
    assert got["core2"].outputs == ()


def test_ctrl_c_keeps_what_is_done_and_starts_nothing_more(tmp_path: Path) -> None:
    one_by_one = QUICK.model_copy(update={"workers": 1})
    got: list[HostOutput] = []
    with ssh_peer(Terminal(outputs=OUTPUTS)) as peer:
        targets = [target(peer, f"host{n}") for n in range(6)]
        done = collect(
            targets,
            LOGIN,
            peer.known_hosts(tmp_path / "known_hosts"),
            got.append,
            settings=one_by_one,
            progress=interrupt_after(2),
        )
    assert done.interrupted
    assert [status.failure for status in done.statuses] == ["", ""] + ["interrupted"] * 4
    assert tuple(output.status for output in got) == done.statuses  # each is told, and once
    assert [len(output.outputs) for output in got] == [3, 3, 0, 0, 0, 0]
    assert peer.connections <= 3


def test_ctrl_c_ends_a_running_host_after_the_grace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second Ctrl-C ends the wait; here the first result interrupts, and so does the clock."""
    monkeypatch.setattr("netmod.devices.collection.GRACE", 0.2)
    with ExitStack() as stack:
        stuck = stack.enter_context(ssh_peer(Terminal(outputs=OUTPUTS)))
        quick = stack.enter_context(ssh_peer(Terminal(outputs=OUTPUTS)))
        known = tmp_path / "known_hosts"
        known.write_text(
            f"[127.0.0.1]:{stuck.port} {stuck.host_key}\n"
            f"[127.0.0.1]:{quick.port} {quick.host_key}\n"
        )
        waits = target(stuck, "stuck", commands=("show version", "show wait"))

        def progress(_: HostStatus) -> None:
            stuck.entered.wait(PATIENCE)
            raise KeyboardInterrupt

        got: list[HostOutput] = []
        done = collect(
            [waits, target(quick, "quick")],
            LOGIN,
            known,
            got.append,
            settings=QUICK.model_copy(update={"command_timeout": 600}),
            progress=progress,
        )
    assert done.interrupted
    assert {status.host: status.failure for status in done.statuses} == {
        "stuck": "interrupted",
        "quick": "",
    }
    assert {output.status.host: len(output.outputs) for output in got} == {"quick": 3, "stuck": 0}


# --- the cap on logins per second ---------------------------------------------------------------


def test_a_device_whose_turn_has_not_come_is_not_connected_to(tmp_path: Path) -> None:
    """The second turn comes in a thousand seconds; Ctrl-C does not wait for it."""
    rare = QUICK.model_copy(update={"logins_per_second": 0.001})
    got: dict[str, HostOutput] = {}

    def interrupt(status: HostStatus) -> None:
        if status.ok:
            raise KeyboardInterrupt

    with ssh_peer(Terminal(outputs=OUTPUTS)) as peer:
        known = peer.known_hosts(tmp_path / "known_hosts")
        targets = [target(peer, name) for name in ("a", "b", "c")]
        sink = partial(keep_once, got)
        done = collect(targets, LOGIN, known, sink, settings=rare, progress=interrupt)
    assert done.interrupted
    assert peer.connections == 1
    failures = sorted(status.failure for status in done.statuses)
    assert failures == ["", "interrupted", "interrupted"]
    assert sorted(got) == ["a", "b", "c"]


def test_each_attempt_to_connect_takes_a_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Turns] = []

    def wait(self: Turns, pause: float = 0.0) -> bool:
        taken.append(self)
        return True

    monkeypatch.setattr(Turns, "wait", wait)
    persistent = QUICK.model_copy(update={"connect_attempts": 3})
    with tcp_peer([b"no\r\n"] * 3) as peer:
        done, _ = gather(tmp_path, peer, settings=persistent)
    assert [status.failure for status in done.statuses] == ["no-ssh"]
    assert peer.connections == 3
    assert len(taken) == 3
    assert len(set(taken)) == 1
