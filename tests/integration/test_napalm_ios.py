"""NAPALM's ios driver, unmodified, against the lab's IOS-XE over real SSH and SCP."""

from __future__ import annotations

from datetime import timedelta

import pytest
from napalm.base.exceptions import CommitConfirmException, ReplaceConfigException
from napalm.ios import IOSDriver

from netmod.lab import Lab, ManualClock
from tests.integration.napalm_peer import Peer
from tests.unit.lab_pair import NOON, XE, XE_PORT, XR, inventory

pytestmark = pytest.mark.network

READY = XE.replace(
    "lldp run\n",
    "lldp run\nip domain name example.com\nip scp server enable\n"
    "archive\n path flash:archive\n maximum 5\n",
)
RENAMED = READY.replace("description to xr", "description renamed")
MERGE = f"interface {XE_PORT}\n description merged\nend\n"


@pytest.fixture
def start():
    """Starts labs whose `xe` has a configuration; all are stopped afterwards."""
    running = []

    def begin(config=READY):
        clock = ManualClock(NOON)
        lab = Lab(inventory(), {"xe": config, "xr": XR}, clock=clock)
        lab.start()
        running.append(lab)
        return Peer(lab, clock, "xe", IOSDriver)

    yield begin
    for lab in running:
        lab.stop()


@pytest.fixture
def peer(start):
    return start()


def test_what_the_driver_reads(peer):
    with peer.driver() as driver:
        assert driver.is_alive() == {"is_alive": True}
        facts = driver.get_facts()
        config = driver.get_config(full=True)
    assert facts["hostname"] == "xe"
    assert facts["fqdn"] == "xe.example.com"
    assert facts["model"] == "C9500-48Y4C"
    assert facts["serial_number"] == peer.device.serial
    assert facts["os_version"].startswith("Catalyst L3 Switch Software")
    assert facts["interface_list"] == [XE_PORT]
    assert facts["uptime"] == (NOON - peer.device.booted).total_seconds() // 60 * 60
    assert config["running"].splitlines()[1] == "hostname xe"
    assert config["startup"].endswith(config["running"])


def test_replace_compare_commit_and_rollback(peer):
    with peer.driver() as driver:
        driver.load_replace_candidate(config=RENAMED)
        assert driver.compare_config() == (
            f"interface {XE_PORT}\n +description renamed\ninterface {XE_PORT}\n -description to xr"
        )
        driver.commit_config()
        assert "description renamed" in peer.running
        assert peer.startup == peer.running
        driver.rollback()
        assert "description to xr" in peer.running
        assert peer.startup == peer.running


def test_a_replacement_removes_what_the_file_does_not_have(peer):
    with peer.driver() as driver:
        driver.load_replace_candidate(config=READY.replace("lldp run\n", ""))
        driver.commit_config()
    assert "lldp run" not in peer.running


def test_merge_compare_commit_and_rollback(peer):
    with peer.driver() as driver:
        driver.load_merge_candidate(config=MERGE)
        assert driver.compare_config() == f"+interface {XE_PORT}\n+ description merged"
        driver.commit_config()
        assert "description merged" in peer.running
        driver.rollback()
    assert "description to xr" in peer.running


def test_discard(peer):
    with peer.driver() as driver:
        driver.load_replace_candidate(config=RENAMED)
        driver.discard_config()
        assert driver.compare_config() == ""
        driver.load_merge_candidate(config=MERGE)
        driver.discard_config()
        assert driver.compare_config() == ""
    assert peer.device.flash.files["merge_config.txt"].content == b""
    assert "description to xr" in peer.running


@pytest.mark.parametrize("kind", ["replace", "merge"])
def test_a_commit_that_nobody_confirms_goes_back(peer, kind):
    with peer.driver() as driver:
        if kind == "replace":
            driver.load_replace_candidate(config=RENAMED)
        else:
            driver.load_merge_candidate(config=MERGE.replace("merged", "renamed"))
        driver.commit_config(revert_in=120)
        assert driver.has_pending_commit()
        assert "description renamed" in peer.running
        assert "description renamed" not in peer.startup
        peer.clock.advance(timedelta(seconds=119))
        assert driver.has_pending_commit()
        peer.clock.advance(timedelta(seconds=1))
        assert not driver.has_pending_commit()
        with pytest.raises(CommitConfirmException):
            driver.confirm_commit()
    assert "description to xr" in peer.running
    assert peer.device.configured == NOON + timedelta(seconds=120)


