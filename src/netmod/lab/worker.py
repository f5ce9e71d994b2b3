"""What the processes of a lab do: the one that holds the lock, and those that it starts.

Each runs a part of the devices. The first one tells who started it when all of them answer, ends
when one of the others does, and takes all of them along.
"""

from __future__ import annotations

import fcntl
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from netmod.errors import LabError, NetmodError
from netmod.inventory import Inventory
from netmod.lab.network import Lab
from netmod.lab.server import Login

INVENTORY = TypeAdapter(Inventory)
PART = "part-"
"""The folder of each process within that of the lab: this, and a number."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_FAILED = 4


class PartSpec(BaseModel):
    """The `devices` of one process, by their number.

    Their configurations follow behind what a process is told, on a line each: name and text.
    """

    model_config = ConfigDict(frozen=True)

    inventory: str
    devices: int
    network: int
    port: int
    dead_sites: tuple[str, ...]


class LabSpec(BaseModel):
    """What a process is told on its standard input.

    `follows` is the number of the part, and `login` the account, of a process that another one
    started; the one that leads has neither.
    """

    model_config = ConfigDict(frozen=True)

    home: Path
    parts: list[PartSpec]
    follows: int | None = None
    login: tuple[str, str] | None = None


class _Answer(BaseModel):
    """What a process tells who started it, as a line of JSON: `error` where it does not run."""

    error: str = ""
    hint: str = ""
    known_hosts: str = ""
    certificate: str = ""
    endpoints: dict[str, Any] = {}


def serve(source: IO[bytes], answer_to: IO[bytes]) -> int:
    """Run the lab that `source` describes until a signal ends it; the exit code.

    One line of JSON on `answer_to` says that it runs, or why not. Where nobody reads that line
    any more, or who started it ends before everything is told, the lab ends at once.
    """
    try:
        spec = LabSpec.model_validate_json(source.readline())
    except ValidationError:
        return _FAILED
    _allow_many_files()
    if spec.follows is not None:
        return _follow(spec, source, answer_to)
    if os.fork():
        return 0
    signal.pthread_sigmask(signal.SIG_BLOCK, (*_SIGNALS, signal.SIGCHLD))
    try:
        with _locked(spec.home):
            try:
                return _lead(spec, source, answer_to)
            finally:
                shutil.rmtree(spec.home, ignore_errors=True)
    except EOFError:
        return _FAILED
    except NetmodError as error:
        with suppress(BrokenPipeError):
            _tell(answer_to, _Answer(error=error.message, hint=error.hint))
        return _FAILED


def _lead(spec: LabSpec, source: IO[bytes], answer_to: IO[bytes]) -> int:
    """Run the first part, and the others in processes of their own."""
    for stale in spec.home.glob(f"{PART}*"):  # of a lab that crashed
        shutil.rmtree(stale, ignore_errors=True)
    with ExitStack() as stack:
        first, *others = spec.parts
        followers = [stack.enter_context(_follower()) for _ in others]
        lab = _lab(first, dict(_configs(source, first.devices)), None)
        for number, (part, follower) in enumerate(zip(others, followers, strict=True), start=2):
            login = (lab.login.username, lab.login.password)
            told = LabSpec(home=spec.home, parts=[part], follows=number, login=login)
            _instruct(follower, told, _lines(source, part.devices))
        stack.enter_context(_running(lab, first, spec.home / f"{PART}1"))
        stack.callback(_dismiss, followers)  # all at once: each takes a moment to end
        answers = [_own_answer(lab), *map(_heard, followers)]
        _publish(spec.home, answers, lab.login)
        try:
            _tell(answer_to, _Answer())
        except BrokenPipeError:
            return _FAILED
        _let_go(answer_to, spec.home / "log")
        ended = signal.sigwait((*_SIGNALS, signal.SIGCHLD))
        return _FAILED if ended == signal.SIGCHLD else 0


def _follow(spec: LabSpec, source: IO[bytes], answer_to: IO[bytes]) -> int:
    """Run one part until who started this process ends, or closes our standard input."""
    (part,) = spec.parts
    for number in _SIGNALS:  # Ctrl-C is for the one that leads
        signal.signal(number, signal.SIG_IGN)
    try:
        lab = _lab(part, dict(_configs(source, part.devices)), spec.login)
        with _running(lab, part, spec.home / f"{PART}{spec.follows}"):
            _tell(answer_to, _own_answer(lab))
            _let_go(answer_to, spec.home / "log")
            source.read()
    except NetmodError as error:
        with suppress(BrokenPipeError):
            _tell(answer_to, _Answer(error=error.message, hint=error.hint))
        return _FAILED
    except (BrokenPipeError, EOFError):
        return _FAILED
    return 0


def _configs(source: IO[bytes], devices: int) -> Iterator[tuple[str, str]]:
    """The next lines of `source`. Raises `EOFError` where there are fewer."""
    for line in _lines(source, devices):
        name, text = json.loads(line)
        yield name, text


def _lines(source: IO[bytes], count: int) -> Iterator[bytes]:
    for _ in range(count):
        line = source.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        yield line


@contextmanager
def _follower() -> Iterator[subprocess.Popen[bytes]]:
    """A process that will run a part; it ends when this one lets go of it."""
    command = [sys.executable, "-m", "netmod.lab"]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            _dismiss([process])


def _dismiss(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        with suppress(BrokenPipeError):
            if process.stdin is not None:
                process.stdin.close()


def _instruct(process: subprocess.Popen[bytes], spec: LabSpec, configs: Iterable[bytes]) -> None:
    """Tell a process what to run."""
    if process.stdin is None:
        return
    with suppress(BrokenPipeError):  # it has ended: nobody will hear from it
        process.stdin.write(spec.model_dump_json().encode() + b"\n")
        for line in configs:
            process.stdin.write(line)
        process.stdin.flush()


def _heard(process: subprocess.Popen[bytes]) -> _Answer:
    """What a process answers. Raises `LabError` where it does not run."""
    line = process.stdout.readline() if process.stdout is not None else b""
    answer = _Answer.model_validate_json(line) if line else _Answer(error="a process ended")
    if answer.error:
        raise LabError(answer.error, hint=answer.hint or "run it again; its error stands above")
    return answer


def _lab(part: PartSpec, configs: Mapping[str, str], login: tuple[str, str] | None) -> Lab:
    return Lab(
        INVENTORY.validate_json(part.inventory),
        configs,
        network=part.network,
        port=part.port,
        login=Login(*login) if login else None,
    )


@contextmanager
def _running(lab: Lab, part: PartSpec, room: Path) -> Iterator[None]:
    """The part's lab, with its control channel in `room`."""
    with lab:
        for site in part.dead_sites:
            if site in lab.sites.values():
                lab.faults.dead_site(site)
        room.mkdir(mode=0o700, exist_ok=True)
        (room / "devices.json").write_text(json.dumps(list(lab.devices)), encoding="utf-8")
        lab.attend(room)
        yield


