"""The git program, run so that only this project's repository and settings count.

Why the program and not a library: everybody who keeps configs has it and can read the archive with
it; `fast-import` writes 10 000 configs straight into one pack, for two thirds of the CPU time that
`git add` takes to leave them loose; and pygit2 would bind us to the ABI of libgit2.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from netmod.errors import HistoryError
from netmod.evidence import redact

_FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CEILING_DIRECTORIES",
            "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT")  # fmt: skip
_SETTINGS = ("-c", "core.compression=1", "-c", "core.fsync=all", "-c", "fastimport.unpackLimit=1",
             "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0")  # fmt: skip
SECONDS = 600.0
"""How long one git command may take; a remote that does not answer must not hold up the night."""


class Git:
    """Commands in one bare repository."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """Standard output of a command. Raises `HistoryError` where it fails."""
        try:
            done = subprocess.run(  # noqa: S603 our own arguments, and no shell
                self._command(arguments),
                input=given,
                capture_output=True,
                env=_environment(),
                timeout=SECONDS,
                check=False,
            )
        except FileNotFoundError:
            raise no_git() from None
        except subprocess.TimeoutExpired:
            raise failed(arguments[0], f"no end after {SECONDS:g} s") from None
        if done.returncode:
            raise failed(arguments[0], last_line(done.stderr))
        return done.stdout

    def text(self, *arguments: str) -> str:
        """`run`, as one stripped text."""
        return self.run(*arguments).decode(errors="replace").strip()

    @contextmanager
    def feeding(self, *arguments: str) -> Iterator[IO[bytes]]:
        """The standard input of a command whose output is nothing; checks how it ended."""
        with TemporaryFile() as errors:
            process = self._start(arguments, subprocess.PIPE, errors)
            stream = cast("IO[bytes]", process.stdin)
            try:
                with stream:
                    yield stream
            except BrokenPipeError:
                process.wait()
            except BaseException:
                process.kill()
                process.wait()
                raise
            if process.wait():
                errors.seek(0)
                raise failed(arguments[0], last_line(errors.read()))

    def objects(self, ids: Iterable[str]) -> Iterator[bytes]:
        """The contents of these objects, in the given order, one in memory at a time."""
        with TemporaryFile() as asked, TemporaryFile() as errors:
            asked.write("".join(f"{one}\n" for one in ids).encode())
            asked.seek(0)
            process = self._start(
                ("cat-file", "--batch", "--buffer"), asked, errors, subprocess.PIPE
            )
            output = cast("IO[bytes]", process.stdout)
            with process, output:
                while (content := _next_object(output)) is not None:
                    yield content

    @contextmanager
    def reader(self) -> Iterator[Callable[[str], bytes]]:
        """Gives single objects by id, from one process that starts with the first."""
        with ExitStack() as stack:
            running: subprocess.Popen[bytes] | None = None

            def read(one: str) -> bytes:
                nonlocal running
                if running is None:
                    errors = stack.enter_context(TemporaryFile())
                    arguments = ("cat-file", "--batch")
                    running = self._start(arguments, subprocess.PIPE, errors, subprocess.PIPE)
                    stack.enter_context(running)
                given = cast("IO[bytes]", running.stdin)
                given.write(f"{one}\n".encode())
                given.flush()
                content = _next_object(cast("IO[bytes]", running.stdout))
                if content is None:
                    raise failed("cat-file", "ended without an answer")
                return content

            yield read

    def _start(
        self,
        arguments: tuple[str, ...],
        given: IO[bytes] | int,
        errors: IO[bytes],
        output: int = subprocess.DEVNULL,
    ) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603 our own arguments, and no shell
                self._command(arguments),
                stdin=given,
                stdout=output,
                stderr=errors,
                env=_environment(),
            )
        except FileNotFoundError:
            raise no_git() from None

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return ["git", f"--git-dir={self.path}", *_SETTINGS, *arguments]


def _next_object(output: IO[bytes]) -> bytes | None:
    """The next answer of `cat-file --batch`; None at its end."""
    header = output.readline()
    if not header:
        return None
    fields = header.split()
    if len(fields) != 3:
        raise failed("cat-file", header.decode(errors="replace").strip())
    size = int(fields[2])
    return output.read(size + 1)[:size]


def failed(what: str, why: str) -> HistoryError:
    """The error of a git command; what git says may quote a URL with a password."""
    return HistoryError(
        f"git {what} in the archive of configs: {redact(why)}",
        hint="check the archive with `git fsck`; its last good state is untouched",
        code="damaged",
    )


def no_git() -> HistoryError:
    return HistoryError(
        "the program git is not installed", hint="install git 2.32 or later", code="damaged"
    )


def last_line(text: bytes) -> str:
    lines = text.decode(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "ended without a word"


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    ssh = os.environ.get("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")
    return {**kept, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": ssh}
