"""A process that dies between load and intent: what it left, keys among it, is found and removed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from netmod.errors import ChangeFailed
from netmod.lab import ManualClock
from netmod.lab.eos.sessions import tree_of
from netmod.lab.junos.database import Database
from netmod.lab.junos.tree import braces
from netmod.rollout.acts import Work, perform
from netmod.rollout.model import Change
from tests.integration import test_change_nxos
from tests.integration.change_bed import CANARY, SECRETS, Bed, resolve
from tests.integration.test_change_crash import CHILD, LABS, ROOT
from tests.unit.lab_pair import NOON

pytestmark = [
    pytest.mark.network,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ncclient"),
    pytest.mark.filterwarnings("ignore::FutureWarning:jnpr"),
]

KEYED = {
    "ios": f"snmp-server community {CANARY} ro\n",
    "nxos": f"snmp-server community {CANARY} group network-operator\n",
    "iosxr": f"snmp-server community {CANARY} RO\n",
    "junos": f"set snmp community {CANARY} authorization read-only\n",
    "eos": f"snmp-server community {CANARY} ro\n",
}
DIES = CHILD.partition("record = session.intent")[0].replace(
    "session.load(text, lambda _: None)",
    "session.load(text, lambda _: None, kind=seconds)\nos.kill(os.getpid(), signal.SIGKILL)",
)
Begin = Callable[[str], Bed]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    with ExitStack() as stack:

        def start(os: str) -> Bed:
            make, name, _ = LABS[os]
            clock = ManualClock(NOON)
            return Bed(stack.enter_context(make(clock)), name, clock, tmp_path)

        yield start


def left(bed: Bed) -> str:
    """All that the device holds beside what runs: files, sessions, checkpoints, a candidate."""
    device = bed.device
    files = [f"{name}\n{file.content.decode()}" for name, file in device.flash.files.items()]
    os = device.persona.platform
    if os == "arista_eos":
        files += [f"{name} {one.state}" for name, one in tree_of(device).sessions.items()]
    if os == "juniper_junos":
        files += braces(Database(device).candidate)
    if os == "cisco_nxos":
        files.append(bed.typed("show checkpoint summary"))
    return "\n".join(files)


@pytest.mark.parametrize(
    ("os", "kind"), [*((os, "merge") for os in LABS), ("ios", "replace"), ("nxos", "replace")]
)
def test_what_a_killed_process_loaded_is_removed(
    begin: Begin, os: str, kind: str, tmp_path: Path
) -> None:
    bed = begin(os)
    text = KEYED[os]
    if kind == "replace":
        shown = bed.typed("show running-config").replace("\r\n", "\n")
        text = shown[shown.index("version " if os == "nxos" else "hostname") :] + "\n" + text
        text = text.replace("<secret:macsec/kc/1>", SECRETS["macsec/kc/1"].reveal())
    inputs = (text, bed.lab.known_hosts, bed.lab.login.username, bed.lab.login.password)
    (tmp_path / "input").write_text("\x00".join(inputs))
    place, tls = bed.target, bed.means.tls
    done = subprocess.run(
        [
            sys.executable, "-c", DIES, place.name, place.address, str(place.port), place.platform,
            str(tmp_path), tls.pins.get(place.name, ""), str(tls.ports.get(place.name, 0)), kind,
            NOON.isoformat(),
        ],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    if os in ("ios", "eos") or kind == "replace":
        assert "netmod-" in left(bed)
    with bed.open("c1") as session:
        session.abandon()
        session.abandon()
    assert "netmod-" not in left(bed)
    assert CANARY not in left(bed)
    assert CANARY not in bed.running
    with bed.open("c1") as session:  # and the change can be tried again
        session.load(text, resolve, kind=kind)
        session.discard(session.intent(None if (os, kind) == ("nxos", "merge") else 300, NOON))


@pytest.mark.parametrize("os", ["ios", "nxos"])
def test_a_rollout_removes_the_replacement_that_a_dead_process_loaded(
    begin: Begin, os: str
) -> None:
    bed = begin(os)
    shown = bed.typed("show running-config").replace("\r\n", "\n")
    text = shown[shown.index("version " if os == "nxos" else "hostname") :] + "\n" + KEYED[os]
    text = text.replace("<secret:macsec/kc/1>", SECRETS["macsec/kc/1"].reveal())
    change = Change(
        id="c", device=bed.target.name, platform=bed.target.platform, kind="replace",
        safety_class="A", text="0" * 64, diff="0" * 64, seconds=300,
    )  # fmt: skip
    work = Work("c1", change, None, "loaded", "", None, str, resolve, bed.clock.now)
    with bed.open("c1") as session:
        session.load(text, resolve, kind="replace")
    assert "netmod-" in left(bed)
    told: list[tuple[str, Mapping[str, Any]]] = []
    perform("discard", work, bed, lambda event, payload: told.append((event, payload)))
    assert told == [("discarded", {"left": False})]
    assert "netmod-" not in left(bed)


@pytest.mark.parametrize("os", LABS)
def test_what_a_commit_needs_is_not_abandoned(begin: Begin, os: str) -> None:
    bed = begin(os)
    with bed.open() as session:
        session.load(LABS[os][2], resolve)
        session.commit(session.intent(None if os == "nxos" else 300, NOON))
    held = left(bed)
    with bed.open() as session, pytest.raises(ChangeFailed) as caught:
        session.abandon()
    assert caught.value.code == "pending"
    assert left(bed) == held


def test_a_replacement_without_its_mark_is_not_abandoned(begin: Begin) -> None:
    bed = begin("ios")
    shown = bed.typed("show running-config").replace("\r\n", "\n").replace("to xr", "replaced")
    with bed.open() as session:
        session.load(shown[shown.index("hostname") :], resolve, kind="replace")
        record = session.intent(300, NOON)
        bed.lab.faults.drop_session("xe", "^configure replace")
        with pytest.raises(ChangeFailed):
            session.commit(record)
    bed.lab.faults.clear("xe")
    with bed.open() as session, pytest.raises(ChangeFailed) as caught:
        session.abandon()
    assert caught.value.code == "pending"


def test_the_names_are_those_of_the_record(begin: Begin) -> None:
    """`abandon` knows by the marker what `discard` knows by the record."""
    bed = begin("nxos")
    with bed.open() as session:
        session.load(test_change_nxos.whole(bed), resolve, kind="replace")
        assert session.intent(300, NOON).files == session._all_files