def _own_answer(lab: Lab) -> _Answer:
    endpoints = {name: asdict(one) for name, one in lab.endpoints.items()}
    return _Answer(
        known_hosts=lab.known_hosts, certificate=lab.certificate or "", endpoints=endpoints
    )


def _tell(answer_to: IO[bytes], answer: _Answer) -> None:
    answer_to.write(answer.model_dump_json(exclude_defaults=True).encode() + b"\n")
    answer_to.flush()


def _let_go(answer_to: IO[bytes], log: Path) -> None:
    """Hold on to nothing of who started the lab: a pipe left open would keep its reader waiting."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, answer_to.fileno())
    os.dup2(descriptor, 2)
    os.close(descriptor)


def _allow_many_files() -> None:
    """A device is a socket or two, and each session one more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


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


def _publish(home: Path, answers: list[_Answer], login: Login) -> None:
    """Write how the lab is reached; the credentials readable by their owner alone."""
    endpoints: Mapping[str, Any] = {
        name: one for answer in answers for name, one in answer.endpoints.items()
    }
    (home / "known_hosts").write_text("".join(answer.known_hosts for answer in answers))
    (home / "certificate.pem").write_text("".join(answer.certificate for answer in answers))
    descriptor = os.open(home / "credentials.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(login), file)
    (home / "endpoints.json").write_text(json.dumps(endpoints))
