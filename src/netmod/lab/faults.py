"""What can go wrong while the lab runs; every method returns when the fault is in force."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from typing import Any

from netmod.errors import LabError
from netmod.lab.server import Host, PathFaults

Run = Callable[[Coroutine[Any, Any, None]], None]


class Faults:
    """Faults of the running lab, by device or by site."""

    def __init__(self, hosts: Mapping[str, Host], sites: Mapping[str, str], run: Run) -> None:
        self._hosts = hosts
        self._sites = sites
        self._run = run

    def dead_site(self, site: str) -> None:
        """Cut the power of a site: its devices are gone and its neighbours' links go down."""
        hosts = [host for name, host in self._hosts.items() if self._sites[name] == site]
        if not hosts:
            raise LabError(
                f"no device of the lab is at site {site}", hint="see `netmod lab status`"
            )
        self._run(self._darken(hosts))

    def unreachable(self, device: str) -> None:
        """Refuse connections and end sessions; the device goes on forwarding."""
        self._run(self._host(device).close())

    def latency(self, device: str, seconds: float) -> None:
        """Delay every answer."""
        self._host(device).faults.latency = seconds

    def refuse_login(self, device: str) -> None:
        """Refuse every password."""
        self._host(device).faults.refuse_login = True

    def truncate_output(self, device: str, command: str) -> None:
        """Lose the second half of the output of commands that match a pattern."""
        self._host(device).faults.truncate = re.compile(command)

    def drop_session(self, device: str, command: str) -> None:
        """End the session in the middle of the output of commands that match a pattern."""
        self._host(device).faults.drop = re.compile(command)

    def change_host_key(self, device: str) -> None:
        """Answer with a host key that `known_hosts` of the start does not hold."""
        self._run(self._host(device).change_key())

    def clock_skew(self, device: str, skew: timedelta) -> None:
        """Let a device's clock be wrong by `skew`; keys expire by that clock."""
        self._host(device).device.skew = skew

    def clear(self, device: str) -> None:
        """Undo all faults of a device; after a power cut it boots its startup configuration."""
        self._run(self._restore(self._host(device)))

    def _host(self, device: str) -> Host:
        try:
            return self._hosts[device]
        except KeyError:
            raise LabError(
                f"no device {device} in the lab", hint="see `netmod lab status`"
            ) from None

    @staticmethod
    async def _restore(host: Host) -> None:
        host.faults = PathFaults()
        host.device.skew = timedelta()
        host.device.power(on=True)
        await host.reopen()

    @staticmethod
    async def _darken(hosts: list[Host]) -> None:
        for host in hosts:
            host.device.power(on=False)
            await host.close()
