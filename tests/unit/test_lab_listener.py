"""A port that is shut for a while stays its owner's."""

from __future__ import annotations

import asyncio
import socket

import pytest

from netmod.lab.listener import Listener

ADDRESS = "127.71.9.1"


def connects(port):
    with socket.socket() as client:
        try:
            client.connect((ADDRESS, port))
        except ConnectionRefusedError:
            return False
        return True


def run(scenario):
    async def main():
        clients = []
        listener = Listener(ADDRESS, clients.append)
        listener.bind(0)
        try:
            await scenario(listener, clients)
        finally:
            listener.close()
            for client in clients:
                client.close()

    asyncio.run(main())


def test_it_refuses_while_it_is_shut_and_nobody_else_gets_the_port():
    async def scenario(listener, _):
        assert connects(listener.port)
        listener.shut()
        listener.shut()
        assert not connects(listener.port)
        for reuse in (0, 1):
            with socket.socket() as other:
                other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, reuse)
                with pytest.raises(OSError, match="in use"):
                    other.bind((ADDRESS, listener.port))
        listener.open()
        assert connects(listener.port)

    run(scenario)


def test_it_opens_again_whatever_became_of_the_connections_of_before():
    async def scenario(listener, clients):
        with socket.create_connection((ADDRESS, listener.port)):
            while not clients:
                await asyncio.sleep(0)
            clients.pop().close()  # closed by us first: TIME_WAIT is ours
            listener.shut()
            listener.open()
        listener.shut()
        listener.open()
        assert connects(listener.port)

    run(scenario)


def test_a_port_that_somebody_listens_on_is_not_to_be_had():
    async def scenario(listener, _):
        with pytest.raises(OSError, match="in use"):
            Listener(ADDRESS, lambda client: client.close()).bind(listener.port)

    run(scenario)
