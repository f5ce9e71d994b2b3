"""Devices that are slow, pause, or print what nobody asked for: whole outputs, or a clear error."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from netmod.devices import connection as connection_module
from tests.integration.ssh_peer import Terminal, ssh_peer
from tests.integration.test_devices_collect import (
    COMMANDS,
    OUTPUTS,
    PERSONAS,
    by_netmiko,
    gather,
    let_an_hour_pass,
    persona,
    target,
    texts,
)

pytestmark = pytest.mark.network

LOG_LINE = "*Nov 28 05:00:00.123: %LINK-3-UPDOWN: Interface Te1/1, changed state to up\n"


@pytest.mark.parametrize("platform", PERSONAS)
def test_an_output_in_small_pieces_is_the_same(tmp_path: Path, platform: str) -> None:
    """As a device of 1 kB/s sends it: echoes, letters and the prompt come in halves.

    Netmiko loses a letter whose bytes come in halves: it is asked where they do not.
    """
    with ssh_peer(persona(platform, trickle=17)) as peer:
        done, got = gather(tmp_path, peer, target(peer, platform=platform))
    with ssh_peer(persona(platform)) as peer:
        known_hosts = peer.known_hosts(tmp_path / "known_hosts")
        standard = by_netmiko(peer, known_hosts, platform)
    assert not done.failed
    assert texts(got["core1"]) == standard


def resume_when_silent(
    monkeypatch: pytest.MonkeyPatch, entered: threading.Event, resume: threading.Event
) -> None:
    """Let the device go on once netmod has seen that nothing comes any more."""
    read = connection_module.StrictConnection.read_quietly

    def note(self: Any, timeout: float, done: Callable[[bytearray, bool], bool]) -> Any:
        def noted(data: bytearray, idle: bool) -> bool:
            answer = done(data, idle)
            if idle and entered.is_set():
                resume.set()
            return answer

        return read(self, timeout, noted)

    monkeypatch.setattr(connection_module.StrictConnection, "read_quietly", note)


@pytest.mark.parametrize(
    "place",
    [
        "interface HundredGigE1/0/200\n",
        " description til Ullev",  # in the middle of a line
        "hostname core1\n!\n",
    ],
)
def test_a_pause_in_an_output_does_not_end_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    terminal = Terminal(outputs=OUTPUTS, split={"show running-config": place})
    with ssh_peer(terminal) as peer:
        resume_when_silent(monkeypatch, peer.entered, peer.resume)
        done, got = gather(tmp_path, peer)
    assert peer.entered.is_set()
    assert not done.failed
    assert texts(got["core1"]) == {one: text.removesuffix("\n") for one, text in OUTPUTS.items()}


def test_a_pause_before_the_prompt_does_not_end_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last line stands there, and the device thinks: the prompt is what ends it."""
    text = "first\nlast\n"
    terminal = Terminal(outputs={"show clock": text + "\n"}, split={"show clock": text})
    with ssh_peer(terminal) as peer:
        resume_when_silent(monkeypatch, peer.entered, peer.resume)
        _, got = gather(tmp_path, peer, target(peer, commands=("show clock",)))
    assert texts(got["core1"]) == {"show clock": text}


def test_log_lines_inside_an_output_stand_in_it(tmp_path: Path) -> None:
    """The device printed them: nobody can tell them from the rest, and nothing is cut."""
    text = f"interface Te1/1\n{LOG_LINE} mtu 9198\n{LOG_LINE}end\n"
    with ssh_peer(Terminal(outputs={"show running-config": text})) as peer:
        done, got = gather(tmp_path, peer, target(peer, commands=("show running-config",)))
    assert not done.failed
    assert texts(got["core1"]) == {"show running-config": text.removesuffix("\n")}


def test_a_log_line_and_a_new_prompt_behind_an_output_cut_nothing(tmp_path: Path) -> None:
    """Where all of it comes at once it ends the output; else the output is given up."""
    command = COMMANDS[-1]
    terminal = Terminal(outputs=OUTPUTS, behind_prompt={command: f"\n{LOG_LINE}core1#"})
    with ssh_peer(terminal) as peer:
        _, got = gather(tmp_path, peer)
    found = texts(got["core1"])
    if got["core1"].status.failure == "output-unclear":
        assert list(found) == list(COMMANDS[:-1])
    else:
        assert found[command] == f"{OUTPUTS[command]}core1#\n{LOG_LINE}".removesuffix("\n")


def test_a_log_line_instead_of_a_prompt_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The prompt is gone up the screen, and the device writes no other."""
    command = COMMANDS[-1]
    terminal = Terminal(outputs=OUTPUTS, behind_prompt={command: f"\n{LOG_LINE}"})
    with ssh_peer(terminal) as peer:
        stuck = threading.Event()
        read = connection_module.StrictConnection.read_quietly

        def note(self: Any, timeout: float, done: Callable[[bytearray, bool], bool]) -> Any:
            def noted(data: bytearray, idle: bool) -> bool:
                answer = done(data, idle)
                if idle and b"LINK-3-UPDOWN" in data:
                    stuck.set()
                return answer

            return read(self, timeout, noted)

        monkeypatch.setattr(connection_module.StrictConnection, "read_quietly", note)
        let_an_hour_pass(monkeypatch, connection_module, stuck)
        _, got = gather(tmp_path, peer)
    assert got["core1"].status.failure in {"command-timeout", "output-unclear"}
    assert command in got["core1"].status.message
    assert list(texts(got["core1"])) == list(COMMANDS[:-1])
