"""Collect the outputs of show commands from many devices, through Nornir and Netmiko."""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from nornir.core import Nornir
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.core.task import MultiResult, Result, Task

from netmod.credentials import Login
from netmod.devices.breaker import SiteBreaker
from netmod.devices.guard import check_command
from netmod.devices.known_hosts import KnownHosts
from netmod.devices.login_errors import BEFORE_LOGIN
from netmod.devices.logins import Logins
from netmod.devices.processes import collect_in_processes, shares_of
from netmod.devices.route import Route
from netmod.devices.runner import StreamingRunner
from netmod.devices.session import Access, OpenSockets, Session, open_session
from netmod.devices.statuses import (
    internal,
    interrupted,
    nothing_from,
    overdue,
    site_given_up,
    status_of,
)
from netmod.devices.targets import Collection, HostOutput, HostStatus, Output, Target
from netmod.devices.turns import Turns
from netmod.errors import CommandFailed, ConnectionFailed, NetmodError
from netmod.settings import CollectSettings

RETRY_PAUSE = 1.0
"""Seconds before the second attempt to connect; before the third it is twice that, and so on."""

GRACE = 5.0
"""Seconds that running hosts get after Ctrl-C."""

_TURN = 0.05  # seconds


def collect(
    targets: Sequence[Target],
    login: Login,
    known_hosts: Path,
    sink: Callable[[HostOutput], None],
    *,
    own_logins: Mapping[str, Login] | None = None,
    settings: CollectSettings | None = None,
    progress: Callable[[HostStatus], None] | None = None,
) -> Collection:
    """Run each target's commands and give each host to `sink` as soon as it is done.

    `sink` and `progress` are called in this thread, one host at a time. `sink` gets only complete
    outputs: where a command failed, those before it. It is called for every target, also for one
    that gave nothing or whose turn did not come. Nothing is retried but a connection that failed
    before login. `own_logins`, by name of the target, are used instead of `login`.

    Every target is in the returned statuses. After Ctrl-C those that were not done are
    `interrupted`; after the deadline of the settings they are `deadline`. Raises `CommandRefused`
    before the first connection where a command is not allowed, `ConnectionFailed` where
    `known_hosts` or `ssh_config` beside it cannot be read, and what `sink` raises.
    """
    limits = settings or CollectSettings()
    for target in targets:
        for command in target.commands:
            check_command(command, target.platform)
    KnownHosts.read(known_hosts)
    Route(known_hosts.parent)
    logins = Logins(login, own_logins or {})
    shares = shares_of(targets, limits.processes)
    if len(shares) > 1:
        found = collect_in_processes(shares, logins, known_hosts, sink, limits, progress, GRACE)
        by_name = {status.host: status for status in found.statuses}
        return replace(found, statuses=tuple(by_name[target.name] for target in targets))
    return Collector(targets, logins, known_hosts, sink, limits, progress).run()


class Collector:
    """One collection in this process; see `collect`."""

    def __init__(
        self,
        targets: Sequence[Target],
        logins: Logins,
        known_hosts: Path,
        sink: Callable[[HostOutput], None],
        limits: CollectSettings,
        progress: Callable[[HostStatus], None] | None = None,
    ) -> None:
        self._targets = targets
        self._sink = sink
        self._progress = progress
        self._statuses: dict[str, HostStatus] = {}
        self._sockets, self._turns = OpenSockets(), Turns(limits.logins_per_second)
        access = Access(
            logins.common,
            KnownHosts.read(known_hosts),
            limits.connect_timeout,
            self._sockets,
            Route(known_hosts.parent),
        )
        by_name = {target.name: target for target in targets}
        self._late = threading.Event()
        self._deadline = limits.deadline
        self._visit = _Visit(by_name, access, logins, limits, self._turns, self._unasked)
        self._runner = StreamingRunner(
            limits.workers,
            limits.sessions_per_site,
            on_result=self._deliver,
            on_interrupt=self._turns.end,
            on_stop=self._end_all,
            grace=GRACE,
        )

    def run(self) -> Collection:
        """Collect. Raises what `sink` and `progress` raise."""
        nornir = Nornir(inventory=inventory_of(self._targets), runner=self._runner)
        stopped = False
        try:
            with _long_turns(), self._sockets.watched(), self._timed():
                nornir.run(task=self._visit.run, name="collect")
        except KeyboardInterrupt:
            stopped = not self._late.is_set()
        for target in self._targets:
            if target.name not in self._statuses:
                output = nothing_from(target.name, self._unasked(target.name))
                self._statuses[target.name] = output.status
                self._sink(output)
        return Collection(tuple(self._statuses[one.name] for one in self._targets), stopped)

    def interrupt(self) -> None:
        """As Ctrl-C does, from another thread."""
        self._runner.interrupt()

    @contextmanager
    def _timed(self) -> Iterator[None]:
        """Stop at the deadline as Ctrl-C does."""

        def ring() -> None:
            self._late.set()
            self.interrupt()

        alarm = threading.Timer(self._deadline, ring)
        alarm.daemon = True
        alarm.start()
        try:
            yield
        finally:
            alarm.cancel()

    def _unasked(self, host: str) -> NetmodError:
        """Why the turn of a host did not come."""
        return overdue(host) if self._late.is_set() else interrupted(host)

    def _deliver(self, host: Host, result: MultiResult) -> None:
        output = _output_of(host, result)
        self._sink(output)
        self._statuses[host.name] = output.status
        result[:] = [Result(host, result=output.status, failed=not output.status.ok)]
        if self._progress:
            self._progress(output.status)

    def _end_all(self) -> None:
        self._turns.end()
        self._sockets.shut_all()


