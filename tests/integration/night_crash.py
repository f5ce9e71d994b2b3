"""Nights that die where they leave something behind: run as a program by `test_nightly_crash`.

No network: devices of an unstarted lab are asked at their terminals. Each night runs in a fork of
this process, which has no threads. A night dies as under SIGKILL, with nothing cleaned up, right
before the N-th of its marks: it begins a stage, opens a file to write, renames or removes one,
starts git, or commits a transaction.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from netmod.credentials import Login, Secret
from netmod.devices import Collection, HostOutput, HostStatus, Output, Target
from netmod.errors import NetmodError
from netmod.history import Archive, History
from netmod.inventory import load_inventory
from netmod.jobs import collect, nightly
from netmod.jobs.collect import Access
from netmod.jobs.demo import LOOPBACK, intended_configs
from netmod.jobs.inventory import part_of
from netmod.jobs.night import Night
from netmod.lab import Lab
from netmod.lab.shell import open_shell
from netmod.platforms import platform
from netmod.reports import Message
from netmod.settings import Project, open_project

ROOT = Path(__file__).parents[2]
HOSTS = ("dca-sp1", "dca-sp2", "dca-ag1")
FIRST = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
SECOND = FIRST + timedelta(days=1)
KILLED = 137
MARKS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "subprocess.Popen"}


def ask(lab: Lab, host: str, *lines: str) -> str:
    shell = open_shell(lab.devices[host], lab.fabric)
    replies = list(shell.receive("".join(f"{line}\n" for line in lines)))
    return replies[-1].output.replace("\r\n", "\n")


def outputs(lab: Lab, os_of: dict[str, str]) -> dict[str, dict[str, str]]:
    found = {}
    for host, name in os_of.items():
        chosen = platform(name)
        assert chosen is not None
        found[host] = {command: ask(lab, host, command) for command in chosen.collect}
    return found


def drifted(lab: Lab) -> None:
    ask(lab, "dca-sp1", "configure terminal", "feature telnet", "end")
    ask(lab, "dca-sp2", "configure", "username x privilege 15 secret sha512 $6$x$y", "end")


class Bed:
    """A project in `folder` and what its devices say in two nights."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.root.mkdir(parents=True)
        for part in ("inventory", "templates", "compliance"):
            (self.root / part).symlink_to(ROOT / part)
        (self.root / "netmod.toml").write_text(
            '[nightly]\nnotify = ["notify/people"]\nheartbeat = "notify/beat"\nmetrics = "metrics"\n'
        )
        (self.root / "metrics").mkdir()
        project = open_project(self.root, start=self.root)
        region = part_of(load_inventory(project.inventory), HOSTS)
        lab = Lab(region, intended_configs(project, region))
        systems = {name: one.platform for name, one in region.devices.items()}
        self.nights = [outputs(lab, systems)]
        drifted(lab)
        self.nights.append(outputs(lab, systems))

    def access(self) -> Access:
        ports = dict.fromkeys(HOSTS, ("127.0.0.1", 22))
        return Access(Login("x", Secret("y")), self.root / "known_hosts", LOOPBACK, ports)

    def run(self, out: Path, second: bool, prepare: Callable[[], None] = lambda: None) -> int:
        """A night in a fork; how it ended."""
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        code = 99
        try:
            self._stub(out, self.nights[second])
            prepare()
            at = SECOND if second else FIRST
            done = nightly.nightly(self.root, access=self.access(), out=out, clock=lambda: at)
            code = 100 if done.report.failures else done.exit_code
        finally:
            os._exit(code)

    def _stub(self, out: Path, said: dict[str, dict[str, str]]) -> None:
        def collect_here(targets: list[Target], *given: Any, **_: Any) -> Collection:
            statuses = []
            for one in targets:
                texts = [Output(command, said[one.name][command]) for command in one.commands]
                status = HostStatus(one.name, ok=True, seconds=1.0, commands=len(texts))
                given[2](HostOutput(status, tuple(texts)))
                statuses.append(status)
            return Collection(tuple(statuses))

        def tell(project: Project, message: Message) -> None:
            with (out / "told").open("a") as file:
                file.write(json.dumps([message.title, message.body]) + "\n")

        collect.collect = collect_here  # type: ignore[assignment] # the devices of this test
        nightly.notify, nightly.check_targets = tell, lambda _: None
        nightly.beat = lambda _: (out / "beats").open("a").write("beat\n")


