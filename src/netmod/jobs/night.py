"""One night's folder: who runs, what is done, and what a killed run left.

.netmod/nightly/lock             held by the kernel while a run goes on
.netmod/nightly/RUN/night.json   the stages that are done
.netmod/nightly/RUN/snapshot/    what the devices said
.netmod/nightly/RUN/report.html  and the other reports
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from netmod.errors import NetmodError, NightlyError
from netmod.evidence import Operator, SnapshotWriter, redact
from netmod.history import held, new_run_id
from netmod.reports import write_text

_RUN = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
_STATE, _SNAPSHOT = "night.json", "snapshot"
_LOG = logging.getLogger(__name__)


class DoneStage(BaseModel):
    """A stage that ended, and why it failed; "" where it did not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    seconds: float
    failure: str = ""


class NightState(BaseModel):
    """`night.json`. `scope` are the terms of the filter; `finished_at` None until all is done."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True)

    schema_: Literal["netmod.night/1"] = Field(default="netmod.night/1", alias="schema")
    run: str
    scope: tuple[str, ...] = ()
    started_at: datetime
    finished_at: datetime | None = None
    stages: list[DoneStage] = Field(default_factory=list)
    failures: dict[str, str] = Field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every stage was done and none failed."""
        return self.finished_at is not None and not any(one.failure for one in self.stages)


class Night:
    """A run and its folder. `failures` of the state are the codes of devices, "" if well."""

    def __init__(self, folder: Path, state: NightState, clock: Callable[[], datetime]) -> None:
        self.folder = folder
        self.state = state
        self._clock = clock

    @property
    def snapshot(self) -> Path:
        return self.folder / _SNAPSHOT

    def is_done(self, stage: str) -> bool:
        """Whether an earlier process did it."""
        return any(one.name == stage and not one.failure for one in self.state.stages)

    def do(self, stage: str, work: Callable[[], None]) -> None:
        """Do a stage, and note how it went. Whatever goes wrong in it does not end the run:
        nobody watches, so the stages behind it must tell."""
        began = time.monotonic()
        failure = ""
        try:
            work()
        except NetmodError as error:
            failure = error.message
        except Exception as error:  # noqa: BLE001 a bug must be told to people like all else
            _LOG.error("the stage %s failed: %s", stage, redact(traceback.format_exc()))
            failure = f"unexpected {type(error).__name__}; the log has the trace"
        kept = [one for one in self.state.stages if one.name != stage]
        done = DoneStage(name=stage, seconds=time.monotonic() - began, failure=failure)
        self.state.stages = [*kept, done]
        self.save()

    def finish(self) -> None:
        """Note that all stages were done."""
        self.state.finished_at = self._clock()
        self.save()

    def give_up(self) -> None:
        """End a run that was killed and is too old to go on; what it collected stays."""

        def put_in_order() -> None:
            if self.snapshot.is_dir():
                at = self.state.started_at
                SnapshotWriter(self.snapshot, captured_at=at, resumable=True).finish()
            raise NightlyError("the run was killed, and no other went on with it in time")

        self.do("given up", put_in_order)
        self.finish()

    def save(self) -> None:
        """Raises `OutputError`."""
        write_text(self.folder / _STATE, self.state.model_dump_json(indent=2) + "\n")


def begin(
    home: Path, scope: Sequence[str], resume: timedelta, clock: Callable[[], datetime]
) -> Night:
    """The run of this scope that was killed less than `resume` ago, else a new one.

    What older ones collected is put in order, so that it can be read, and they end.
    """
    moment = clock()
    for folder, state in nights(home):
        if state.finished_at is not None:
            continue
        night = Night(folder, state, clock)
        if moment - state.started_at >= resume:
            night.give_up()
        elif state.scope == tuple(scope):
            return night
    state = NightState(run=new_run_id(moment), scope=tuple(scope), started_at=moment)
    night = Night(home / state.run, state, clock)
    night.save()
    return night


def nights(home: Path) -> Iterator[tuple[Path, NightState]]:
    """The runs that left a state that can be read, newest first."""
    if not home.is_dir():
        return
    for folder in sorted(home.iterdir(), reverse=True):
        try:
            text = (folder / _STATE).read_text(encoding="utf-8")
            yield folder, NightState.model_validate_json(text)
        except (OSError, ValidationError, ValueError):
            continue


def last_complete(home: Path, scope: Sequence[str]) -> datetime | None:
    """When the newest complete run of this scope ended."""
    ended = (
        state.finished_at
        for _, state in nights(home)
        if state.complete and state.scope == tuple(scope)
    )
    return next((one for one in ended if one is not None), None)


def last_snapshot(home: Path) -> Path:
    """What the devices said in the newest run of all of them that collected to its end.

    Raises `NightlyError` with code `unknown` where there is none.
    """
    for folder, state in nights(home):
        collected = any(one.name == "collect" and not one.failure for one in state.stages)
        if collected and not state.scope and (folder / _SNAPSHOT).is_dir():
            return folder / _SNAPSHOT
    raise NightlyError(
        "no nightly run of all devices has a snapshot",
        hint="run `netmod nightly`, or name a snapshot: --snapshot DIR",
        code="unknown",
    )


def prune(home: Path, keep: int) -> None:
    """Remove the oldest complete runs. One that is not complete stays: it may be all there is.

    What a process left that died before it noted anything goes too. Call it under the lock.
    """
    for folder in home.iterdir():
        noted = any((folder / one).exists() for one in (_STATE, _SNAPSHOT))
        if _RUN.fullmatch(folder.name) and not noted:
            shutil.rmtree(folder, ignore_errors=True)
    complete = [folder for folder, state in nights(home) if state.complete]
    for folder in complete[keep:]:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def only_run(home: Path, operator: Operator, clock: Callable[[], datetime]) -> Iterator[None]:
    """Hold the lock; the kernel lets go however the process ends.

    Raises `NightlyError` where another run holds it, with who and since when; `OutputError`.
    """
    path = home / "lock"
    with ExitStack() as stack:
        try:
            descriptor = stack.enter_context(held(path, wait=False))
        except BlockingIOError:
            raise NightlyError(
                f"another nightly run goes on: {_holder(path)}",
                hint="wait for it, or end its process; the lock goes with it",
                code="locked",
            ) from None
        told = {
            "pid": os.getpid(),
            "account": operator.account,
            "host": operator.host,
            "since": clock().isoformat(timespec="seconds"),
        }
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(told).encode(), 0)
        yield


def _holder(path: Path) -> str:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return (
            f"process {told['pid']} of {told['account']} on {told['host']}, since {told['since']}"
        )
    except (OSError, ValueError, KeyError, TypeError):
        return "it does not say whose"