@contextmanager
def _long_turns() -> Iterator[None]:
    """Let a thread work on where Python would hand its turn on every 5 ms.

    A thread that has its packet is done in a millisecond or two and then waits for the next. To be
    taken away meanwhile costs more than it gives. What was loaded before is no garbage: looking
    through it takes time from all threads.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        sys.setswitchinterval(before)


class _Visit:
    """What a thread does with one host."""

    def __init__(
        self,
        targets: dict[str, Target],
        access: Access,
        logins: Logins,
        limits: CollectSettings,
        turns: Turns,
        unasked: Callable[[str], NetmodError],
    ) -> None:
        self._targets = targets
        self._access = access
        self._logins = logins
        self._limits = limits
        self._turns = turns
        self._unasked = unasked
        self._breaker = SiteBreaker(limits.give_up_site_after)

    def run(self, task: Task) -> Result:
        """Nornir's task. Failures of the device are a result, not an exception."""
        target = self._targets[task.host.name]
        outputs: list[Output] = []
        if missed := self._breaker.missed(target.site):
            given_up = site_given_up(target.name, target.site, missed)
            return Result(host=task.host, result=nothing_from(target.name, given_up))
        if not self._turns.wait():
            output = nothing_from(target.name, self._unasked(target.name))
            return Result(host=task.host, result=output)
        began = time.monotonic()
        failure: NetmodError | None = None
        remarks: tuple[str, ...] = ()
        try:
            with self._connect(target) as session:
                remarks = session.remarks
                texts = session.outputs(target.commands, self._limits.command_timeout)
                for command, text in zip(target.commands, texts, strict=True):
                    outputs.append(Output(command, text))
        except (ConnectionFailed, CommandFailed) as error:
            failure = error
        status = status_of(target.name, failure, time.monotonic() - began, len(outputs))
        status = replace(status, remarks=remarks)
        return Result(host=task.host, result=HostOutput(status, tuple(outputs)))

    def _connect(self, target: Target) -> Session:
        """A session; failures before login are tried again, each time with a turn of its own."""
        access = replace(self._access, login=self._logins.of(target.name))
        began = self._breaker.begin()
        failure = ""
        try:
            for attempt in range(1, self._limits.connect_attempts):
                try:
                    return open_session(target, access)
                except ConnectionFailed as error:
                    if not self._worth_another(target, error, RETRY_PAUSE * attempt):
                        raise
            return open_session(target, access)
        except ConnectionFailed as error:
            failure = error.code
            raise
        finally:
            self._breaker.note(target.site, began, failure)

    def _worth_another(self, target: Target, error: ConnectionFailed, pause: float) -> bool:
        """Whether to try again, after a pause and a turn."""
        if error.code not in BEFORE_LOGIN or self._breaker.missed(target.site):
            return False
        return self._turns.wait(pause)


def _output_of(host: Host, result: MultiResult) -> HostOutput:
    if result and isinstance(result[0].result, HostOutput):
        return result[0].result
    kind = type(result[0].exception).__name__ if result else "its thread ended"
    return nothing_from(host.name, internal(host.name, kind))


def inventory_of(targets: Sequence[Target]) -> Inventory:
    """A Nornir inventory of what the runner needs: no login stands in it."""
    hosts = Hosts(
        {
            target.name: Host(
                name=target.name,
                hostname=target.address,
                port=target.port,
                platform=target.platform,
                data={"site": target.site},
            )
            for target in targets
        }
    )
    return Inventory(hosts=hosts, groups=Groups(), defaults=Defaults())
