"""The values that go into a collection and come out of it."""

from __future__ import annotations

from dataclasses import dataclass

NETMIKO_TYPES = {
    "cisco_ios": "cisco_ios",
    "cisco_iosxe": "cisco_xe",
    "cisco_nxos": "cisco_nxos",
    "cisco_iosxr": "cisco_xr",
    "juniper_junos": "juniper_junos",
    "arista_eos": "arista_eos",
}
"""netmod's platform ids → Netmiko's device types."""


@dataclass(frozen=True, slots=True)
class Target:
    """One device to collect from, and the commands to send, in their order.

    `platform` is netmod's id, a key of `NETMIKO_TYPES`. `legacy_ssh` allows SSH algorithms that
    are no longer safe, where the device has no others.
    """

    name: str
    address: str
    port: int
    platform: str
    site: str
    commands: tuple[str, ...]
    legacy_ssh: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """The complete output of one command, as the device printed it.

    Without the echoed command and the prompt. Line ends are `\\n`. An error text of the device
    ("% Invalid input …") is an output like any other: it is evidence.
    """

    command: str
    text: str


@dataclass(frozen=True, slots=True)
class HostStatus:
    """How collection went on one host.

    `failure` is one of: `unreachable`, `site-unreachable`, `jump-host`, `no-ssh`, `key-exchange`,
    `host-key-unknown`, `host-key-changed`, `authentication`, `no-shell`, `no-prompt`,
    `session-dropped`, `command-timeout`, `pager`, `output-unclear`, `platform-unknown`,
    `deadline`, `interrupted`, `internal`; empty where all went well. `commands` is how many
    outputs were delivered, `seconds` what it took with all attempts to connect. `remarks` are
    what went well and ought not to be so, each a code and what it is about:
    `legacy-ssh: diffie-hellman-group14-sha1, ssh-rsa`.
    """

    host: str
    ok: bool
    failure: str = ""
    message: str = ""
    hint: str = ""
    seconds: float = 0.0
    commands: int = 0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HostOutput:
    """What one host gave: the outputs that are complete, and how it ended."""

    status: HostStatus
    outputs: tuple[Output, ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """The statuses of all targets, in their order; `interrupted` where the user stopped it."""

    statuses: tuple[HostStatus, ...]
    interrupted: bool = False

    @property
    def failed(self) -> tuple[HostStatus, ...]:
        return tuple(status for status in self.statuses if not status.ok)