class Marks:
    """Counts marks in this process, and ends it before one of them."""

    def __init__(self, last: int, log: Path | None = None) -> None:
        self.last, self.count, self.log, self._busy = last, 0, log, False

    def __call__(self) -> None:
        sys.addaudithook(self._hook)
        event.listen(Engine, "commit", lambda _: self._mark("commit"))
        do = Night.do

        def watched(night: Night, stage: str, work: Callable[[], None]) -> None:
            self._mark(f"stage {stage}")
            do(night, stage, work)

        Night.do = watched  # type: ignore[method-assign] # to be told of stages

    def _hook(self, name: str, given: tuple[Any, ...]) -> None:
        writes = name == "open" and given[1] not in ("r", "rb", None) and isinstance(given[0], str)
        if name in MARKS or writes:
            self._mark(name)

    def _mark(self, name: str) -> None:
        if self._busy:
            return
        self.count += 1
        if self.count == self.last:
            os._exit(KILLED)
        if self.log is not None:
            self._busy = True
            with self.log.open("a") as file:
                file.write(f"{name}\n")
            self._busy = False


def state(out: Path) -> dict[str, Any]:
    """What must be the same, however often the second night died."""
    with History.open(out / "history.db") as history:
        runs = history.runs()
        changes = [history.of_run(one.id) for one in runs]
        standing = [
            (one.subject, one.item, one.state, str(one.opened_at), str(one.last_seen))
            for one in history.open_items()
        ]
    archive = Archive(out / "archive.git")
    folders = sorted(one.parent for one in (out / "nightly").glob("*/night.json"))
    return {
        "runs": [(one.status, str(one.observed_at), sorted(one.figures.items())) for one in runs],
        "transitions": [
            sorted((one.kind, one.subject, one.item, str(one.before), one.after) for one in found)
            for found in changes
        ],
        "standing": standing,
        "revisions": {host: len(archive.revisions(domain, host)) for host, domain in DOMAINS},
        "configs": {host: archive.config(domain, host) for host, domain in DOMAINS},
        "reports": [
            sorted(one.name for one in folder.iterdir() if one.name[0] != ".") for folder in folders
        ],
        "drift": [json.loads((folder / "drift.json").read_text()) for folder in folders],
        "metrics": [one.name for one in out.parent.glob("project/metrics/[!.]*")],
        "told": sorted({_RUN.sub("RUN", line) for line in (out / "told").read_text().split("\n")}),
        "beats": bool((out / "beats").read_text()),
    }


_RUN = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
DOMAINS = (("dca-sp1", "dc-lan"), ("dca-sp2", "dc-lan"), ("dca-ag1", "core"))


def main(folder: Path, night: int, part: int, parts: int) -> None:
    """Print what the state was to be, and what it was after dying before each mark of a part.

    `night` 0 is the first of all, 1 one that finds drift.
    """
    bed = Bed(folder)
    before, log, whole = folder / "before", folder / "marks", folder / "whole"
    before.mkdir()
    codes = [bed.run(before, second=False)] if night else []
    shutil.copytree(before, whole)
    codes.append(bed.run(whole, bool(night), Marks(0, log)))
    names = log.read_text().splitlines()
    print(json.dumps({"codes": codes, "marks": names, "state": state(whole)}), flush=True)
    for mark in range(1 + part, len(names) + 1, parts):
        out = folder / "killed"
        shutil.copytree(before, out)
        codes = [bed.run(out, bool(night), Marks(mark)), bed.run(out, bool(night))]
        told = {"mark": mark, "name": names[mark - 1], "codes": codes}
        try:
            told["state"] = state(out)
        except (NetmodError, OSError, ValueError) as error:
            told["state"] = {"cannot be read": repr(error)}
        print(json.dumps(told), flush=True)
        shutil.rmtree(out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
