"""What readers see in one command's output, before anything is concluded from it.

A reader is a pure function `Block -> Iterable[Observation]`. It states what is printed and judges
nothing: `_assemble.py` alone turns observations of one host into facts, by the rules of
docs/link-encryption.md. None means "the output does not say".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from netmod.facts import (
    AccessListFact,
    CertificateFact,
    Enforcement,
    IkeSaFact,
    InventoryItem,
    NeighborFact,
    PolicyFact,
    PortFact,
    Source,
)
from netmod.platforms._language import ConfigLanguage


@dataclass(frozen=True, slots=True)
class Block:
    """The output of one command: lines without the echoed command and without prompts.

    `command` is written out in lower case keywords with single spaces, interface names and other
    arguments as they came (`show macsec interface HundredGigE1/0/3`). `first_line` is the number
    of `lines[0]` in the file, counted from 1. `complete` is False where the text is known to be
    cut (a pager, a missing end marker of a command that always prints one).
    """

    command: str
    lines: tuple[str, ...]
    file: str = ""
    first_line: int = 1
    complete: bool = True
    hostname: str | None = None

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def source(self, *indexes: int) -> Source:
        """The source of a statement read from `lines[i]` for each of `indexes`."""
        return Source(
            command=self.command,
            file=self.file,
            lines=tuple(self.first_line + index for index in indexes),
        )

    def argument(self, keyword: str) -> str | None:
        """The word behind `keyword` in the command: the interface of `show x interface Gi1`."""
        match = re.search(rf"\b{keyword}\s+(\S+)", self.command)
        return match.group(1) if match else None


@dataclass(frozen=True, slots=True)
class Identity:
    """Name, software and hardware, from one place.

    `rank` orders places that disagree, the highest winning: 3 `show version`, 2 inventory or
    chassis output, 1 the comment header of a backup, 0 the running config.
    """

    source: Source
    rank: int
    hostname: str | None = None
    os: str | None = None
    version: str | None = None
    model: str | None = None
    serials: tuple[str, ...] = ()
    members: int | None = None
    previous_version: str | None = None
    build: str | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True)
class InterfaceSeen:
    """An interface whose own running config was captured, whatever it holds.

    Readers leave out what carries no link (loopbacks, null). `parent` of a sub-interface.
    """

    source: Source
    interface: str
    shutdown: bool | None = None
    lag: str | None = None
    vrf: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class LagMember:
    """A member of a bundle, seen in an operational output (LACP, port-channel summary)."""

    source: Source
    lag: str
    member: str


@dataclass(frozen=True, slots=True)
class MacsecSession:
    """What one operational output says about MACsec on one interface.

    `status` is the session's own word, mapped: `secured`; `fallback-ready` for a standby session
    beside the active one; `pending` for init, negotiating, authenticating; `down`; `not-secured`
    for anything else that is printed; None where the command prints none. `prints_peers` and
    `prints_sas` tell that a *whole* output of this command always shows live peers, or transmit
    and receive SAs, so that their absence means a cut text and not a fine session.
    """

    source: Source
    interface: str
    status: Literal["secured", "fallback-ready", "pending", "down", "not-secured"] | None = None
    prints_peers: bool = False
    live_peers: int | None = None
    peers_responded: int | None = None
    prints_sas: bool = False
    tx_sa_in_use: bool | None = None
    rx_sa_in_use: bool | None = None
    rx_channels: int | None = None
    cipher: str | None = None
    confidentiality: bool | None = None
    confidentiality_offset: int | None = None
    replay_protect: bool | None = None
    replay_window: int | None = None
    sak_rekey_interval: int | None = None
    enforcement: Enforcement = "unknown"
    policy: str | None = None
    key_chain: str | None = None
    ckn: str | None = None
    key_source: Literal["primary", "fallback"] | None = None
    key_server: bool | None = None
    local_sci: str | None = None
    peer_scis: tuple[str, ...] = ()
    lag: str | None = None
    vlan_in_clear: int | None = None
    tags_in_clear: int | None = None
    unlicensed: bool = False


@dataclass(frozen=True, slots=True)
class MacsecCounters:
    """Frame counters of one interface. Alone they prove no session; a printed zero does."""

    source: Source
    interface: str
    tx_encrypted: int | None = None
    tx_protected: int | None = None
    rx_ok: int | None = None
    rx_bad: int | None = None


@dataclass(frozen=True, slots=True)
class MacsecShutdown:
    """MACsec is shut down: on the whole device (`interface` None) or on one interface."""

    source: Source
    interface: str | None = None


@dataclass(frozen=True, slots=True)
class MacsecConfig:
    """MACsec in the running config of one interface, with what its policy and keys resolve to.

    `undefined` names references (`policy X`, `key chain Y`) that the *whole* config does not
    define. `incomplete` says what is missing for the feature to work ("no key chain"). `default`
    values of the platform are filled in only where the vendor documents them.
    """

    source: Source
    interface: str
    policy: str | None = None
    key_chain: str | None = None
    ckn: str | None = None
    fallback_key: bool | None = None
    cipher: str | None = None
    confidentiality: bool | None = None
    confidentiality_offset: int | None = None
    replay_protect: bool | None = None
    replay_window: int | None = None
    sak_rekey_interval: int | None = None
    enforcement: Enforcement = "unknown"
    vlan_in_clear: int | None = None
    undefined: tuple[str, ...] = ()
    incomplete: str | None = None
    shutdown: bool = False


@dataclass(frozen=True, slots=True)
class IpsecFlow:
    """One protected flow (proxy identity) of one interface and its pair of SAs.

    `inbound` and `outbound` are the transforms of the ESP SAs in use, as printed ("esp-gcm 256",
    "esp-256-aes esp-sha256-hmac"), None where there is no such SA. `ah` is a transform of an AH
    SA. `prints_sas` is False for commands that only count SAs (`show crypto session`): those
    fill `active_sas`. `status` of such a session: `up-active`, `up-idle`, `up-no-ike`, `down`,
    `negotiating`. `cut` says that the text ends before the lines that this command always prints.
    """

    source: Source
    interface: str
    peer: str | None = None
    local: str | None = None
    vrf: str | None = None
    fvrf: str | None = None
    ivrf: str | None = None
    ident: str | None = None
    policy: str | None = None
    prints_sas: bool = True
    inbound: str | None = None
    outbound: str | None = None
    inbound_spis: tuple[str, ...] = ()
    outbound_spis: tuple[str, ...] = ()
    ah: str | None = None
    active_sas: int | None = None
    status: Literal["up-active", "up-idle", "up-no-ike", "down", "negotiating"] | None = None
    ike: str | None = None
    pfs: str | bool | None = None
    replay_protect: bool | None = None
    replay_window: int | None = None
    esn: bool | None = None
    mode: str | None = None
    lifetime_sec: int | None = None
    encaps: int | None = None
    decaps: int | None = None
    protocol_only: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class IpsecConfig:
    """IPsec in the running config of one interface: tunnel protection or a crypto map.

    `transforms` are those that may be negotiated, as configured, best first. `undefined` and
    `incomplete` as in `MacsecConfig`. `from_running_config` is False for what a command lists as
    defined (`show crypto map`): the state stays unknown.
    """

    source: Source
    interface: str
    policy: str | None = None
    peer: str | None = None
    local: str | None = None
    vrf: str | None = None
    fvrf: str | None = None
    transforms: tuple[str, ...] = ()
    pfs: str | bool | None = None
    ike: str | None = None
    ike_dh: tuple[int, ...] = ()
    mode: str | None = None
    lifetime_sec: int | None = None
    replay_protect: bool | None = None
    undefined: tuple[str, ...] = ()
    incomplete: str | None = None
    from_running_config: bool = True
    fail_open: bool = False
    protocol_only: bool = False
    shutdown: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a chain. `marked_valid` is the device's own `[valid now]`; None: not printed.

    `start` and `end` are the send (or only) lifetime, with zone where one is printed or
    configured; `unbounded` says that it is explicitly infinite. `accept_end` where it differs.
    `lifetime_printed` is False for commands that list keys without their lifetimes.
    """

    id: str
    algorithm: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    unbounded: bool = False
    accept_start: datetime | None = None
    accept_end: datetime | None = None
    marked_valid: bool | None = None
    lifetime_printed: bool = True


