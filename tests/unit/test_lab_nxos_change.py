"""NX-OS of the lab: files, checkpoints, rollback and `configure replace`."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest

from netmod.lab import ManualClock
from netmod.lab.shell import open_shell
from tests.unit.lab_pair import NOON
from tests.unit.test_lab_nxos_persona import PORT, lab_of, nexus

READY = nexus("a")
OTHER = READY.replace("description a cable", "description other")
BAD = "hostname b\nfoo bar\nfeature lldp\n"


class Terminal:
    """A session on `a`, and the device behind it."""

    def __init__(self, config=READY):
        self.clock = ManualClock(NOON)
        self.lab = lab_of(config, nexus("b"), clock=self.clock)
        self.device = self.lab.devices["a"]
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

    @property
    def description(self):
        return self.device.view.ports[PORT].description


# --- files


def test_a_file_is_listed_with_its_size_and_what_is_left():
    nx = Terminal()
    nx.put("x.txt", "hello\n")
    nx.put("y.txt", "hello\n")
    shown = nx.says("dir bootflash:x.txt").splitlines()
    assert shown[:3] == ["          6    Jun 15 12:00:00 2026  x.txt", "", _USAGE]
    assert f"{nx.device.flash.free:>12} bytes free" in shown


_USAGE = "Usage for bootflash://sup-local"


def test_a_hash_is_that_of_the_content():
    nx = Terminal()
    nx.put("x.txt", "hello\n")
    expected = hashlib.md5(b"hello\n", usedforsecurity=False).hexdigest()
    assert nx.says("show file bootflash:x.txt md5sum") == f"{expected}\n"
    assert nx.says("show file bootflash:///x.txt") == "hello\n"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("dir bootflash:none", "No such file or directory\n"),
        ("dir usb1:", "No such file or directory\n"),
        ("show file none", "none: No such file or directory\n"),
        ("show file none md5sum", "none: No such file or directory\n"),
        ("copy none running-config", "none: No such file or directory\n"),
        ("copy running-config usb1:x", "Invalid path\n"),
        ("rollback running-config file none", "ERROR: none: No such file or directory\n"),
        ("rollback running-config checkpoint none", "ERROR: Checkpoint none does not exist\n"),
        ("show checkpoint none", "ERROR: Checkpoint none does not exist\n"),
        ("no checkpoint none", "ERROR: Checkpoint none does not exist\n"),
        ("configure replace none", "ERROR: none: No such file or directory\n"),
        ("configure replace x commit-timeout 29", "% Invalid command at '^' marker.\n"),
        ("configure replace commit", "ERROR: Commit-timer is not running\n"),
        ("rollback running-config", "% Incomplete command at '^' marker.\n"),
    ],
)
def test_what_cannot_be_is_refused(line, words):
    assert Terminal().says(line).endswith(words)


@pytest.mark.parametrize("line", ["checkpoint file x.txt", "copy running-config x.txt"])
def test_what_is_there_is_overwritten_when_somebody_says_so(line):
    nx = Terminal()
    nx.put("x.txt", "old")
    assert "overwrite (y/n)" in nx.asks(line)
    assert nx.asks("n") == "a# "
    assert nx.device.flash.read("x.txt") == b"old"
    nx.says(line, "y")
    assert b"hostname a" in nx.device.flash.read("x.txt")


def test_nothing_is_asked_after_dont_ask():
    nx = Terminal()
    nx.put("x.txt", "old")
    assert "(yes/no/abort)" in nx.asks("delete x.txt")
    nx.says("no", "terminal dont-ask", "delete x.txt")
    assert nx.device.flash.read("x.txt") is None
    nx.put("x.txt", "old")
    nx.says("no terminal dont-ask")
    assert "(yes/no/abort)" in nx.asks("delete x.txt")


def test_dont_ask_is_of_one_session():
    nx = Terminal()
    nx.put("x.txt", "old")
    nx.says("terminal dont-ask")
    nx.shell = open_shell(nx.device, nx.lab.fabric)
    assert "(yes/no/abort)" in nx.asks("delete x.txt")


def test_a_full_flash():
    nx = Terminal()
    nx.device.flash.capacity = nx.device.flash.used + 4
    assert nx.says("checkpoint file x.txt") == "ERROR: No space left on device\n"
    assert nx.says("copy running-config y.txt") == "No space left on device\n"
    assert nx.device.flash.free == 0


def test_a_file_is_merged_line_by_line():
    nx = Terminal()
    nx.put("m.txt", f"interface {PORT}\n  description merged\n  foo\nhostname new\n")
    said = nx.says("copy bootflash:m.txt running-config")
    assert said == "  foo\n^\n% Invalid command at '^' marker.\nCopy complete.\n"
    assert (nx.description, nx.device.hostname) == ("merged", "new")


# --- checkpoints


def test_a_checkpoint_is_kept_and_shown():
    nx = Terminal()
    assert nx.says("checkpoint good description planned") == "Done\n"
    assert nx.says("checkpoint good") == "ERROR: Checkpoint good already exists\n"
    shown = nx.says("show checkpoint summary")
    assert "1) good:\nCreated by anna\nCreated at Mon, 12:00:00 15 Jun 2026\n" in shown
    assert "Description: planned\n" in shown
    assert "Name: good" in nx.says("show checkpoint")
    assert "hostname a\n" in nx.says("show checkpoint good")
    nx.says("no checkpoint good")
    assert "good" not in nx.says("show checkpoint summary")


def test_the_oldest_of_too_many_checkpoints_goes():
    nx = Terminal()
    for number in range(11):
        nx.says(f"checkpoint c{number}")
    shown = nx.says("show checkpoint summary")
    assert ") c0:" not in shown
    assert ") c10:" in shown
    nx.says("clear checkpoint database")
    assert nx.says("checkpoint") == "user-checkpoint-1 created Successfully\nDone\n"


def test_checkpoints_survive_a_boot_and_what_was_not_saved_does_not():
    nx = Terminal()
    nx.says("checkpoint good", "configure terminal", "hostname new", "end")
    assert "reboot" in nx.asks("reload")
    (reply,) = nx.shell.receive("y\n")
    assert reply.closes
    assert nx.device.hostname == "a"
    nx.shell = open_shell(nx.device, nx.lab.fabric)
    assert "1) good:" in nx.says("show checkpoint summary")


@pytest.mark.parametrize("kind", ["checkpoint good", "file good.txt"])
def test_a_rollback_is_of_the_whole(kind):
    nx = Terminal()
    nx.says(f"checkpoint {kind.removeprefix('checkpoint ')}")
    before = nx.running
    nx.says("configure terminal", "no feature lldp", "cdp timer 10", f"interface {PORT}")
    nx.says("description changed", "end")
    said = nx.says(f"rollback running-config {kind}")
    assert said.endswith("Verification is Successful.\n\nRollback completed successfully.\n\n")
    assert nx.running == before
    again = nx.says(f"rollback running-config {kind} verbose")
    assert "Rollback Patch is Empty\n\nRollback completed successfully." in again


@pytest.mark.parametrize(
    ("mode", "words", "hostname", "lldp", "port"),
    [
        ("", "Rollback failed.", "a", True, True),
        (" atomic", "Rollback failed.", "a", True, True),
        (" best-effort", "Rollback completed successfully.", "b", True, False),
        (" stop-at-first-failure", "Rollback failed.", "b", True, False),
    ],
)
def test_a_rollback_with_a_line_that_fails(mode, words, hostname, lldp, port):
    nx = Terminal()
    nx.put("x.txt", BAD)
    said = nx.says(f"rollback running-config file x.txt{mode}")
    assert "Syntax error while parsing 'foo bar'\n" in said
    assert words in said
    assert nx.device.hostname == hostname
    assert nx.device.view.lldp == lldp
    assert (PORT in nx.device.view.ports) == port


def test_a_rollback_that_stops_leaves_what_comes_later_undone():
    nx = Terminal()
    nx.put("x.txt", READY + "foo bar\ncdp timer 10\n")
    nx.says("rollback running-config file x.txt stop-at-first-failure")
    assert "cdp timer" not in nx.running
    nx.says("rollback running-config file x.txt best-effort")
    assert "cdp timer 10" in nx.running


def test_the_patch_between_two_configurations():
    nx = Terminal()
    nx.put("x.txt", OTHER)
    nx.says("checkpoint good")
    head = "Generating Rollback Patch\n"
    patch = f"\n!!\ninterface {PORT}\n  no description a cable\n  description other\n\n"
    assert nx.says("show diff rollback-patch checkpoint good file x.txt") == head + patch
    empty = nx.says("show diff rollback-patch running-config startup-config")
    assert empty == f"Collecting Running-Config\n{head}Rollback Patch is Empty\n\n"


# --- configure replace


def replacing(options, config=OTHER):
    nx = Terminal()
    nx.put("x.txt", config)
    return nx, nx.says(f"configure replace bootflash:x.txt{options}")


@pytest.mark.parametrize("options", ["", " verify-and-commit", " best-effort non-interactive"])
def test_a_replacement(options):
    nx, said = replacing(options)
    assert "Configure replace completed successfully." in said
    assert nx.description == "other"
    status = nx.says("show config-replace status")
    assert "Operation Status: Success" in status
    assert "Commit Status" not in status


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (" verify-only", "verification completed successfully"),
        (" show-patch", "  no description a cable\n  description other"),
    ],
)
def test_a_look_changes_nothing(options, words):
    nx, said = replacing(options)
    assert words in said
    assert nx.description == "a cable"
    assert nx.says("show config-replace status") == "Last operation : None\n"


@pytest.mark.parametrize(
    ("options", "words", "hostname"),
    [
        ("", "Configure replace failed", "a"),
        (" commit-timeout 30", "Configure replace failed", "a"),
        (" verify-only", "verification failed", "a"),
        (" best-effort", "completed successfully", "b"),
    ],
)
def test_a_replacement_with_a_line_that_fails(options, words, hostname):
    nx, said = replacing(options, BAD)
    assert "Syntax error while parsing 'foo bar'" in said
    assert words in said
    assert nx.device.hostname == hostname
    assert nx.says("configure replace commit") == "ERROR: Commit-timer is not running\n"


def test_a_file_of_another_release():
    _, said = replacing("", "version 9.3(8)\n" + OTHER)
    assert said == "Version mismatch between user file and running configuration.\n"


def test_it_goes_back_at_its_time():
    nx, _ = replacing(" commit-timeout 60")
    nx.clock.advance(timedelta(seconds=59))
    assert nx.description == "other"
    assert "Time Left: 1 s\n  Commit Status: Not Committed" in nx.says("show config-replace status")
    nx.clock.advance(timedelta(seconds=31))
    assert nx.description == "a cable"
    assert nx.device.changed == NOON + timedelta(seconds=60)
    assert "Commit Status: Reverted" in nx.says("show config-replace status")


def test_a_replacement_that_is_committed_stays():
    nx, _ = replacing(" best-effort commit-timeout 60")
    assert "Commit the last" in nx.says("configure replace bootflash:x.txt")
    assert nx.says("configure replace commit") == "Commit Successful\n"
    nx.clock.advance(timedelta(hours=1))
    assert nx.description == "other"
    assert "Commit Status: Committed" in nx.says("show config-replace status")


# --- what the driver reads


def test_the_inventory_as_json():
    nx = Terminal()
    chassis, _ = json.loads(nx.says("show inventory | json"))["TABLE_inv"]["ROW_inv"]
    assert (chassis["name"], chassis["serialnum"]) == ("Chassis", nx.device.serial)


def test_the_status_of_interfaces():
    nx = Terminal()
    assert "Eth1/1        a cable            connected " in nx.says("show interface status")
    nx.says("configure terminal", f"interface {PORT}", "shutdown", "end")
    assert "Eth1/1        a cable            disabled " in nx.says("show interface status")
