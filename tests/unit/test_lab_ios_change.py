"""IOS-XE of the lab: files, the archive, replacement and what goes back by itself."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

import pytest

from netmod.lab.scp import ScpSink
from netmod.lab.shell import open_shell
from tests.unit.lab_pair import NOON, XE, XE_PORT, pair

READY = XE.replace(
    "lldp run\n",
    "lldp run\nip scp server enable\nfile prompt quiet\narchive\n path flash:archive\n maximum 2\n",
)
OTHER = READY.replace("description to xr", "description other")
BAD = OTHER.replace("lldp run\n", "lldp run\nfoo bar\n")


class Terminal:
    """A session on `xe`, and the device behind it."""

    def __init__(self, config=READY):
        self.lab, self.clock = pair(config)
        self.device = self.lab.devices["xe"]
        self.shell = open_shell(self.device, self.lab.fabric, "anna")

    def put(self, name, text):
        self.device.flash.write(name, text.encode(), self.device.now())

    def says(self, *lines):
        """What is printed after the last line, without echo and prompt."""
        for line in lines:
            *_, reply = self.shell.receive(line + "\n")
        return reply.output.replace("\r\n", "\n")

    def asks(self, line):
        """The last line of what is printed after a line, prompt and all."""
        *_, reply = self.shell.receive(line + "\n")
        return reply.prompt

    @property
    def running(self):
        return "\n".join(self.device.running.render(block_end=False))


# --- files


def test_a_file_is_listed_with_its_size_and_what_is_left():
    xe = Terminal()
    xe.put("a.txt", "hello\n")
    shown = xe.says("dir flash:/a.txt").splitlines()
    assert shown[0] == "Directory of flash:/a.txt"
    assert " ".join(shown[2].split()) == "12 -rw- 6 Jun 15 2026 12:00:00 +00:00 a.txt"
    assert re.search(r"\d+ bytes total \((\d+) bytes free\)", shown[-1])[1] == str(
        xe.device.flash.free
    )


def test_a_hash_is_that_of_the_content():
    xe = Terminal()
    xe.put("a.txt", "hello\n")
    expected = hashlib.md5(b"hello\n", usedforsecurity=False).hexdigest()
    assert f"verify /md5 (flash:/a.txt) = {expected}" in xe.says("verify /md5 flash:/a.txt")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("dir flash:/none", "%Error opening flash:/none (No such file or directory)\n"),
        ("dir usb0:", "%Error opening usb0: (Invalid argument)\n"),
        ("more flash:none", "%Error opening flash:/none (No such file or directory)\n"),
        ("copy flash:none running-config", "%Error opening flash:/none (No such file"),
        ("copy running-config usb0:x", "%Error opening usb0:x (Invalid argument)\n"),
        ("verify /md5 flash:none", "%Error verifying flash:/none (No such file or directory)\n"),
        ("delete flash:none", "%Error deleting flash:/none (No such file or directory)\n"),
        ("configure replace flash:none force", "%Error opening flash:/none (No such file"),
        ("show archive config differences flash:none", "%Error opening flash:/none (No such"),
        ("show archive config incremental-diffs flash:none", "%Error opening flash:/none (No"),
        ("configure confirm", "%No Rollback Confirmed Change pending\n"),
        ("configure revert now", "%No Rollback Confirmed Change pending\n"),
        ("configure revert timer 5", "%No Rollback Confirmed Change pending\n"),
        ("show archive config rollback timer", "%No Rollback Confirmed Change pending\n"),
        ("configure terminal revert timer 121", "% Invalid input detected at '^' marker.\n"),
        ("configure replace flash:a force timer 0", "% Invalid input detected at '^' marker."),
        ("configure replace", "% Incomplete command.\n"),
    ],
)
def test_what_cannot_be_is_refused(line, words):
    assert words in Terminal().says(line)


def test_a_copy_asks_for_the_name_and_before_it_overwrites():
    xe = Terminal(READY.replace("file prompt quiet\n", ""))
    assert xe.asks("copy running-config flash:a.txt") == "Destination filename [a.txt]? "
    assert xe.asks("b.txt") == "xe#"
    assert set(xe.device.flash.files) == {"b.txt"}
    xe.says("copy running-config flash:b.txt")
    assert xe.asks("") == "Do you want to over write? [confirm]"
    assert "Permission denied" in next(iter(xe.shell.receive("n"))).output


def test_a_deletion_is_confirmed_by_one_key():
    xe = Terminal(READY.replace("file prompt quiet\n", ""))
    xe.put("a.txt", "x")
    assert xe.asks("delete flash:a.txt") == "Delete filename [a.txt]? "
    assert xe.asks("") == "Delete flash:/a.txt? [confirm]"
    (reply,) = xe.shell.receive("n")
    assert reply.output == "Delete of flash:/a.txt aborted!\r\n"
    xe.says("delete flash:a.txt", "")
    (reply,) = xe.shell.receive("y")
    assert (reply.prompt, dict(xe.device.flash.files)) == ("xe#", {})


def test_a_file_that_does_not_fit_is_cut_off():
    xe = Terminal()
    xe.device.flash.capacity = xe.device.flash.used + 7
    assert xe.says("copy running-config flash:a.txt") == (
        "%Error writing flash:/a.txt (No space left on device)\n"
    )
    assert len(xe.device.flash.files["a.txt"].content) == 7
    assert xe.device.flash.free == 0


@pytest.mark.parametrize("pieces", [1, 3, 1000])
def test_an_upload(pieces):
    device = Terminal().device
    sink = ScpSink(device, "scp -t 'flash:/a.txt'", {"flash:"}, None)
    assert sink.open() == b"\0"
    stream = b"T1 0 1 0\nC0644 6 local\nhello\n\0"
    size = max(1, len(stream) // pieces)
    answers = b"".join(sink.receive(stream[at : at + size]) for at in range(0, len(stream), size))
    assert (answers, sink.closed()) == (b"\0\0\0", False)
    sink.end()
    assert device.flash.read("a.txt") == b"hello\n"


def test_an_upload_that_breaks_off_leaves_what_came():
    device = Terminal().device
    sink = ScpSink(device, "scp -t flash:", {"flash:"}, None)
    sink.receive(b"C0644 600 local.txt\nhello\n")
    sink.end()
    assert device.flash.read("local.txt") == b"hello\n"


@pytest.mark.parametrize(
    ("command", "refusal", "stream", "words"),
    [
        ("scp -t flash:a", "Administratively disabled.", b"", b"\1Administratively disabled.\n"),
        ("scp -f flash:a", None, b"", b"\1only uploads are served\n"),
        ("scp -t usb0:a", None, b"", b"\1usb0:a: No such file or directory\n"),
        ("scp -t flash:a", None, b"D0755 0 sub\n", b"\0\1protocol error: unexpected header\n"),
        ("scp -t flash:a", None, b"x" * 5000, b"\0\1protocol error: header too long\n"),
    ],
)
def test_an_upload_that_is_refused(command, refusal, stream, words):
    sink = ScpSink(Terminal().device, command, {"flash:"}, refusal)
    assert sink.open() + sink.receive(stream) == words
    assert sink.closed()


def test_an_upload_that_does_not_fit():
    device = Terminal().device
    device.flash.capacity = device.flash.used + 3
    sink = ScpSink(device, "scp -t flash:a", {"flash:"}, None)
    assert sink.receive(b"C0644 6 a\nhello\n\0") == b"\0\1a: No space left on device\n"
    assert device.flash.read("a") == b"hel"


# --- merging


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("foo", "foo\n^\n% Invalid input detected at '^' marker.\n"),
        ("hostname", "% Incomplete command.\n"),
        ("cl 3", '% Ambiguous command:  "cl 3"\n'),
        (f"interface {XE_PORT}\n ip address 10.0.0.1 255.0.255.0", "Bad mask 0xFF00FF00 for addr"),
        (f"interface {XE_PORT}\n ip address 10.0.0.0 255.255.255.0", "Bad mask /24 for address"),
    ],
)
def test_a_merge_goes_on_after_a_line_that_is_refused(line, words):
    xe = Terminal()
    xe.put("m.txt", f"{line}\nhostname later\nend\nhostname too-late\n")
    assert words in xe.says("copy flash:m.txt running-config")
    assert xe.device.hostname == "later"


@pytest.mark.parametrize(("key", "stays"), [("n", True), ("y", False), ("\n", False)])
def test_an_account_is_removed_when_it_is_confirmed(key, stays):
    xe = Terminal(READY.replace("lldp run", "lldp run\nusername a secret 9 x"))
    assert xe.asks("configure terminal") == "xe(config)#"
    assert xe.asks("no username b") == "xe(config)#"
    assert xe.asks("no username a").endswith("Do you want to continue? [confirm]")
    assert "username a" in xe.running
    (reply,) = xe.shell.receive(key)
    assert reply.prompt == "xe(config)#"
    assert ("username a" in xe.running) == stays


# --- differences


def test_differences_of_two_files():
    xe = Terminal()
    xe.put("b.txt", OTHER.replace("lldp run\n", "cdp run\n"))
    assert xe.says("show archive config differences system:running-config flash:b.txt") == (
        "!Contextual Config Diffs:\n"
        "+cdp run\n"
        f"interface {XE_PORT}\n +description other\n"
        "-lldp run\n"
        f"interface {XE_PORT}\n -description to xr\n"
    )


def test_no_differences():
    assert Terminal().says("show archive config differences") == (
        "!Contextual Config Diffs:\n!No changes were found\n"
    )


@pytest.mark.parametrize(
    ("option", "shown"),
    [
        ("", "!List of Commands:\nhostname XE\nfoo\nend\n"),
        (" ignorecase", "!List of Commands:\nfoo\nend\n"),
    ],
)
def test_the_lines_that_a_file_adds(option, shown):
    xe = Terminal()
    xe.put("m.txt", "hostname XE\nlldp run\nfoo\nend\n")
    assert xe.says(f"show archive config incremental-diffs flash:m.txt{option}") == shown


# --- replacing


def test_a_replacement_asks_first():
    xe = Terminal()
    xe.put("c.txt", OTHER)
    assert "proceed" in xe.asks("configure replace flash:c.txt")
    xe.says("")
    assert "description to xr" in xe.running
    xe.says("configure replace flash:c.txt", "Y")
    assert "description other" in xe.running


def test_a_replacement_is_of_the_whole():
    xe = Terminal()
    xe.put("c.txt", "hostname new\nend\n")
    said = xe.says("configure replace flash:c.txt list force")
    assert said.startswith("!Pass 1\n!List of Rollback Commands:\nno hostname xe\n")
    assert said.endswith("end\n\nTotal number of passes: 1\nRollback Done\n\n")
    assert xe.running == "hostname new"


def test_a_replacement_by_the_same_does_nothing():
    xe = Terminal()
    xe.put("c.txt", READY)
    assert xe.says("configure replace flash:c.txt force").startswith("Total number of passes: 0")
    assert xe.device.configured is None


@pytest.mark.parametrize(
    ("option", "changed", "words"),
    [
        ("force", True, "The following commands are failing"),
        ("force revert trigger error", False, "original configuration has been successfully rest"),
        ("force revert trigger error timer 5", False, "successfully restored"),
    ],
)
def test_a_replacement_with_a_line_that_fails(option, changed, words):
    xe = Terminal()
    xe.put("c.txt", BAD)
    assert words in xe.says(f"configure replace flash:c.txt {option}")
    assert ("description other" in xe.running) == changed
    assert "pending" in xe.says("show archive config rollback timer")


def test_a_file_that_was_cut_off_is_no_configuration():
    xe = Terminal()
    xe.put("c.txt", OTHER.removesuffix("end\n"))
    assert xe.says("configure replace flash:c.txt force") == (
        "%The input file is not a valid config file.\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        "configure replace flash:c.txt force revert trigger error",
        "configure replace flash:c.txt force timer 5",
        "configure terminal revert timer 5",
    ],
)
def test_a_way_back_needs_an_archive(line):
    xe = Terminal(READY.replace("archive\n path flash:archive\n maximum 2\n", ""))
    xe.put("c.txt", OTHER)
    assert "%Please turn config archive on" in xe.says(line)
    assert xe.says("show archive") == "Archive feature not enabled\n"
    assert "description to xr" in xe.running


# --- the timer


def replaced(minutes=5):
    """A device on which a replacement waits to be confirmed."""
    xe = Terminal()
    xe.put("c.txt", OTHER)
    xe.says(f"configure replace flash:c.txt force revert trigger error timer {minutes}")
    return xe


def test_what_waits_is_shown():
    assert replaced().says("show archive config rollback timer") == (
        "Time configured: 12:00:00 UTC Mon Jun 15 2026\nTimer type: absolute timer\n"
        "Timer value: 5 min\nUser: anna\n"
    )


def test_it_goes_back_at_its_time():
    xe = replaced()
    xe.clock.advance(timedelta(minutes=4, seconds=59))
    assert xe.device.view.ports[XE_PORT].description == "other"
    xe.clock.advance(timedelta(seconds=31))
    assert xe.device.view.ports[XE_PORT].description == "to xr"
    assert xe.device.configured == NOON + timedelta(minutes=5)
    assert "! Last configuration change at 12:05:00 UTC" in xe.says("show running-config")


def test_the_state_of_the_links_goes_back_with_it():
    xe = Terminal()
    fabric, device = xe.lab.fabric, xe.device
    assert fabric.port(device, XE_PORT).traffic == "encrypted"
    xe.says("configure terminal revert timer 1", f"interface {XE_PORT}", "shutdown", "end")
    assert not fabric.port(device, XE_PORT).up
    xe.clock.advance(timedelta(minutes=1))
    assert fabric.port(device, XE_PORT).up


def test_a_confirmed_change_stays():
    xe = replaced()
    assert xe.says("configure confirm") == ""
    xe.clock.advance(timedelta(hours=3))
    assert xe.device.view.ports[XE_PORT].description == "other"


def test_it_goes_back_at_once_when_told():
    xe = replaced()
    assert "Rollback Done" in xe.says("configure revert now")
    assert "description to xr" in xe.running


def test_the_time_can_be_extended():
    xe = replaced()
    xe.clock.advance(timedelta(minutes=4))
    xe.says("configure revert timer 5")
    xe.clock.advance(timedelta(minutes=4))
    assert xe.device.view.ports[XE_PORT].description == "other"
    xe.clock.advance(timedelta(minutes=1))
    assert xe.device.view.ports[XE_PORT].description == "to xr"


def test_one_change_waits_at_a_time():
    xe = replaced()
    assert "already pending" in xe.says("configure replace flash:c.txt force timer 1")
    assert "already pending" in xe.says("configure terminal revert timer 1")


def test_a_timer_does_not_start_without_its_backup():
    xe = Terminal()
    xe.put("c.txt", OTHER)
    xe.device.flash.capacity = xe.device.flash.used
    assert "No space left" in xe.says("configure replace flash:c.txt force timer 5")
    assert "No space left" in xe.says("configure terminal revert timer 5")
    assert "description to xr" in xe.running


# --- saving


def test_a_reload_loses_what_was_not_saved():
    xe = replaced()
    assert "Save? [yes/no]" in xe.asks("reload")
    assert xe.asks("no") == "Proceed with reload? [confirm]"
    (reply,) = xe.shell.receive("y")
    assert reply.closes
    assert "description to xr" in xe.running
    xe.clock.advance(timedelta(minutes=10))
    assert xe.device.configured is None


def test_the_archive_keeps_its_maximum():
    xe = Terminal(READY.replace(" maximum 2", " maximum 2\n write-memory"))
    for _ in range(3):
        xe.says("write memory")
    shown = xe.says("show archive").splitlines()
    assert shown[1] == "There are currently 2 archive configurations saved."
    assert shown[-1].endswith("-2 <- Most Recent")
    assert len(xe.device.flash.files) == 2