@dataclass(frozen=True, slots=True)
class KeyChain:
    """A key chain, from a config or from `show key chain`. `type` as printed ("tcp-ao")."""

    source: Source
    name: str
    macsec: bool | None = None
    type: str | None = None
    keys: tuple[Key, ...] = ()
    from_config: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A finished fact that needs no judging: policies, IKE SAs, inventory rows, neighbours, ports,
    access lists, certificates."""

    source: Source
    fact: (
        PolicyFact
        | IkeSaFact
        | InventoryItem
        | NeighborFact
        | PortFact
        | AccessListFact
        | CertificateFact
    )


@dataclass(frozen=True, slots=True)
class Hardening:
    """One hardening fact of `facts.HardeningFacts`; `operational` outputs win over configs."""

    source: Source
    name: str
    value: Any
    operational: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """The device's own clock (`show clock`, XR's time line), with zone."""

    source: Source
    time: datetime


@dataclass(frozen=True, slots=True)
class Remark:
    """A warning about the capture, or a `finding` about the device, in plain English."""

    source: Source
    text: str
    finding: bool = False


Observation = (
    Identity
    | InterfaceSeen
    | LagMember
    | MacsecSession
    | MacsecCounters
    | MacsecShutdown
    | MacsecConfig
    | IpsecFlow
    | IpsecConfig
    | KeyChain
    | Fact
    | Hardening
    | Clock
    | Remark
)

Reader = Callable[[Block], Iterable[Observation]]


@dataclass(frozen=True, slots=True)
class Platform:
    """One network OS: how it is recognised, what is sent to it, and how its outputs are read.

    `readers` maps a regular expression that the *start* of a block's command must match to the
    reader of that family; the first that matches is used. Write them for what devices accept:
    plural and singular, `detail` and `details`, with or without an interface. `signatures` are
    regular expressions (multi-line mode) with weights, over the text of a capture; `commands`
    the same over the commands that it alone, or few beside it, knows. `collect` are
    the commands that prove link encryption and show drift, in the order they are sent. `of_port`
    are those that count the frames of one port, `{}`, where `collect` has none for all. `errors`
    are how it refuses a command, at the start of a line. `config_command` is what a file that
    names no command is taken for. `startup_command` shows what a reload would run, None where a
    commit is both at once. `language` is that of its configuration.
    """

    id: str
    errors: tuple[str, ...]
    signatures: tuple[tuple[str, int], ...]
    collect: tuple[str, ...]
    readers: tuple[tuple[str, Reader], ...]
    language: ConfigLanguage
    commands: tuple[tuple[str, int], ...] = ()
    config_command: str = "show running-config"
    startup_command: str | None = None
    of_port: tuple[str, ...] = ()
