"""A device's full config goes back onto it: asked about twice, under a timer, in clear nowhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from typer.testing import CliRunner

from netmod.cli import app
from netmod.credentials import Login, Secret, fill_in, find_references
from netmod.errors import ChangeFailed, HistoryError
from netmod.evidence import Operator, read_snapshot
from netmod.history import Archive, Backup, Occasion
from netmod.intent import render
from netmod.inventory import Device, load_inventory
from netmod.jobs import restore as job
from netmod.jobs.change import Way
from netmod.jobs.collect import Access, collect_to
from netmod.jobs.demo import LOOPBACK
from netmod.jobs.history import sealing
from netmod.jobs.restore import Asked, Plan, Trial
from netmod.lab import Lab, ManualClock
from netmod.platforms import platform
from netmod.settings import Project, open_project
from tests.integration.change_bed import Bed
from tests.unit.lab_pair import NOON

pytestmark = [
    pytest.mark.network,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ncclient"),
    pytest.mark.filterwarnings("ignore::FutureWarning:jnpr"),
]

ROOT = Path(__file__).parents[2]
RUN = "20260301T010000Z-00000001"
TYPED = {
    "cisco_iosxe": ("configure terminal", "no ntp authenticate", "ip http server", "end"),
    "cisco_nxos": ("configure terminal", "feature telnet", "end"),
    "cisco_iosxr": ("configure", "domain name other.example", "commit", "end"),
    "juniper_junos": ("configure", "set system domain-name other.example", "commit and-quit"),
    "arista_eos": ("configure", "no ntp authenticate", "ip name-server 192.0.2.9", "end"),
}
"""What somebody did to the device meanwhile."""


def secret_of(name: str) -> Secret:
    """A canary for each reference: hex, so that it is a key where one is asked for."""
    return Secret(hashlib.sha256(name.encode()).hexdigest())


class Restoring:
    """A device of a running lab whose full config was sealed, and then was changed by somebody."""

    def __init__(self, lab: Lab, device: Device, clock: ManualClock, folder: Path) -> None:
        self.lab, self.device, self.clock = lab, device, clock
        self.bed = Bed(lab, device.name, clock, folder)
        owner = pyrage.x25519.Identity.generate()
        self.project = self._project(folder / "project", owner)
        self._collect(folder)
        self.before = self.bed.running
        self.bed.typed(*TYPED[device.platform])
        assert self.bed.running != self.before

    def _project(self, root: Path, owner: pyrage.x25519.Identity) -> Project:
        (root / ".netmod").mkdir(parents=True)
        for part in ("inventory", "templates", "compliance"):
            (root / part).symlink_to(ROOT / part)
        (root / "netmod.toml").write_text(f'[archive]\nrecipients = ["{owner.to_public()}"]\n')
        keys = root / ".netmod" / "credentials.toml"
        keys.touch(0o600)
        keys.write_text(f'[secrets]\n"archive/identity" = "{owner}"\n')
        return open_project(root, start=root)

    def _collect(self, folder: Path) -> None:
        (folder / "known_hosts").write_text(self.lab.known_hosts, encoding="utf-8")
        access = Access(
            login=Login(self.lab.login.username, Secret(self.lab.login.password)),
            known_hosts=folder / "known_hosts",
            settings=LOOPBACK.model_copy(update={"connect_timeout": 120.0}),
            endpoints={n: (one.address, one.port) for n, one in self.lab.endpoints.items()},
        )
        seal = sealing(self.project, [self.device], RUN)
        assert not collect_to(folder / "snapshot", [self.device], access, seal=seal).failed
        (host,) = read_snapshot(folder / "snapshot").hosts
        known = platform(self.device.platform)
        assert known is not None
        text = next(one.text for one in host.captures if one.command == known.config_command)
        occasion = Occasion(
            RUN, NOON, Operator(account="x", uid=1, host="h", netmod="0"), "nightly"
        )
        Archive(self.project.archive).store(
            self.device.domain, [Backup(self.device.name, text, known.language.whole)], occasion
        )

    @contextmanager
    def ways(self, *_: object) -> Iterator[Mapping[str, Way]]:
        yield {self.device.name: Way(self.bed.target, self.bed.means)}

    def restore(
        self, put_in_force: Callable[[Plan], bool], keep: Callable[[Trial], bool], **more: Any
    ) -> str:
        return job.restore(
            self.project.root,
            self.device.name,
            Asked(put_in_force, keep),
            clock=self.clock.now,
            **more,
        )

    @property
    def note(self) -> Path:
        return self.project.state / "restore" / f"{self.device.name}.json"


@contextmanager
def restoring(name: str, folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Restoring]:
    inventory = load_inventory(ROOT / "inventory")
    device = next(one for one in inventory.devices.values() if one.platform == name)
    (rendered,) = render(inventory, ROOT / "templates", [device])
    configs = {device.name: fill_in(rendered.text, secret_of).reveal()}
    clock = ManualClock(NOON)
    with Lab(inventory, configs, clock=clock, station="") as lab:
        found = Restoring(lab, device, clock, folder)
        patch.setattr(job, "change_ways", found.ways)
        yield found


OTHERS = [pytest.param(name, marks=pytest.mark.soak) for name in TYPED if name != "cisco_iosxe"]


@pytest.fixture(params=["cisco_iosxe", *OTHERS])
def each(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Restoring]:
    with restoring(request.param, tmp_path, monkeypatch) as found:
        yield found


@pytest.fixture
def one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Restoring]:
    with restoring("cisco_iosxe", tmp_path, monkeypatch) as found:
        yield found


def no_secret_in(device: Device, *places: object) -> None:
    """None of the device's canaries, in texts and in the files below folders."""
    texts = [str(one).encode() for one in places if not isinstance(one, Path)]
    for folder in (one for one in places if isinstance(one, Path)):
        texts += [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    (rendered,) = render(load_inventory(ROOT / "inventory"), ROOT / "templates", [device])
    names = {one.name for one in find_references(rendered.text)}
    assert names
    canaries = [secret_of(name).reveal().encode() for name in names]
    assert not [one for one in canaries for text in texts if one in text]


def test_a_full_config_goes_back_onto_the_device(each: Restoring) -> None:
    plans: list[Plan] = []
    trials: list[Trial] = []
    notes: list[str] = []

    def keep(trial: Trial) -> bool:
        trials.append(trial)
        notes.append(each.note.read_text())
        return True

    assert each.restore(lambda plan: plans.append(plan) or True, keep) == "restored"
    assert each.bed.running == each.before
    each.clock.advance(timedelta(hours=3))
    assert each.bed.running == each.before
    (plan,), (trial,) = plans, trials
    assert (plan.run, plan.seconds) == (RUN, 600)
    assert plan.revision is not None, "the archive has it without its secrets"
    assert (trial.runs, trial.missing) == (True, ())
    assert json.loads(notes[0])["record"]["seconds"] == 600
    assert not each.note.exists()
    assert "netmod" not in " ".join(each.bed.device.flash.files)
    no_secret_in(each.device, plan, trial, notes, each.project.state)


def never(_: object) -> bool:
    raise AssertionError("it must not be asked")


def test_nothing_stays_without_two_yeses(one: Restoring) -> None:
    with pytest.raises(HistoryError) as caught:
        one.restore(never, never, run="20990101T000000Z-00000009")
    assert caught.value.code == "unknown"
    with pytest.raises(HistoryError, match="no device 'nobody'"):
        job.restore(one.project.root, "nobody", Asked(never, never))
    one.note.parent.mkdir()
    one.note.write_text("{")
    with pytest.raises(ChangeFailed, match="cannot be read"):
        one.restore(never, never)
    one.note.unlink()
    before = one.bed.running
    for first, outcome in ((False, "declined"), (True, "taken-back")):
        assert one.restore(lambda _, yes=first: yes, lambda _: False) == outcome
        assert one.bed.running == before
        assert not one.note.exists()
        assert "netmod" not in " ".join(one.bed.device.flash.files)


class Died(BaseException):
    """As a kill: nobody catches it."""


def test_a_process_that_dies_leaves_the_device_to_its_timer_and_the_next_try_cleans_up(
    one: Restoring,
) -> None:
    before = one.bed.running

    def die(_: object) -> bool:
        raise Died

    with pytest.raises(Died):
        one.restore(die, never)
    assert one.bed.running == before
    with pytest.raises(Died):
        one.restore(lambda _: True, die)
    assert one.bed.running == one.before
    one.clock.advance(timedelta(seconds=601))
    assert one.bed.running == before
    with pytest.raises(Died):
        one.restore(lambda _: True, die)
    assert one.bed.running == one.before  # and it waits for a confirmation when the next begins
    assert one.restore(lambda _: True, lambda _: True) == "restored"
    one.clock.advance(timedelta(hours=1))
    assert one.bed.running == one.before
    assert "netmod" not in " ".join(one.bed.device.flash.files)


def test_the_command_needs_the_name_and_the_archive(one: Restoring, tmp_path: Path) -> None:
    host, archive = one.device.name, Archive(one.project.archive).path
    arguments = ["--project", str(one.project.root), "restore", host]
    runner, before = CliRunner(), one.bed.running
    shown = runner.invoke(app, arguments, standalone_mode=False)
    assert shown.return_value == 1
    assert "ip http server" in shown.output
    assert "nothing is in force" in shown.output
    wrong = runner.invoke(app, [*arguments, "--confirm", "other"])
    assert wrong.exit_code == 2
    archive.rename(tmp_path / "gone.git")
    planted = runner.invoke(app, [*arguments, "--confirm", host], standalone_mode=False)
    assert planted.return_value == 1
    assert "WARNING" in planted.output
    assert one.bed.running == before
    (tmp_path / "gone.git").rename(archive)
    done = runner.invoke(app, [*arguments, "--confirm", host], standalone_mode=False)
    assert done.return_value == 0, done.output
    assert "WARNING" not in done.output
    assert one.bed.running == one.before
    no_secret_in(one.device, shown.output, planted.output, done.output)
