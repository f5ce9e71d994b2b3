"""Collect the outputs of show commands from many devices, through Nornir and Netmiko."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from nornir.core import Nornir
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.core.task import MultiResult, Result, Task

from netmod.credentials import Login
from netmod.devices.guard import check_command
from netmod.devices.known_hosts import KnownHosts
from netmod.devices.login_errors import BEFORE_LOGIN
from netmod.devices.route import Route
from netmod.devices.runner import StreamingRunner
from netmod.devices.session import Access, OpenSockets, Session, open_session
from netmod.devices.targets import Collection, HostOutput, HostStatus, Output, Target
from netmod.devices.turns import Turns
from netmod.errors import CommandFailed, ConnectionFailed, NetmodError
from netmod.settings import CollectSettings

RETRY_PAUSE = 1.0
"""Seconds before the second attempt to connect; before the third it is twice that, and so on."""

GRACE = 5.0
"""Seconds that running hosts get after Ctrl-C."""


def collect(
    targets: Sequence[Target],
    login: Login,
    known_hosts: Path,
    sink: Callable[[HostOutput], None],
    *,
    settings: CollectSettings | None = None,
    progress: Callable[[HostStatus], None] | None = None,
) -> Collection:
    """Run each target's commands and give each host to `sink` as soon as it is done.

    `sink` and `progress` are called in this thread, one host at a time. `sink` gets only complete
    outputs: where a command failed, those before it. It is called for every target, also for one
    that gave nothing or whose turn did not come. Nothing is retried but a connection that failed
    before login.

    Every target is in the returned statuses. After Ctrl-C those that were not done are
    `interrupted`. Raises `CommandRefused` before the first connection where a command is not
    allowed, `ConnectionFailed` where `known_hosts` or `ssh_config` beside it cannot be read, and
    what `sink` raises.
    """
    limits = settings or CollectSettings()
    for target in targets:
        for command in target.commands:
            check_command(command, target.platform)
    sockets, turns = OpenSockets(), Turns(limits.logins_per_second)
    access = Access(
        login,
        KnownHosts.read(known_hosts),
        limits.connect_timeout,
        sockets,
        Route(known_hosts.parent),
    )
    visit = _Visit({target.name: target for target in targets}, access, limits, turns)
    statuses: dict[str, HostStatus] = {}

    def deliver(host: Host, result: MultiResult) -> None:
        output = _output_of(host, result)
        sink(output)
        statuses[host.name] = output.status
        result[:] = [Result(host, result=output.status, failed=not output.status.ok)]
        if progress:
            progress(output.status)

    def end_all() -> None:
        turns.end()
        sockets.shut_all()

    runner = StreamingRunner(
        limits.workers,
        limits.sessions_per_site,
        on_result=deliver,
        on_interrupt=turns.end,
        on_stop=end_all,
        grace=GRACE,
    )
    nornir = Nornir(inventory=inventory_of(targets), runner=runner)
    interrupted = False
    try:
        with sockets.watched():
            nornir.run(task=visit.run, name="collect")
    except KeyboardInterrupt:
        interrupted = True
    for target in targets:
        if target.name not in statuses:
            statuses[target.name] = _status(target.name, _interrupted(target.name), 0.0, 0)
            sink(HostOutput(statuses[target.name], ()))
    return Collection(tuple(statuses[target.name] for target in targets), interrupted)


class _Visit:
    """What a thread does with one host."""

    def __init__(
        self,
        targets: dict[str, Target],
        access: Access,
        limits: CollectSettings,
        turns: Turns,
    ) -> None:
        self._targets = targets
        self._access = access
        self._limits = limits
        self._turns = turns

    def run(self, task: Task) -> Result:
        """Nornir's task. Failures of the device are a result, not an exception."""
        target = self._targets[task.host.name]
        outputs: list[Output] = []
        if not self._turns.wait():
            status = _status(target.name, _interrupted(target.name), 0.0, 0)
            return Result(host=task.host, result=HostOutput(status, ()))
        began = time.monotonic()
        failure: NetmodError | None = None
        try:
            with self._connect(target) as session:
                texts = session.outputs(target.commands, self._limits.command_timeout)
                for command, text in zip(target.commands, texts, strict=True):
                    outputs.append(Output(command, text))
        except (ConnectionFailed, CommandFailed) as error:
            failure = error
        status = _status(target.name, failure, time.monotonic() - began, len(outputs))
        return Result(host=task.host, result=HostOutput(status, tuple(outputs)))

    def _connect(self, target: Target) -> Session:
        """A session; failures before login are tried again, each time with a turn of its own."""
        for attempt in range(1, self._limits.connect_attempts):
            try:
                return open_session(target, self._access)
            except ConnectionFailed as error:
                if error.code not in BEFORE_LOGIN or not self._turns.wait(RETRY_PAUSE * attempt):
                    raise
        return open_session(target, self._access)


def _output_of(host: Host, result: MultiResult) -> HostOutput:
    if result and isinstance(result[0].result, HostOutput):
        return result[0].result
    kind = type(result[0].exception).__name__ if result else "its thread ended"
    error = NetmodError(
        f"netmod itself failed on {host.name}: {kind}",
        hint="please report this with the log; the trace stands there",
        code="internal",
    )
    return HostOutput(_status(host.name, error, 0.0, 0), ())


def _status(host: str, failure: NetmodError | None, seconds: float, commands: int) -> HostStatus:
    return HostStatus(
        host=host,
        ok=failure is None,
        failure=failure.code if failure else "",
        message=failure.message if failure else "",
        hint=failure.hint if failure else "",
        seconds=seconds,
        commands=commands,
    )


def _interrupted(host: str) -> NetmodError:
    return NetmodError(
        f"collection was stopped before {host} was done",
        hint="collect again; what is complete was kept",
        code="interrupted",
    )


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
