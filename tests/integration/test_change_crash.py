"""A process that dies in a change leaves enough behind; and no write is sent twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from netmod.devices.change import PendingChange
from netmod.errors import ChangeFailed
from netmod.lab import Lab, ManualClock
from netmod.lab.eos.shell import EosShell
from netmod.lab.junos.database import Database
from netmod.lab.shell import Shell
from tests.integration import test_change_eos, test_change_ios, test_change_junos, test_change_nxos
from tests.integration.change_bed import Bed, resolve
from tests.unit.lab_eos import lab_of as eos_lab
from tests.unit.lab_eos import switch
from tests.unit.lab_junos import JUNOS, region
from tests.unit.lab_pair import NOON, XE, XR, XR_PORT, inventory
from tests.unit.test_lab_nxos_persona import lab_of as nxos_lab
from tests.unit.test_lab_nxos_persona import nexus

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.network,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ncclient"),
    pytest.mark.filterwarnings("ignore::FutureWarning:jnpr"),
]


def _eos(clock: ManualClock) -> Lab:
    api = test_change_eos.API
    return eos_lab(switch("a") + api, switch("b") + api, clock=clock)


LABS: dict[str, tuple[Callable[[ManualClock], Lab], str, str]] = {
    "ios": (
        lambda clock: Lab(inventory(), {"xe": test_change_ios.READY, "xr": XR}, clock=clock),
        "xe",
        test_change_ios.CHANGE,
    ),
    "iosxr": (
        lambda clock: Lab(inventory(), {"xe": XE, "xr": XR}, clock=clock),
        "xr",
        f"interface {XR_PORT}\n description changed\n",
    ),
    "nxos": (
        lambda clock: nxos_lab(test_change_nxos.READY, nexus("b"), clock=clock),
        "a",
        test_change_nxos.CHANGE,
    ),
    "junos": (
        lambda clock: Lab(region(), {"ju": JUNOS, "xr": XR}, clock=clock),
        "ju",
        test_change_junos.CHANGE,
    ),
    "eos": (_eos, "a", test_change_eos.CHANGE),
}


Begin = Callable[[str], tuple[Bed, str]]
"""Starts the lab of an OS: a device of it, and a change for that."""


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    with ExitStack() as stack:

        def start(os: str) -> tuple[Bed, str]:
            make, name, text = LABS[os]
            clock = ManualClock(NOON)
            return Bed(stack.enter_context(make(clock)), name, clock, tmp_path), text

        yield start


CHILD = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from netmod.credentials import Login, Secret
from netmod.devices import KnownHosts, Target
from netmod.devices.change import Means, Tls, open_change
from netmod.devices.route import Route
from netmod.devices.session import Access, OpenSockets
from netmod.devices.turns import Turns

name, address, port, platform, folder, pin, https, seconds, when = sys.argv[1:10]
text, known_hosts, user, password = (Path(folder) / "input").read_text().split("\\x00")
access = Access(Login(user, Secret(password)), KnownHosts.parse(known_hosts), 60.0, OpenSockets(),
                Route(Path(folder)))
means = Means(access, Turns(1000.0), 60.0, Tls(None, {name: pin}, {name: int(https)}))
session = open_change(Target(name, address, int(port), platform, "site", ()), means, "c1")
session.load(text, lambda _: None)
record = session.intent(int(seconds) or None, datetime.fromisoformat(when))
print(record.model_dump_json(), flush=True)
session.commit(record)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("os", LABS)
def test_another_process_goes_on_after_kill_9(begin: Begin, os: str, tmp_path: Path) -> None:
    bed, text = begin(os)
    tls, name = bed.means.tls, bed.target.name
    inputs = (text, bed.lab.known_hosts, bed.lab.login.username, bed.lab.login.password)
    (tmp_path / "input").write_text("\x00".join(inputs))
    place = bed.target
    done = subprocess.run(
        [
            sys.executable, "-c", CHILD, name, place.address, str(place.port), place.platform,
            str(tmp_path), tls.pins.get(name, ""), str(tls.ports.get(name, 0)),
            "0" if os == "nxos" else "300", NOON.isoformat(),
        ],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    record = PendingChange.model_validate_json(done.stdout)
    found = bed.probe(record)
    assert found.marker_found
    assert found.pending == ("none" if os == "nxos" else "ours")
    assert found.running != record.before
    with bed.resume(record) as session:
        session.confirm(record.model_copy(update={"after": found.running}))
        session.save(record)
        session.discard(record)
    bed.clock.advance(datetime(2027, 1, 1, tzinfo=UTC) - NOON)
    assert bed.probe(record).running == found.running


COMMITS = {
    "ios": "copy flash:",
    "iosxr": "commit label",
    "nxos": "description changed",
    "junos": "commit-configuration",
    "eos": "commit timer",
}


@pytest.mark.parametrize("os", LABS)
def test_a_write_whose_answer_is_lost_is_sent_once(
    begin: Begin, os: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bed, text = begin(os)
    seen: list[str] = []
    _listen(monkeypatch, seen)
    with bed.open() as session:
        session.load(text, resolve)
        record = session.intent(None if os == "nxos" else 300, NOON)
        bed.lab.faults.drop_session(bed.target.name, COMMITS[os])
        with pytest.raises(ChangeFailed) as caught:
            session.commit(record)
    assert caught.value.code == "unknown"
    bed.lab.faults.clear(bed.target.name)
    assert bed.probe(record).marker_found
    assert sum(COMMITS[os] in line for line in "".join(seen).splitlines()) == 1


@pytest.mark.parametrize("os", LABS)
def test_a_write_that_did_not_arrive_is_not_sent_again(begin: Begin, os: str) -> None:
    bed, text = begin(os)
    with bed.open() as session:
        session.load(text, resolve)
        record = session.intent(None if os == "nxos" else 300, NOON)
        bed.lab.faults.drop_session(bed.target.name, COMMITS[os], when="before")
        with pytest.raises(ChangeFailed) as caught:
            session.commit(record)
    assert caught.value.code == "unknown"
    bed.lab.faults.clear(bed.target.name)
    assert bed.probe(record).matches == "before"


def _listen(monkeypatch: pytest.MonkeyPatch, seen: list[str]) -> None:
    """Write down what devices are told, in every way in."""
    receive, run, commit = Shell.receive, EosShell.run, Database.commit

    def heard(self: Shell, text: str) -> Any:
        seen.append(text.replace("\r", "\n"))
        return receive(self, text)

    def ran(self: EosShell, line: str, **options: Any) -> Any:
        seen.append(f"\n{line}\n")
        return run(self, line, **options)

    def committed(self: Database, *arguments: Any, **options: Any) -> Any:
        seen.append("\ncommit-configuration\n")
        return commit(self, *arguments, **options)

    monkeypatch.setattr(Shell, "receive", heard)
    monkeypatch.setattr(EosShell, "run", ran)
    monkeypatch.setattr(Database, "commit", committed)
