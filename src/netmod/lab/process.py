"""A lab in a process of its own: `start`, `status` and `stop`, and what that process does.

A lab of many devices is a process for each thousand of them: the first one starts the others and
ends with them. A running lab holds a lock on `<folder>/<name>/lock` for as long as it lives; the
kernel lets go of it whatever ends the process. So the lock, and not a process id, tells whether a
lab runs.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from netmod.errors import LabError
from netmod.inventory import Inventory
from netmod.lab.control import ask
from netmod.lab.islands import DEVICES_PER_PROCESS, part_of, parts
from netmod.lab.orders import Order
from netmod.lab.server import Endpoint
from netmod.lab.worker import INVENTORY, PART, LabSpec, PartSpec

_ENDPOINTS = TypeAdapter(dict[str, Endpoint])
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_START_SECONDS = 300
_NETWORK = 71
_STOP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class LabState:
    """A lab that runs. `credentials` is a JSON file with `username` and `password`, mode 0600.

    `certificate` is what the devices show over HTTPS, as PEM, one for each
    process; empty where none answers that.
    """

    name: str
    pid: int
    endpoints: Mapping[str, Endpoint]
    known_hosts: Path
    credentials: Path
    certificate: Path


def start(
    folder: Path,
    name: str,
    inventory: Inventory,
    configs: Mapping[str, str],
    *,
    port: int = 0,
    dead_sites: tuple[str, ...] = (),
    most: int = DEVICES_PER_PROCESS,
) -> LabState:
    """Start a lab that outlives this process; returns when its devices answer.

    `folder` holds a folder for each lab. A process has at most `most` devices, or as many as
    links join to each other. If this process ends before, the lab ends too. Raises `LabError`,
    also where a lab of that name runs already.
    """
    home = _home(folder, name)
    divided = parts(inventory, configs, most)
    spec = LabSpec(
        home=home.absolute(),
        parts=[
            PartSpec(
                inventory=INVENTORY.dump_json(part_of(inventory, names), by_alias=True).decode(),
                devices=len(names),
                network=_NETWORK + number,
                port=port,
                dead_sites=dead_sites,
            )
            for number, names in enumerate(divided)
        ],
    )
    texts = ((name, configs[name]) for names in divided for name in names)
    command = [sys.executable, "-m", "netmod.lab"]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        answer = _ask(process, spec, texts)
    if "error" in answer:
        raise LabError(answer["error"], hint=answer["hint"])
    state = status(folder, name)
    if state is None:
        raise LabError(f"lab {name} ended right after its start", hint=f"see {home}")
    return state


def _ask(
    process: subprocess.Popen[bytes], spec: LabSpec, configs: Iterable[tuple[str, str]]
) -> dict[str, Any]:
    """Tell the new process what to run and wait for its answer."""
    silent = {"error": "the lab did not start", "hint": "run it again; its error stands above"}
    if process.stdin is None or process.stdout is None:
        return silent
    with suppress(BrokenPipeError):
        process.stdin.write(spec.model_dump_json().encode() + b"\n")
        for one in configs:
            process.stdin.write(json.dumps(one).encode() + b"\n")
        process.stdin.close()
    ready, _, _ = select.select([process.stdout], [], [], _START_SECONDS)
    line = process.stdout.readline() if ready else b""
    return dict(json.loads(line)) if line else silent


def status(folder: Path, name: str) -> LabState | None:
    """The lab of that name, None where it does not run."""
    home = _home(folder, name)
    pid = _holder(home)
    if pid is None:
        return None
    try:
        endpoints = _ENDPOINTS.validate_json((home / "endpoints.json").read_bytes())
    except FileNotFoundError:
        return None
    return LabState(
        name,
        pid,
        endpoints,
        known_hosts=home / "known_hosts",
        credentials=home / "credentials.json",
        certificate=home / "certificate.pem",
    )


def give(folder: Path, name: str, order: Order) -> Any:
    """Give an order to a running lab; what it answers (see `orders`). Raises `LabError`.

    `faults` are lines by device, the `log` entries in the order of time.
    """
    if status(folder, name) is None:
        raise LabError(
            f"no lab named {name} runs", hint=f"start it with netmod lab up --name {name}"
        )
    rooms = sorted(_home(folder, name).glob(f"{PART}*"))
    if order.device is not None:
        rooms = [room for room in rooms if order.device in json.loads(_devices(room))]
        if not rooms:
            raise LabError(f"no device {order.device} in the lab", hint="see `netmod lab status`")
    answers, refusals = [], []
    for room in rooms:
        try:
            answers.append(ask(room, order))
        except LabError as error:
            refusals.append(error)
    if refusals and (not answers or order.site is None):
        raise refusals[0]
    if order.do == "faults":
        return {host: lines for answer in answers for host, lines in answer.items()}
    if order.do == "log":
        return sorted((one for answer in answers for one in answer), key=lambda one: one["at"])
    return None


def _devices(room: Path) -> str:
    try:
        return (room / "devices.json").read_text(encoding="utf-8")
    except OSError:
        return "[]"


def running(folder: Path) -> list[LabState]:
    """Every lab of the folder that runs, by name."""
    if not folder.is_dir():
        return []
    names = sorted(one.name for one in folder.iterdir() if _NAME.fullmatch(one.name))
    return [state for name in names if (state := status(folder, name))]


def stop(folder: Path, name: str) -> bool:
    """End the lab and remove its files; also what a crash left. True where it ran."""
    home = _home(folder, name)
    pid = _holder(home)
    if pid is not None:
        _end(pid)
    shutil.rmtree(home, ignore_errors=True)
    return pid is not None


def _end(pid: int) -> None:
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        signal.pidfd_send_signal(process, signal.SIGTERM)
        if not select.select([process], [], [], _STOP_SECONDS)[0]:
            signal.pidfd_send_signal(process, signal.SIGKILL)
            select.select([process], [], [], _STOP_SECONDS)
    except ProcessLookupError:
        pass
    finally:
        os.close(process)


def _home(folder: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise LabError(
            f"{name!r} cannot be the name of a lab",
            hint="use lower-case letters, digits and hyphens",
        )
    return folder / name


def _holder(home: Path) -> int | None:
    """The id of the process that holds the lock, None where none does."""
    try:
        with (home / "lock").open("r") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(lock.read() or 0) or None
    except FileNotFoundError:
        pass
    return None
