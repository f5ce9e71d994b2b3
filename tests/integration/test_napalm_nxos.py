"""NAPALM's nxos_ssh driver, unmodified, against the lab's NX-OS over real SSH and SCP."""

from __future__ import annotations

from datetime import timedelta

import pytest
from napalm.base.exceptions import MergeConfigException, ReplaceConfigException
from napalm.nxos_ssh import NXOSSSHDriver
from netmiko import ConnectHandler

from netmod.lab import ManualClock
from tests.integration.napalm_peer import PATIENCE, Peer
from tests.unit.lab_pair import NOON
from tests.unit.test_lab_nxos_persona import PORT, lab_of, nexus

pytestmark = pytest.mark.network

READY = nexus("a").replace("hostname a\n", "hostname a\nip domain-name example.com\n")
READY = READY.replace("feature lldp\n", "feature lldp\nfeature scp-server\n")
RENAMED = READY.replace("description a cable", "description renamed")
MERGE = f"interface {PORT}\n  description merged\n"


@pytest.fixture
def peer():
    clock = ManualClock(NOON)
    with lab_of(READY, nexus("b"), clock=clock) as lab:
        yield Peer(lab, clock, "a", NXOSSSHDriver)


def netmiko(peer):
    """A session of Netmiko, for what the driver has not."""
    return ConnectHandler(
        device_type="cisco_nxos",
        host=peer.endpoint.address,
        port=peer.endpoint.port,
        username=peer.lab.login.username,
        password=peer.lab.login.password,
        **PATIENCE,
    )


def test_what_the_driver_reads(peer):
    with peer.driver() as driver:
        assert driver.is_alive() == {"is_alive": True}
        facts = driver.get_facts()
        config = driver.get_config(full=True)
    assert facts["hostname"] == "a"
    assert facts["fqdn"] == "a.example.com"
    assert facts["model"] == "Nexus9000 C93180YC-FX3 Chassis"
    assert facts["os_version"] == "10.3(5)"
    assert facts["serial_number"] == peer.device.serial
    assert facts["interface_list"] == [PORT, "Loopback0"]
    assert "hostname a" in config["running"].splitlines()
    assert "hostname a" in config["startup"].splitlines()


def test_replace_compare_commit_and_rollback(peer):
    with peer.driver() as driver:
        driver.load_replace_candidate(config=RENAMED)
        assert driver.compare_config().splitlines() == [
            f"interface {PORT}",
            "  no description a cable",
            "  description renamed",
        ]
        driver.commit_config()
        assert "description renamed" in peer.running
        assert peer.startup == peer.running
        driver.rollback()
    assert "description a cable" in peer.running
    assert peer.startup == peer.running


def test_a_replacement_removes_what_the_file_does_not_have(peer):
    with peer.driver() as driver:
        driver.load_replace_candidate(config=READY.replace("feature lldp\n", ""))
        assert driver.compare_config() == "no feature lldp"
        driver.commit_config()
    assert "feature lldp" not in peer.running


def test_merge_compare_commit_and_rollback(peer):
    with peer.driver() as driver:
        driver.load_merge_candidate(config=MERGE)
        assert driver.compare_config().splitlines() == MERGE.splitlines()
        driver.commit_config()
        assert "description merged" in peer.startup
        driver.rollback()
    assert "description a cable" in peer.running


def test_discard(peer):
    with peer.driver() as driver:
        driver.load_replace_candidate(config=RENAMED)
        assert "candidate_config.txt" in peer.device.flash.files
        driver.discard_config()
        assert driver.compare_config() == ""
    assert "candidate_config.txt" not in peer.device.flash.files
    assert "description a cable" in peer.running


def test_a_replacement_with_a_bad_line_changes_nothing(peer):
    with peer.driver() as driver:
        driver.load_replace_candidate(config=RENAMED.replace("feature lldp", "foo bar"))
        with pytest.raises(ReplaceConfigException, match="Rollback failed"):
            driver.commit_config()
    assert "description a cable" in peer.running


def test_a_merge_with_a_bad_line_goes_back(peer):
    with peer.driver() as driver:
        driver.load_merge_candidate(config=MERGE + "foo bar\n")
        with pytest.raises(MergeConfigException):
            driver.commit_config()
    assert "description a cable" in peer.running


def test_a_new_host_name(peer):
    with peer.driver() as driver:
        driver.load_replace_candidate(config=READY.replace("hostname a", "hostname new"))
        driver.commit_config()
        assert driver.get_facts()["fqdn"] == "new.example.com"


def test_no_upload_without_the_feature(peer):
    with netmiko(peer) as connection:
        connection.send_config_set(["no feature scp-server"])
    with peer.driver() as driver, pytest.raises(ReplaceConfigException, match="not enabled"):
        driver.load_replace_candidate(config=RENAMED)


def test_a_candidate_that_does_not_fit(peer):
    peer.device.flash.capacity = peer.device.flash.used + 10
    with peer.driver() as driver, pytest.raises(ReplaceConfigException):
        driver.load_replace_candidate(config=RENAMED)


# --- what the driver has not


def test_the_driver_knows_no_timer(peer):
    with peer.driver() as driver:
        driver.load_merge_candidate(config=MERGE)
        with pytest.raises(NotImplementedError):
            driver.commit_config(revert_in=60)


def test_the_driver_overlooks_an_incomplete_line(peer):
    with peer.driver() as driver:
        driver.load_merge_candidate(config=MERGE + "hostname\n")
        driver.commit_config()
    assert "description merged" in peer.startup


def test_the_driver_keeps_one_rollback_point(peer):
    with peer.driver() as driver:
        for name in ("first", "second"):
            driver.load_merge_candidate(config=MERGE.replace("merged", name))
            driver.commit_config()
        driver.rollback()
    assert "description first" in peer.running


def test_the_driver_commits_without_a_rollback_point_on_a_full_flash(peer):
    peer.device.flash.capacity = peer.device.flash.used
    with peer.driver() as driver:
        driver.load_merge_candidate(config=MERGE)
        driver.commit_config()
    assert "description merged" in peer.running
    assert peer.device.flash.files["rollback_config.txt"].content == b""


# --- Netmiko, where the driver has nothing


@pytest.mark.parametrize("commits", [True, False])
def test_a_replacement_with_a_timer(peer, commits):
    peer.device.flash.write("c.txt", RENAMED.encode(), peer.device.now())
    with netmiko(peer) as connection:
        done = connection.send_command("configure replace bootflash:c.txt commit-timeout 60")
        assert "completed successfully" in done
        assert "description renamed" in peer.running
        assert "Not Committed" in connection.send_command("show config-replace status")
        if commits:
            assert "Successful" in connection.send_command("configure replace commit")
        peer.clock.advance(timedelta(seconds=60))
        status = connection.send_command("show config-replace status")
    assert ("Status: Committed" in status) == commits
    assert ("description renamed" in peer.running) == commits


def test_a_checkpoint_and_the_way_back(peer):
    with netmiko(peer) as connection:
        assert "Done" in connection.send_command("checkpoint before")
        connection.send_config_set(MERGE.splitlines())
        assert "description merged" in peer.running
        back = connection.send_command("rollback running-config checkpoint before atomic")
    assert "Rollback completed successfully." in back
    assert "description a cable" in peer.running
