"""The lab: emulated devices behind real SSH servers on loopback, in one process."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from types import TracebackType

from netmod.errors import LabError
from netmod.inventory import Inventory
from netmod.lab.clock import Clock, SystemClock
from netmod.lab.control import Control
from netmod.lab.device import Device
from netmod.lab.eos import PERSONA as EOS
from netmod.lab.fabric import Fabric
from netmod.lab.faults import Faults
from netmod.lab.iosxe import PERSONA as IOSXE
from netmod.lab.iosxr import PERSONA as IOSXR
from netmod.lab.islands import stations
from netmod.lab.junos import PERSONA as JUNOS
from netmod.lab.nxos import PERSONA as NXOS
from netmod.lab.reachability import Reachability
from netmod.lab.server import Endpoint, Host, Login
from netmod.lab.tls import Tls

PERSONAS = {persona.platform: persona for persona in (IOSXE, IOSXR, NXOS, EOS, JUNOS)}
"""The platforms that the lab emulates."""

_START_SECONDS = 120
_TICK_SECONDS = 0.5
_READ_AT_ONCE, _READ_PER_TICK = 250, 10
"""The largest lab that reads all configurations before it answers, and how many of a larger one
are read every half second after."""
_HOSTS_PER_NET = 250


class Lab:
    """An emulated region, a context manager.

    `configs` are configuration texts by device; a device of the inventory without one is not
    emulated, and whoever is cabled to it finds nobody there. All devices share one account, with a
    random password where `login` is None. Every device has an address of its own in
    127.`network`.0.0/16; `port` is the port of all of them, 0 gives each a free one.

    `station` is the site of the management station: a device to which no link of the fabric leads
    from there any more cannot be reached (see `Reachability`). None is the data centre with the
    most devices, in each part of the region that no link joins to another; with no data centre,
    or with "", the fabric cuts nobody off. Raises `LabError`.
    """

    def __init__(
        self,
        inventory: Inventory,
        configs: Mapping[str, str],
        *,
        clock: Clock | None = None,
        login: Login | None = None,
        network: int = 71,
        port: int = 0,
        station: str | None = None,
    ) -> None:
        self.login = login or Login("netmod", secrets.token_urlsafe(18))
        self.clock = clock = clock or SystemClock()
        self.devices = {
            name: _device(inventory, name, text, clock) for name, text in configs.items()
        }
        self.fabric = Fabric(inventory, self.devices)
        self._port = port
        addresses = {name: _address(network, index) for index, name in enumerate(self.devices)}
        served = [addresses[one.name] for one in self.devices.values() if one.persona.http_api]
        self._tls = Tls(clock.now(), served) if served else None
        context = self._tls.context if self._tls else None
        self._hosts = {
            name: Host(
                device,
                self.fabric,
                self.login,
                addresses[name],
                context,
                self._touched,
                thrifty=len(configs) > _READ_AT_ONCE,
            )
            for name, device in self.devices.items()
        }
        self.sites = sites = {name: inventory.devices[name].site for name in self.devices}
        chosen = stations(inventory, self.devices) if station is None else {station} - {""}
        self.reachability = Reachability(self.fabric, self.devices, sites, frozenset(chosen))
        self.faults = Faults(self._hosts, sites, self.reachability, self._act)
        self._control: Control | None = None
        self._unread = iter(self.devices.values())
        self._settling: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None

    @property
    def endpoints(self) -> dict[str, Endpoint]:
        """Where each device is reached; right while the lab runs."""
        return {name: host.endpoint for name, host in self._hosts.items()}

    @property
    def known_hosts(self) -> str:
        """The host keys of this moment as a `known_hosts` file."""
        return "".join(host.known_hosts_line + "\n" for host in self._hosts.values())

    @property
    def certificate(self) -> str | None:
        """What the devices show over HTTPS, as PEM; None where no device answers that."""
        return self._tls.certificate if self._tls else None

    @property
    def rejected(self) -> dict[str, list[tuple[int, str]]]:
        """Lines that the devices did not take: line number and text, by device."""
        return {name: one.rejected for name, one in self.devices.items() if one.rejected}

    def __enter__(self) -> Lab:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Open all ports; returns when every device answers."""
        self._thread = threading.Thread(target=self._serve, name="netmod-lab", daemon=True)
        self._thread.start()
        try:
            in_time = self._ready.wait(_START_SECONDS)
        except KeyboardInterrupt:
            self.stop()
            raise
        if not in_time or self._failure is not None:
            self.stop()
            raise self._failure or LabError(
                "the lab did not start in time", hint="try again on a quieter machine"
            )

    def stop(self) -> None:
        """End all sessions and close all ports."""
        if self._loop is not None and self._stop is not None:
            with suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _serve(self) -> None:
        try:
            asyncio.run(self._main())
        except (LabError, OSError) as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        try:
            for host in self._hosts.values():
                await host.listen(self._port)
            if len(self.devices) <= _READ_AT_ONCE:
                self._read(_READ_AT_ONCE)
            self._refresh()
            await self._settled(self._hosts.values())
            self._ready.set()
            while not self._stop.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), _TICK_SECONDS)
                self._read(_READ_PER_TICK)
                self._refresh()
        finally:
            if self._control is not None:
                await self._control.close()
            for host in self._hosts.values():
                await host.close()

    def attend(self, folder: Path) -> None:
        """Take orders through a socket in `folder` until the lab stops; see `control`."""
        if self._loop is None:
            raise LabError("the lab is not running", hint="start it first")
        self._control = Control(self, folder)
        asyncio.run_coroutine_threadsafe(self._control.open(), self._loop).result()

    def refresh(self) -> None:
        """Let everything happen now that is due by the lab's clock, and cut off or let back whom
        the fabric says; the lab does this by itself twice a second."""
        self._act(lambda: self._read(len(self.devices)), self._hosts.values())

    def _read(self, most: int) -> None:
        """Read the configurations of the next `most` devices that nobody has asked for yet."""
        for device in islice(self._unread, most):
            _ = device.view

    def _touched(self, device: Device) -> None:
        """A session has spoken to a device; runs on the lab's loop."""
        if self.reachability.stale(device):
            self._refresh()

    def _refresh(self) -> None:
        now = self.clock.now()
        self.faults.due(now)
        for change in self.reachability.update(now):
            host = self._hosts[change.device]
            if change.reachable:
                host.open()
            else:
                host.shut()
            if self._loop is not None:
                settling = self._loop.create_task(host.settled())
                self._settling.add(settling)
                settling.add_done_callback(self._settling.discard)

    def _act(self, work: Callable[[], None], hosts: Iterable[Host]) -> None:
        """Do `work` on the lab's loop, or here where the lab does not run."""
        if self._loop is None or self._loop.is_closed() or not self._ready.is_set():
            work()
            self._refresh()
            return

        async def act() -> None:
            work()
            self._refresh()
            await self._settled(hosts)

        asyncio.run_coroutine_threadsafe(act(), self._loop).result()

    @staticmethod
    async def _settled(hosts: Iterable[Host]) -> None:
        for host in hosts:
            await host.settled()


def _device(inventory: Inventory, name: str, config: str, clock: Clock) -> Device:
    if name not in inventory.devices:
        raise LabError(f"{name} is not in the inventory", hint="see `netmod inventory show`")
    platform = inventory.devices[name].platform
    if platform not in PERSONAS:
        raise LabError(
            f"{name}: the lab does not emulate {platform}",
            hint=f"leave the device out; the lab emulates {', '.join(PERSONAS)}",
        )
    data = inventory.devices[name].data
    return Device(
        name,
        PERSONAS[platform],
        clock,
        config=config,
        model=data.get("model"),
        serial=data.get("serial"),
    )


def _address(network: int, index: int) -> str:
    net, host = divmod(index, _HOSTS_PER_NET)
    return f"127.{network}.{net}.{host + 1}"
