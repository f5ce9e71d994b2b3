"""What every command shares: how it fails, and with which exit code.

0 fine, 1 findings, 2 usage or bad input, 3 incomplete (wins over 1), 4 failed or refused,
130 interrupted.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

import typer

from netmod.errors import EvidenceError, InputError, NetmodError

FINDINGS, BAD_INPUT, INCOMPLETE, FAILED, INTERRUPTED = 1, 2, 3, 4, 130


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

    `NETMOD_DEBUG=1` shows the traceback of an unexpected error.
    """
    try:
        return command() or 0
    except NetmodError as error:
        return report_error(error)
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 exit flush
        return 0
    except Exception as error:  # noqa: BLE001 the last resort: a person must not see a traceback
        typer.echo(f"error: unexpected {type(error).__name__} in netmod", err=True)
        typer.echo("  hint: run it again with NETMOD_DEBUG=1 and report what it shows", err=True)
        if os.environ.get("NETMOD_DEBUG"):
            traceback.print_exc()
        return FAILED
