"""What every command shares: how it fails, and with which exit code.

0 fine, 1 findings, 2 usage or bad input, 3 incomplete (wins over 1), 4 failed or refused,
130 interrupted. As shells have it, 143 after SIGTERM and 141 where nobody reads the output: a
result that was cut off must not look like one that is fine.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
from collections.abc import Callable
from types import FrameType

import typer

from netmod.errors import EvidenceError, InputError, NetmodError

FINDINGS, BAD_INPUT, INCOMPLETE, FAILED, INTERRUPTED = 1, 2, 3, 4, 130
OUTPUT_CLOSED, TERMINATED = 141, 143
_WRITING_FAILED = (errno.ENOSPC, errno.EDQUOT, errno.EIO)


def report_error(error: NetmodError) -> int:
    """Print an error with its problems and hints to standard error; the exit code for it."""
    if isinstance(error, InputError):
        for problem in error.problems:
            typer.echo(f"error: {problem}", err=True)
            if problem.hint:
                typer.echo(f"  hint: {problem.hint}", err=True)
        return BAD_INPUT
    typer.echo(f"error: {error.message}", err=True)
    if error.hint:
        typer.echo(f"  hint: {error.hint}", err=True)
    return BAD_INPUT if isinstance(error, EvidenceError) else FAILED


def run(command: Callable[[], int | None]) -> int:
    """Run the command line and turn whatever ends it into an exit code; never a traceback.

    SIGTERM ends a command as Ctrl-C does, so that what is stored is finished and nothing stays
    behind. `NETMOD_DEBUG=1` shows the traceback of an unexpected error.
    """
    terminated = False

    def terminate(number: int, frame: FrameType | None) -> None:
        nonlocal terminated
        terminated = True
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        code = _code_of(command)
    finally:
        signal.signal(signal.SIGTERM, before)
    return TERMINATED if terminated and code == INTERRUPTED else code


def _code_of(command: Callable[[], int | None]) -> int:
    try:
        code = command() or 0
        sys.stdout.flush()
    except NetmodError as error:
        return report_error(error)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return OUTPUT_CLOSED
    except SystemExit as ended:  # typer's own answer to a closed pipe, with 1
        if not isinstance(ended.__context__, BrokenPipeError):
            raise
        _discard_output()
        return OUTPUT_CLOSED
    except OSError as error:
        if error.errno not in _WRITING_FAILED or error.filename is not None:
            return _unexpected(error)
        _discard_output()
        typer.echo(f"error: output cannot be written: {error.strerror}", err=True)
        typer.echo("  hint: check where the output goes", err=True)
        return FAILED
    except Exception as error:  # noqa: BLE001 the last resort: a person must not see a traceback
        return _unexpected(error)
    if code == INTERRUPTED:  # typer turns Ctrl-C within a command into this code
        typer.echo("interrupted", err=True)
    return code


def _unexpected(error: Exception) -> int:
    typer.echo(f"error: unexpected {type(error).__name__} in netmod", err=True)
    typer.echo("  hint: run it again with NETMOD_DEBUG=1 and report what it shows", err=True)
    if os.environ.get("NETMOD_DEBUG"):
        traceback.print_exception(error)
    return FAILED


def _discard_output() -> None:
    """Let what is buffered go nowhere: the interpreter would try to write it once more."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 exit flush
