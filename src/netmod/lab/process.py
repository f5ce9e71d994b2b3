"""A lab in a process of its own: `start`, `status` and `stop`, and what that process does.

A running lab holds a lock on `<folder>/<name>/lock` for as long as it lives; the kernel lets go of
it whatever ends the process. So the lock, and not a process id, tells whether a lab runs.
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
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from netmod.errors import LabError, NetmodError
from netmod.inventory import Inventory
from netmod.lab.network import Lab
from netmod.lab.server import Endpoint

_INVENTORY = TypeAdapter(Inventory)
_ENDPOINTS = TypeAdapter(dict[str, Endpoint])
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_START_SECONDS = 60
_STOP_SECONDS = 10
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class LabState:
    """A lab that runs. `credentials` is a JSON file with `username` and `password`, mode 0600.

    `certificate` is what the devices show over HTTPS, as PEM; empty where none answers that.
    """

    name: str
    pid: int
    endpoints: Mapping[str, Endpoint]
    known_hosts: Path
    credentials: Path
    certificate: Path


class LabSpec(BaseModel):
    """What the process is told on its standard input."""

    model_config = ConfigDict(frozen=True)

    home: Path
    inventory: str
    configs: dict[str, str]
    network: int
    port: int
    dead_sites: tuple[str, ...]


def start(
    folder: Path,
    name: str,
    inventory: Inventory,
    configs: Mapping[str, str],
    *,
    network: int = 71,
    port: int = 0,
    dead_sites: tuple[str, ...] = (),
) -> LabState:
    """Start a lab that outlives this process; returns when its devices answer.

    `folder` holds a folder for each lab. If this process ends before, the lab ends too.
    Raises `LabError`, also where a lab of that name runs already.
    """
    home = _home(folder, name)
    spec = LabSpec(
        home=home.absolute(),
        inventory=_INVENTORY.dump_json(inventory, by_alias=True).decode(),
        configs=dict(configs),
        network=network,
        port=port,
        dead_sites=dead_sites,
    )
    command = [sys.executable, "-m", "netmod.lab"]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        answer = _ask(process, spec)
    if "error" in answer:
        raise LabError(answer["error"], hint=answer["hint"])
    state = status(folder, name)
    if state is None:
        raise LabError(f"lab {name} ended right after its start", hint=f"see {home}")
    return state


def _ask(process: subprocess.Popen[bytes], spec: LabSpec) -> dict[str, str]:
    """Tell the new process what to run and wait for its answer."""
    silent = {"error": "the lab did not start", "hint": "run it again; its error stands above"}
    if process.stdin is None or process.stdout is None:
        return silent
    with suppress(BrokenPipeError):
        process.stdin.write(spec.model_dump_json().encode())
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


# --- in the lab's own process


def serve(source: IO[bytes], answer_to: IO[bytes]) -> int:
    """Run the lab that `source` describes until a signal ends it; the exit code.

    One line of JSON on `answer_to` says that it runs, or why not. Where nobody reads that line
    any more, or who started it ends before everything is told, the lab ends at once.
    """
    try:
        spec = LabSpec.model_validate_json(source.read())
    except ValidationError:
        return 4
    if os.fork():
        return 0
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        with _locked(spec.home):
            try:
                return _run(spec, answer_to)
            finally:
                shutil.rmtree(spec.home, ignore_errors=True)
    except NetmodError as error:
        with suppress(BrokenPipeError):
            _answer(answer_to, {"error": error.message, "hint": error.hint})
        return 4


def _run(spec: LabSpec, answer_to: IO[bytes]) -> int:
    inventory = _INVENTORY.validate_json(spec.inventory)
    with Lab(inventory, spec.configs, network=spec.network, port=spec.port) as lab:
        for site in spec.dead_sites:
            lab.faults.dead_site(site)
        _publish(spec.home, lab)
        try:
            _answer(answer_to, {"ready": spec.home.name})
        except BrokenPipeError:
            return 4
        _let_go(answer_to, spec.home / "log")
        signal.sigwait(_SIGNALS)
    return 0


def _answer(answer_to: IO[bytes], answer: Mapping[str, str]) -> None:
    answer_to.write(json.dumps(answer).encode() + b"\n")
    answer_to.flush()


def _let_go(answer_to: IO[bytes], log: Path) -> None:
    """Hold on to nothing of who started the lab: a pipe left open would keep its reader waiting."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, answer_to.fileno())
    os.dup2(descriptor, 2)
    os.close(descriptor)


def _locked(home: Path) -> IO[str]:
    """The lab's folder, made anew, and its lock. Raises `LabError`."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (home / "lock").open("a+")
    except OSError as error:
        reason = error.strerror or str(error)
        raise LabError(f"{home}: {reason}", hint="check the folder's permissions") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise LabError(
            f"a lab named {home.name} runs already",
            hint="stop it with `netmod lab down`, or give this one another name",
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _publish(home: Path, lab: Lab) -> None:
    """Write how the lab is reached; the credentials readable by their owner alone."""
    endpoints: dict[str, Any] = {name: asdict(one) for name, one in lab.endpoints.items()}
    (home / "known_hosts").write_text(lab.known_hosts)
    (home / "certificate.pem").write_text(lab.certificate or "")
    descriptor = os.open(home / "credentials.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(lab.login), file)
    (home / "endpoints.json").write_text(json.dumps(endpoints))
