"""What collection does not wait for: a dead site's every device, and more than its deadline."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from netmod.credentials import Login, Secret
from netmod.devices import HostOutput, Target, collect
from netmod.settings import CollectSettings

from .ssh_peer import PASSWORD, USER, Terminal, ssh_peer

pytestmark = pytest.mark.network

LOGIN = Login(USER, Secret(PASSWORD))
QUICK = CollectSettings(connect_attempts=1, logins_per_second=1000)


def test_a_dead_site_is_given_up_and_its_neighbours_are_not(tmp_path: Path) -> None:
    """One session at a time, so that they are in a row; a bound port that nobody serves."""
    limits = QUICK.model_copy(update={"sessions_per_site": 1, "give_up_site_after": 3})
    got: list[HostOutput] = []
    with socket.socket() as taken, ssh_peer(Terminal(outputs={"show clock": "12:00"})) as peer:
        taken.bind(("127.0.0.1", 0))
        dead = [
            Target(
                f"dead{n}",
                "127.0.0.1",
                taken.getsockname()[1],
                "cisco_iosxe",
                "dark",
                ("show clock",),
            )
            for n in range(6)
        ]
        alive = Target("alive", "127.0.0.1", peer.port, "cisco_iosxe", "light", ("show clock",))
        known = peer.known_hosts(tmp_path / "known_hosts")
        done = collect([*dead, alive], LOGIN, known, got.append, settings=limits)
    failures = {one.host: one.failure for one in done.statuses}
    assert failures == {
        **{f"dead{n}": "unreachable" for n in range(3)},
        **{f"dead{n}": "site-unreachable" for n in range(3, 6)},
        "alive": "",
    }
    assert "3 devices of dark in a row" in done.statuses[5].message
    assert len(got) == 7


@pytest.mark.parametrize("processes", [1, 2])
def test_what_the_deadline_cuts_off_is_in_the_statuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    """The second turn to log in would come in a thousand seconds."""
    monkeypatch.setattr("netmod.devices.collection.GRACE", 0.2)
    limits = QUICK.model_copy(
        update={"logins_per_second": 0.001, "deadline": 1.0, "processes": processes}
    )
    got: list[HostOutput] = []
    with ssh_peer(Terminal(outputs={"show clock": "12:00"})) as peer:
        targets = [
            Target(name, "127.0.0.1", peer.port, "cisco_iosxe", site, ("show clock",))
            for name, site in (("a", "x"), ("b", "x"), ("c", "y"), ("d", "y"))
        ]
        known = peer.known_hosts(tmp_path / "known_hosts")
        done = collect(targets, LOGIN, known, got.append, settings=limits)
    assert not done.interrupted
    assert [one.host for one in done.statuses] == ["a", "b", "c", "d"]
    assert sum(one.failure == "deadline" for one in done.statuses) >= len(targets) - processes
    assert sorted(one.status.host for one in got) == ["a", "b", "c", "d"]