def test_a_commit_that_is_confirmed_stays(peer):
    with peer.driver() as driver:
        driver.load_replace_candidate(config=RENAMED)
        driver.commit_config(revert_in=60)
        driver.confirm_commit()
        assert not driver.has_pending_commit()
        peer.clock.advance(timedelta(hours=1))
        assert not driver.has_pending_commit()
    assert "description renamed" in peer.running
    assert "description renamed" in peer.startup


def test_a_pending_commit_can_be_taken_back_now(peer):
    with peer.driver() as driver:
        driver.load_merge_candidate(config=MERGE)
        driver.commit_config(revert_in=60)
        driver.rollback()
        assert not driver.has_pending_commit()
    assert "description to xr" in peer.running


def test_a_timer_needs_an_archive(start):
    peer = start(XE.replace("lldp run\n", "lldp run\nip scp server enable\n"))
    with peer.driver() as driver:
        driver.load_replace_candidate(config=RENAMED)
        with pytest.raises(CommitConfirmException):
            driver.commit_config(revert_in=60)
        with pytest.raises(ReplaceConfigException, match="archive"):
            driver.commit_config()
    assert "description to xr" in peer.running


def test_a_replacement_with_a_bad_line_changes_nothing(peer):
    with peer.driver() as driver:
        driver.load_replace_candidate(config=RENAMED.replace("lldp run", "lldp run\nfoo bar"))
        with pytest.raises(ReplaceConfigException, match="successfully restored"):
            driver.commit_config()
    assert "description to xr" in peer.running


def test_an_account_goes_when_the_driver_confirms_it(start):
    peer = start(
        READY.replace("lldp run", "lldp run\nusername a secret 9 x\nusername b secret 9 x")
    )
    with peer.driver() as driver:
        driver.load_replace_candidate(config=RENAMED)
        driver.commit_config()
    assert "username" not in peer.running


def test_a_new_host_name(peer):
    with peer.driver() as driver:
        driver.load_replace_candidate(config=READY.replace("hostname xe", "hostname new"))
        driver.commit_config()
        assert driver.get_facts()["hostname"] == "new"


def test_a_router_keeps_its_files_on_bootflash(start):
    peer = start()
    peer.device.model = "C8300-1N1S-6T"
    with peer.driver() as driver:
        driver.load_merge_candidate(config=MERGE)
        assert driver.dest_file_system == "bootflash:"


# --- what the driver does not notice


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("hostname", "% Incomplete command."),
        (f"interface {XE_PORT}\n ip address 10.0.0.1 255.0.255.0", "Bad mask"),
        ("cl 5", "% Ambiguous command"),
    ],
)
def test_the_driver_overlooks_complaints_of_a_merge(peer, line, complaint):
    shown = []
    with peer.driver() as driver:
        driver.load_merge_candidate(config=f"{line}\n{MERGE}")
        handler = driver._commit_handler
        driver._commit_handler = lambda command: shown.append(handler(command)) or shown[-1]
        driver.commit_config()
    assert complaint in "".join(shown)
    assert "description merged" in peer.startup


def test_the_driver_keeps_one_rollback_point(peer):
    with peer.driver() as driver:
        for name in ("first", "second"):
            driver.load_merge_candidate(config=MERGE.replace("merged", name))
            driver.commit_config()
        driver.rollback()
    assert "description first" in peer.running


def test_names_of_files_can_be_chosen(peer):
    with peer.driver(rollback_cfg="rb-1.txt", merge_cfg="m-1.txt") as driver:
        driver.load_merge_candidate(config=MERGE)
        driver.commit_config()
    assert {"rb-1.txt", "m-1.txt"} <= peer.device.flash.files.keys()


def test_the_driver_leaves_its_own_setting_in_startup(peer):
    with peer.driver() as driver:
        driver.load_merge_candidate(config=MERGE)
        driver.commit_config()
    assert "file prompt quiet" not in peer.running
    assert "file prompt quiet" in peer.startup
    assert b"file prompt quiet" in peer.device.flash.files["rollback_config.txt"].content


def test_the_driver_commits_without_a_rollback_file_on_a_full_flash(peer):
    with peer.driver() as driver:
        driver.load_merge_candidate(config=MERGE)
        peer.device.flash.capacity = peer.device.flash.used + 10
        driver.commit_config()
        assert "description merged" in peer.running
        driver.rollback()
    assert "description merged" in peer.running


def test_a_candidate_that_does_not_fit(peer):
    peer.device.flash.capacity = peer.device.flash.used + 10
    with peer.driver() as driver, pytest.raises(ReplaceConfigException, match="space"):
        driver.load_replace_candidate(config=RENAMED)
