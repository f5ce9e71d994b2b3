"""The control channel of a lab: a UNIX socket in its folder, one order a connection.

An order is a line of JSON, and so is the answer: `{"result": …}`, or `{"error": …, "hint": …}`.
The socket is its owner's alone, and goes with the lab's folder.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError

from netmod.errors import LabError
from netmod.lab.faults import Faults
from netmod.lab.orders import Order, obey
from netmod.lab.reachability import Reachability

_NAME = "control"
_LONGEST = 65_536
_AT_ONCE = 16
_SECONDS = 30.0
_ANSWER_SECONDS = 120.0


class Controlled(Protocol):
    """What the channel acts on: a lab."""

    @property
    def faults(self) -> Faults: ...

    @property
    def reachability(self) -> Reachability: ...


class Control:
    """The lab's end; lives on its event loop. Orders are obeyed in threads: they wait for it."""

    def __init__(self, lab: Controlled, folder: Path) -> None:
        self._lab = lab
        self._folder = folder
        self._server: asyncio.Server | None = None
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def open(self) -> None:
        """Listen. Raises `OSError`."""
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        os.fchmod(listening.fileno(), 0o600)  # before there is a name to connect to
        with _address(self._folder) as address:
            listening.bind(address)
        self._server = await asyncio.start_unix_server(self._attend, sock=listening, limit=_LONGEST)

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            (self._folder / _NAME).unlink(missing_ok=True)

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError):
            try:
                async with self._turns, asyncio.timeout(_SECONDS):
                    answer = await self._answer(reader)
                    writer.write(json.dumps(answer).encode() + b"\n")
                    await writer.drain()
            finally:
                writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> dict[str, Any]:
        try:
            order = Order.model_validate_json(await reader.readline())
        except (ValidationError, ValueError):
            return {"error": "the order is not understood", "hint": "send one Order as JSON"}
        try:
            return {"result": await asyncio.to_thread(self._obey, order)}
        except LabError as error:
            return {"error": error.message, "hint": error.hint}

    def _obey(self, order: Order) -> Any:
        if order.do == "faults":
            return self._lab.faults.in_force()
        if order.do == "log":
            return [
                {
                    "device": one.device,
                    "at": one.at.isoformat(),
                    "reachable": one.reachable,
                    "reason": one.reason,
                }
                for one in list(self._lab.reachability.log)
                if order.device in (None, one.device)
            ]
        obey(self._lab.faults, order)
        return None


def ask(folder: Path, order: Order) -> Any:
    """Give an order to the lab of `folder`; what it answers. Raises `LabError`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_ANSWER_SECONDS)
        try:
            with _address(folder) as address:
                connection.connect(address)
            connection.sendall(order.model_dump_json().encode() + b"\n")
            with connection.makefile("rb") as reader:
                line = reader.readline()
        except OSError as error:
            reason = error.strerror or str(error)
            raise LabError(
                f"the lab does not take orders: {reason}", hint="see `netmod lab status`"
            ) from None
    if not line:
        raise LabError("the lab gave no answer", hint="see `netmod lab status`")
    answer: dict[str, Any] = json.loads(line)
    if "error" in answer:
        raise LabError(answer["error"], hint=answer["hint"])
    return answer["result"]


@contextmanager
def _address(folder: Path) -> Iterator[str]:
    """The socket's name by way of an open folder: a name of its own may have 107 bytes at most."""
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{_NAME}"
    finally:
        os.close(descriptor)
