"""Collect three commands (60 kB) from each device of a loopback server: devices per second."""

# ruff: noqa: PLC0415 - a side is imported only in the process that measures it

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.paired import Outcome, Pair, Sample, Side, measure
from bench.ssh_device import COMMANDS, PASSWORD, USER


@contextmanager
def device_server(folder: Path, delays: tuple[float, ...]) -> Iterator[int]:
    """The server in a process of its own; gives its port."""
    (folder / "port").unlink(missing_ok=True)
    arguments = [sys.executable, "-m", "bench.ssh_device", str(folder), *map(str, delays)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE) as process:
        while not (folder / "port").exists() or not (folder / "port").read_text():
            if process.poll() is not None:
                raise RuntimeError("the benchmark's SSH server did not start")
            time.sleep(0.05)
        try:
            yield int((folder / "port").read_text())
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(10)


def netmod(folder: Path, hosts: int, workers: int, processes: int = 1) -> Sample:
    """Ours, as `netmod collect` does it."""
    from netmod.credentials import Login, Secret
    from netmod.devices import HostOutput, Target, collect
    from netmod.settings import CollectSettings

    port = int((folder / "port").read_text())
    targets = [
        Target(f"host{n}", "127.0.0.1", port, "cisco_iosxe", f"site{n // 10}", COMMANDS)
        for n in range(hosts)
    ]
    size = 0

    def sink(output: HostOutput) -> None:
        nonlocal size
        size += sum(len(one.text) for one in output.outputs)

    began, cpu = time.perf_counter(), time.process_time()
    done = collect(
        targets,
        Login(USER, Secret(PASSWORD)),
        folder / "known_hosts",
        sink,
        settings=CollectSettings(workers=workers, processes=processes, logins_per_second=1e5),
    )
    sample = Sample(time.perf_counter() - began, cpu=time.process_time() - cpu, size=size)
    if done.failed:
        raise RuntimeError(f"{len(done.failed)} hosts failed, first: {done.failed[0]}")
    return sample


def nornir_netmiko(folder: Path, hosts: int, workers: int) -> Sample:
    """The peer, as its documentation shows it."""
    from nornir.core import Nornir
    from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
    from nornir.core.plugins.connections import ConnectionPluginRegister
    from nornir.core.task import Task
    from nornir.plugins.runners import ThreadedRunner
    from nornir_netmiko import netmiko_send_command

    port = int((folder / "port").read_text())
    inventory = Inventory(
        Hosts(
            {
                f"host{n}": Host(f"host{n}", "127.0.0.1", port, USER, PASSWORD, "cisco_xe")
                for n in range(hosts)
            }
        ),
        Groups(),
        Defaults(),
    )
    ConnectionPluginRegister.auto_register()

    def gather(task: Task) -> None:
        for command in COMMANDS:
            task.run(netmiko_send_command, command_string=command)
        task.host.close_connections()

    nornir = Nornir(inventory, runner=ThreadedRunner(num_workers=workers))
    began, cpu = time.perf_counter(), time.process_time()
    result = nornir.run(gather)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    if result.failed:
        raise RuntimeError(f"{len(result.failed_hosts)} hosts failed")
    size = sum(len(one.result) for multi in result.values() for one in multi[1:])
    return Sample(seconds, cpu=cpu, size=size)


LOOPBACK = (0.0, 0.0, 0.0)
REAL = (0.3, 0.05, 1.0)


def outcomes(folder: Path, rounds: int, hosts: int) -> Iterator[Outcome]:
    """Measure on loopback without delay, and with the delays of real devices."""
    cases = (
        ("no delay", LOOPBACK, hosts, 100, 5.0),
        ("login 300 ms, command 50 ms, show run 1 s", REAL, 2 * hosts, 300, 12.0),
    )
    for name, delays, count, workers, budget in cases:
        pair = Pair(
            f"collect 3 commands, 60 kB ({name})",
            Side("netmod", "bench.collect:netmod", (count, workers)),
            Side("nornir_netmiko, 20 workers", "bench.collect:nornir_netmiko", (count, 20)),
            rounds=rounds,
            budget=budget,
            note=f"netmod with {workers} workers, host keys checked",
            units=count,
            unit="devices/s",
        )
        with device_server(folder, delays):
            yield measure(pair, folder)
