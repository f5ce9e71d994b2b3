"""What can go wrong while the lab runs; every method returns when the fault is in force."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from netmod.errors import LabError
from netmod.lab.flash import Flash
from netmod.lab.path_faults import PathFaults, When
from netmod.lab.reachability import Reachability
from netmod.lab.server import Host

_ZERO = timedelta()
_REBOOT, _FAULT = "reboots", "made unreachable by a fault"
BOOT_SECONDS = 120.0


class Act(Protocol):
    """Does `work` where the lab runs, and returns when the hosts are as it leaves them."""

    def __call__(self, work: Callable[[], None], hosts: Iterable[Host]) -> None: ...


class Faults:
    """Faults of the lab, by device or by site."""

    def __init__(
        self,
        hosts: Mapping[str, Host],
        sites: Mapping[str, str],
        reachability: Reachability,
        act: Act,
    ) -> None:
        self._hosts = hosts
        self._sites = sites
        self._reachability = reachability
        self._act = act
        self._booting: dict[str, datetime] = {}

    def dead_site(self, site: str) -> None:
        """Cut the power of a site: its devices are gone and its neighbours' links go down."""
        hosts = self._at(site)

        def darken() -> None:
            for host in hosts:
                self._booting.pop(host.device.name, None)
                self._reachability.forced.pop(host.device.name, None)
                host.device.power(on=False)

        self._act(darken, hosts)

    def unreachable(self, device: str) -> None:
        """Refuse connections and end sessions; the device goes on forwarding."""
        host = self._host(device)
        self._act(lambda: self._force(device, _FAULT), [host])

    def reboot(self, device: str, seconds: float = BOOT_SECONDS) -> None:
        """Boot the startup configuration: it takes `seconds` of the lab's clock.

        Sessions die, what was not saved is lost, and no traffic passes the device meanwhile.
        """
        host = self._host(device)
        if not 0 <= seconds <= 86400:
            raise LabError(
                "a boot takes 0 to 86400 seconds", hint="give --seconds 120, for example"
            )

        def begin() -> None:
            host.device.power(on=False)
            self._booting[device] = host.device.lab_now() + timedelta(seconds=seconds)
            self._force(device, _REBOOT)

        self._act(begin, [host])

    def latency(self, device: str, seconds: float) -> None:
        """Delay every answer."""
        if not 0 <= seconds <= 3600:
            raise LabError("a latency is 0 to 3600 seconds", hint="give 0.5, for example")
        self._set(device, latency=seconds)

    def refuse_login(self, device: str) -> None:
        """Refuse every password."""
        self._set(device, refuse_login=True)

    def truncate_output(self, device: str, command: str) -> None:
        """Lose the second half of the output of commands that match a pattern."""
        self._set(device, truncate=_pattern(command))

    def drop_session(self, device: str, command: str, *, when: When = "after") -> None:
        """End the session at commands that match a pattern.

        `before`: the device never takes the command. `after`: it does, and the session ends in the
        middle of the output. With `commit`, that is before or after the change takes force.
        """
        name = "drop_before" if when == "before" else "drop"
        self._set(device, **{name: _pattern(command)})

    def hang(self, device: str, command: str, *, when: When = "after") -> None:
        """Let the prompt never return behind commands that match a pattern; `when` as above."""
        name = "hang_before" if when == "before" else "hang"
        self._set(device, **{name: _pattern(command)})

    def half_applied(self, device: str, share: float = 0.5) -> None:
        """Let the next change stop after a share of its lines; the device does not say so.

        A change is a commit, a file that is copied over the configuration, or what is typed
        between `configure` and `end`. The one after it goes through.
        """
        if not 0 <= share < 1:
            raise LabError("a share is at least 0 and less than 1", hint="give 0.5, for example")
        self._set(device, half_applied=share)

    def flash_full(self, device: str, free: int = 0) -> None:
        """Leave `free` bytes on the flash."""
        host = self._host(device)
        if free < 0:
            raise LabError("a flash cannot have less than 0 bytes free", hint="give 0 or more")

        def fill() -> None:
            host.device.flash.capacity = host.device.flash.used + free

        self._act(fill, [host])

    def change_host_key(self, device: str) -> None:
        """Answer with a host key that `known_hosts` of the start does not hold."""
        host = self._host(device)
        self._act(host.change_key, [host])

    def clock_skew(self, device: str, skew: timedelta) -> None:
        """Let a device's clock be wrong by `skew`; keys expire by that clock."""
        host = self._host(device)
        if abs(skew) > timedelta(days=36500):
            raise LabError("a clock is wrong by at most 100 years", hint="give +5m, for example")

        def turn() -> None:
            host.device.skew = skew

        self._act(turn, [host])

    def clear(self, device: str) -> None:
        """Undo all faults of a device; after a power cut it boots its startup configuration."""
        self._restore([self._host(device)])

    def clear_site(self, site: str) -> None:
        """Undo all faults of the devices of a site."""
        self._restore(self._at(site))

    def clear_all(self) -> None:
        """Undo all faults."""
        self._restore(list(self._hosts.values()))

    def in_force(self) -> dict[str, list[str]]:
        """The faults by device, in the words of `netmod lab fault`; devices without any are not
        in it."""
        found = {name: self._described(name, host) for name, host in self._hosts.items()}
        return {name: lines for name, lines in found.items() if lines}

    def due(self, now: datetime) -> None:
        """Let the devices come up whose boot is over."""
        for name, moment in list(self._booting.items()):
            if now >= moment:
                del self._booting[name]
                self._reachability.forced.pop(name, None)
                self._hosts[name].device.power(on=True)

    def _described(self, name: str, host: Host) -> list[str]:
        lines = host.faults.described()
        forced = self._reachability.forced.get(name)
        if forced == _FAULT:
            lines.append("unreachable")
        elif forced == _REBOOT:
            lines.append("reboot")
        elif not host.device.powered:
            lines.append("dead site")
        if host.key_changed:
            lines.append("host-key")
        if host.device.skew:
            lines.append(f"clock-skew {host.device.skew.total_seconds():+g}s")
        if host.device.flash.capacity != Flash().capacity:
            lines.append("flash-full")
        return lines

    def _force(self, device: str, reason: str) -> None:
        self._reachability.forced[device] = reason

    def _set(self, device: str, **values: object) -> None:
        host = self._host(device)

        def change() -> None:
            for name, value in values.items():
                setattr(host.faults, name, value)

        self._act(change, [host])

    def _restore(self, hosts: Sequence[Host]) -> None:
        def restore() -> None:
            for host in hosts:
                host.faults = PathFaults()
                host.device.skew = _ZERO
                host.device.flash.capacity = Flash().capacity
                host.device.power(on=True)
                self._booting.pop(host.device.name, None)
                self._reachability.forced.pop(host.device.name, None)

        self._act(restore, hosts)

    def _host(self, device: str) -> Host:
        try:
            return self._hosts[device]
        except KeyError:
            raise LabError(
                f"no device {device} in the lab", hint="see `netmod lab status`"
            ) from None

    def _at(self, site: str) -> list[Host]:
        hosts = [host for name, host in self._hosts.items() if self._sites[name] == site]
        if not hosts:
            raise LabError(
                f"no device of the lab is at site {site}", hint="see `netmod lab status`"
            )
        return hosts


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise LabError(
            f"{text!r} is no pattern: {error}",
            hint="write a regular expression, such as '^commit' or 'show running-config'",
        ) from None
