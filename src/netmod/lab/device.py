"""One emulated device: its configuration, its clock and what identifies it. No transport."""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime, timedelta
from functools import cached_property

from netmod.lab.clock import Clock
from netmod.lab.config_tree import ConfigTree
from netmod.lab.flash import Flash
from netmod.lab.macsec import DeviceView, Port
from netmod.lab.persona import Persona
from netmod.lab.service import Sessions

_ZERO = timedelta()


def digest(*parts: str) -> bytes:
    """32 bytes that follow from the parts alone: whatever the lab makes up is the same each time.

    Nothing here protects anything.
    """
    return hashlib.sha256("\x00".join(parts).encode()).digest()


def _serial(name: str, prefix: str) -> str:
    """A serial number in the vendor's form."""
    seed = digest("serial", name)
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
    tail = "".join(letters[byte % len(letters)] for byte in seed[:4])
    return f"{prefix}{20 + seed[4] % 6}{seed[5] % 52 + 1:02d}{tail}"


class Device:
    """State of one device. `powered` is False while its site is dark, `saved` is the time of the
    last save.

    `model` is the product id of the chassis, the persona's own where it is None, and `serial` its
    serial number, one in the vendor's form where it is None.
    """

    _view: DeviceView
    _view_version: int
    _first_version: int
    _first_startup: ConfigTree

    def __init__(
        self,
        name: str,
        persona: Persona,
        clock: Clock,
        *,
        config: str,
        model: str | None = None,
        serial: str | None = None,
    ) -> None:
        self.name = name
        self.persona = persona
        self.model = model or persona.model
        self.serial = serial or _serial(name, persona.serial_prefix)
        self._config = zlib.compress(config.encode(), level=1)
        self._rejected: list[tuple[int, str]] = []
        self.flash = Flash()
        self.powered = True
        self.skew = _ZERO
        self.sessions = Sessions()
        self._clock = clock
        seed = digest("uptime", name)
        self.booted = clock.now() - timedelta(days=5 + seed[0] % 100, seconds=seed[1] * 300)
        self._changed: dict[str, datetime] = {}
        self._configured: datetime | None = None
        self.saved: datetime | None = None

    @property
    def known(self) -> bool:
        """Whether the configuration was read; that is done only when somebody asks."""
        return self._is_parsed or "_first_view" in self.__dict__

    @property
    def _is_parsed(self) -> bool:
        return "running" in self.__dict__

    @property
    def pristine(self) -> bool:
        """Whether the device is as it was at the start of the lab."""
        same = not self._is_parsed or self.running.version == self._first_version
        return same and self.powered and not self.skew

    def _load(self) -> ConfigTree:
        tree = self.persona.tree(self.persona.grammar)
        self._rejected = tree.load(zlib.decompress(self._config).decode())
        return tree

    @cached_property
    def _first_view(self) -> DeviceView:
        """The first configuration as values: less by far to keep than the configuration."""
        return self.persona.read(self._load())

    @cached_property
    def running(self) -> ConfigTree:
        """The configuration in force."""
        tree = self._load()
        self._view = self.__dict__.get("_first_view") or self.persona.read(tree)
        self._view_version = self._first_version = tree.version
        self.startup = self._first_startup = tree.copy()
        return tree

    def rest(self) -> None:
        """Forget the statements of a configuration that nothing happened to, for they take ten
        times the memory of its text; whoever asks again has them read again.

        Only while nobody holds the configuration: no session is open.
        """
        untouched = self._is_parsed and self.pristine and self.running.at_rest
        if untouched and self.startup is self._first_startup and self._configured is None:
            self.__dict__.setdefault("_first_view", self._view)
            del self.running, self.startup, self._first_startup

    @cached_property
    def startup(self) -> ConfigTree:
        """The configuration that the device boots with."""
        _ = self.running
        return self.startup

    @property
    def rejected(self) -> list[tuple[int, str]]:
        """The lines of the first configuration that the OS does not take, with their numbers."""
        _ = self.view
        return self._rejected

    @property
    def hostname(self) -> str:
        return self.view.hostname or self.name

    @property
    def description(self) -> tuple[str, ...]:
        """The lines of the system description that LLDP and CDP announce."""
        return self.persona.describe(self.model)

    def now(self) -> datetime:
        """The device's own idea of the time, in UTC."""
        return self._clock.now() + self.skew

    def lab_now(self) -> datetime:
        """The true time."""
        return self._clock.now()

    @property
    def view(self) -> DeviceView:
        """The running configuration as values; ports that changed are marked with the time."""
        if not self._is_parsed:
            return self._first_view
        moment = self.running.settle(self.lab_now()) or self.lab_now()
        if self._view_version != self.running.version:
            old, self._view = self._view, self.persona.read(self.running)
            self._view_version = self.running.version
            self._configured = moment
            for name in old.ports.keys() | self._view.ports.keys():
                before, after = old.ports.get(name), self._view.ports.get(name)
                if self._in_force(before) != self._in_force(after):
                    self._changed[name] = moment
        return self._view

    def _in_force(self, port: Port | None) -> object:
        """What of a port's configuration a session depends on; a key to come is not part of it."""
        if port is None or port.macsec is None:
            return port is not None and (port.shutdown, port.bundle, port.vpn)
        chains = (port.macsec.key_chain, port.macsec.fallback_key_chain)
        keys = tuple(chain and chain.active(self.now()) for chain in chains)
        return port.shutdown, port.bundle, port.macsec.policy, keys

    def changed_at(self, port: str) -> datetime:
        """When the configuration of a port last changed; the start where it never did."""
        return self._changed.get(port, self.booted)

    def save(self) -> None:
        """Make the running configuration the one that the device boots with."""
        self.startup = self.running.copy()
        self.saved = self.lab_now()

    @property
    def configured(self) -> datetime | None:
        """When the running configuration was last changed; None since the start."""
        _ = self.view
        return self._configured

    @property
    def changed(self) -> datetime:
        """When the running configuration last changed; the start where it never did."""
        return self.configured or self.booted

    def power(self, *, on: bool) -> None:
        """Cut or restore the power: a device that comes back boots its startup configuration."""
        if on and not self.powered:
            self.running.boot()
            self.running = self.startup.copy()
            self.running.version = self._view_version + 1
            self.booted = self._clock.now()
            self._changed.clear()
            self._configured = None
            self._view = self.persona.read(self.running)
            self._view_version = self.running.version
        self.powered = on

    def reboot(self) -> None:
        """Boot the startup configuration: what was not saved is lost."""
        self.power(on=False)
        self.power(on=True)

    def mac(self, port: str) -> str:
        """The MAC address of a port: 12 hex digits in lower case, universally administered."""
        seed = digest("mac", self.name)[:3] + digest("mac", self.name, port)[:2]
        return f"{seed[0] & 0xFC:02x}" + seed[1:].hex() + digest("mac", port, self.name)[:1].hex()

    def port_number(self, port: str) -> int:
        """The MKA port identifier."""
        return digest("port", self.name, port)[0] + 1
