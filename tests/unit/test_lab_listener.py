"""A port that is shut refuses, stays ours, and opens again whatever connections it had."""

from __future__ import annotations

import asyncio
import socket

import pytest

from netmod.lab.listener import Listener


async def _scene() -> None:
    met: list[socket.socket] = []
    listener = Listener("127.0.0.1", met.append)
    listener.bind(0)
    where = ("127.0.0.1", listener.port)
    for _ in range(3):
        _, writer = await asyncio.open_connection(*where)
        while not met:
            await asyncio.sleep(0)
        met.pop().close()  # the device ends it: its side keeps the connection for a while
        writer.close()
        listener.shut()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*where)
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(where)
            other.listen()
        listener.open()
    listener.close()


def test_a_port_opens_again_after_it_was_shut() -> None:
    asyncio.run(_scene())
