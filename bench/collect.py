"""Collect three commands from each of many devices on loopback: devices per second.

The devices are one SSH server that prints 60 kB whatever it is called, or the lab's. The cap on
logins is raised out of the way: with its default of 50 a second no collection is faster than that.
"""

# ruff: noqa: PLC0415 - a side is imported only in the process that measures it

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import inventories
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


@contextmanager
def lab(folder: Path, hosts: int) -> Iterator[None]:
    """The lab in a process of its own, with IOS-XE devices; leaves what a side needs."""
    from netmod import lab
    from netmod.inventory import load_inventory

    inventories.prepare(folder, hosts)
    inventory = load_inventory(folder / "inventory")
    configs = {name: f"hostname {name}\n{_CONFIG}" for name in inventory.devices}
    state = lab.start(folder / "lab", "bench", inventory, configs)
    try:
        access = {
            "login": json.loads(state.credentials.read_text()),
            "endpoints": {name: [one.address, one.port] for name, one in state.endpoints.items()},
            "known_hosts": str(state.known_hosts),
        }
        (folder / "access.json").write_text(json.dumps(access))
        yield
    finally:
        lab.stop(folder / "lab", "bench")
        (folder / "access.json").unlink()


_CONFIG = "".join(
    f"interface TenGigabitEthernet1/0/{n}\n description port {n}\n mtu 9198\n shutdown\n!\n"
    for n in range(1, 101)
)


@dataclass(frozen=True)
class _Devices:
    """Where a side finds its devices: address and port of each, login, file of host keys."""

    endpoints: dict[str, tuple[str, int]]
    username: str
    password: str
    known_hosts: Path


def _devices(folder: Path, hosts: int) -> _Devices:
    try:
        access = json.loads((folder / "access.json").read_text())
    except FileNotFoundError:
        port = int((folder / "port").read_text())
        endpoints = {f"host{n}": ("127.0.0.1", port) for n in range(hosts)}
        return _Devices(endpoints, USER, PASSWORD, folder / "known_hosts")
    endpoints = {name: (address, port) for name, (address, port) in access["endpoints"].items()}
    login = access["login"]
    return _Devices(endpoints, login["username"], login["password"], Path(access["known_hosts"]))


def _cpu() -> float:
    """CPU seconds of this process and of those that it waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def netmod(folder: Path, hosts: int, workers: int, processes: int = 1) -> Sample:
    """Ours, as `netmod collect` does it."""
    from netmod.credentials import Login, Secret
    from netmod.devices import HostOutput, Target, collect
    from netmod.settings import CollectSettings

    devices = _devices(folder, hosts)
    targets = [
        Target(name, address, port, "cisco_iosxe", f"site{number // 10}", COMMANDS)
        for number, (name, (address, port)) in enumerate(devices.endpoints.items())
    ]
    size = 0

    def sink(output: HostOutput) -> None:
        nonlocal size
        size += sum(len(one.text) for one in output.outputs)

    began, cpu = time.perf_counter(), _cpu()
    done = collect(
        targets,
        Login(devices.username, Secret(devices.password)),
        devices.known_hosts,
        sink,
        settings=CollectSettings(workers=workers, processes=processes, logins_per_second=1e5),
    )
    sample = Sample(time.perf_counter() - began, cpu=_cpu() - cpu, size=size)
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

    devices = _devices(folder, hosts)
    inventory = Inventory(
        Hosts(
            {
                name: Host(name, address, port, devices.username, devices.password, "cisco_xe")
                for name, (address, port) in devices.endpoints.items()
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
    began, cpu = time.perf_counter(), _cpu()
    result = nornir.run(gather)
    seconds, cpu = time.perf_counter() - began, _cpu() - cpu
    if result.failed:
        raise RuntimeError(f"{len(result.failed_hosts)} hosts failed")
    size = sum(len(one.result) for multi in result.values() for one in multi[1:])
    return Sample(seconds, cpu=cpu, size=size)


LOOPBACK = (0.0, 0.0, 0.0)
REAL = (0.3, 0.05, 1.0)


LAB_DEVICES = 1000


def outcomes(folder: Path, rounds: int, hosts: int) -> Iterator[Outcome]:
    """Measure on loopback without delay, with the delays of real devices, and against the lab."""
    real = "login 300 ms, command 50 ms, show run 1 s"
    cases = (
        ("no delay", LOOPBACK, hosts, 20, 1, 5.0),
        ("no delay, two processes", LOOPBACK, hosts, 40, 2, 8.0),
        (real, REAL, 3 * hosts, 300, 1, 12.0),
        (f"{real}, two processes", REAL, 3 * hosts, 600, 2, 12.0),
    )
    for name, delays, count, workers, processes, budget in cases:
        work = f"collect 3 commands, 60 kB ({name})"
        with device_server(folder, delays):
            yield measure(_pair(work, count, workers, processes, rounds, budget), folder)
    with lab(folder, LAB_DEVICES):
        work = f"collect 3 commands from {LAB_DEVICES} devices of the lab"
        yield measure(_pair(work, LAB_DEVICES, 300, 1, rounds, None), folder)


def _pair(
    work: str, count: int, workers: int, processes: int, rounds: int, budget: float | None
) -> Pair:
    return Pair(
        work,
        Side("netmod", "bench.collect:netmod", (count, workers, processes)),
        Side("nornir_netmiko, 20 workers", "bench.collect:nornir_netmiko", (count, 20)),
        rounds=rounds,
        budget=budget,
        note=f"netmod with {workers} workers, host keys checked, no cap on logins",
        units=count,
        unit="devices/s",
    )
