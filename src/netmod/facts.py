"""The typed statements that readers extract from captures: the document `netmod.facts/1`.

Every value travels between rooms frozen. A field that the captures do not decide is None (or
`unknown`), never a guess. The JSON of `netmod facts` is exactly `FactsDocument.model_dump_json()`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Technology = Literal["macsec", "ipsec", "none"]
LinkEndState = Literal["secured", "partial", "configured", "unsecured", "unknown"]
Enforcement = Literal["must-secure", "should-secure", "unknown"]


class Fact(BaseModel):
    """Base of all facts: frozen, and strict about unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Fact):
    """Where a statement stands: the command, the capture's file and 1-based line numbers in it."""

    command: str
    file: str = ""
    lines: tuple[int, ...] = ()


class VersionFact(Fact):
    """Software and hardware of one host. `os` is the vendor's name: IOS, IOS-XE, NX-OS, IOS XR,
    Junos, EOS, ACI (NX-OS). `serials` starts with the chassis's (or first member's)."""

    os: str | None = None
    version: str | None = None
    model: str | None = None
    serials: tuple[str, ...] = ()
    members: int | None = None
    previous_version: str | None = None
    build: str | None = None
    image: str | None = None


class LinkEndFact(Fact):
    """What the captures prove about the encryption of one interface.

    Units: `confidentiality_offset` bytes, `replay_window` frames or packets, `sak_rekey_interval`
    and `lifetime_sec` seconds. `why_code` and `why_parameters` are what reports translate; `why`
    is the same in English.
    """

    interface: str
    technology: Technology
    state: LinkEndState
    cipher: str | None = None
    enforcement: Enforcement = "unknown"
    policy: str | None = None
    key_chain: str | None = None
    ckn: str | None = None
    live_peers: int | None = None
    weaknesses: tuple[str, ...] = ()
    why: str = ""
    why_code: str = ""
    why_parameters: dict[str, str] = Field(default_factory=dict)
    confidentiality_offset: int | None = None
    replay_window: int | None = None
    sak_rekey_interval: int | None = None
    peer: str | None = None
    vrf: str | None = None
    transform: str | None = None
    pfs: str | bool | None = None
    ike: str | None = None
    lag: str | None = None
    members: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    # what pairs the two ends of a link
    local_sci: str | None = None
    peer_scis: tuple[str, ...] = ()
    inbound_spis: tuple[str, ...] = ()
    outbound_spis: tuple[str, ...] = ()
    # further values, where a capture prints them
    confidentiality: bool | None = None
    key_source: Literal["primary", "fallback"] | None = None
    key_server: bool | None = None
    peers_responded: int | None = None
    rx_channels: int | None = None
    vlan_in_clear: int | None = None
    tags_in_clear: int | None = None
    tx_encrypted: int | None = None
    rx_ok: int | None = None
    fallback_key: bool | None = None
    local: str | None = None
    key_bits: int | None = None
    esn: bool | None = None
    mode: str | None = None
    lifetime_sec: int | None = None
    fvrf: str | None = None
    ivrf: str | None = None
    active_sas: int | None = None
    derived: bool = False


class KeyFact(Fact):
    """One key of a chain: its name (the CKN for MACsec), never its secret."""

    id: str
    algorithm: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    valid: bool | None = None


class KeyChainFact(Fact):
    """A key chain. `macsec` is None where the capture cannot tell its kind."""

    name: str
    macsec: bool | None = None
    type: str | None = None
    keys: tuple[KeyFact, ...] = ()


class PolicyFact(Fact):
    """A MACsec policy or profile, an IPsec transform set, an IPsec profile or a crypto map.

    `kind` tells which. `sak_rekey` is in seconds; `security` is the enforcement.
    """

    name: str
    kind: Literal["macsec", "transform-set", "ipsec-profile", "crypto-map", "ipsec-proposal"] = (
        "macsec"
    )
    ciphers: tuple[str, ...] = ()
    cipher: str | None = None
    security: Enforcement | None = None
    offset: int | None = None
    confidentiality_offset: int | None = None
    sak_rekey: int | None = None
    replay_window: int | None = None
    interfaces: tuple[str, ...] = ()
    applied: bool | None = None
    ppk_profile: str | None = None
    unprotected: str | None = None
    keys: int | None = None
    fallback: bool | None = None
    key_server_priority: int | None = None
    # IPsec
    esp: str | None = None
    ah: str | None = None
    integrity: str | None = None
    confidentiality: bool | None = None
    weak: bool | None = None
    mode: str | None = None
    transform: str | None = None
    pfs: str | None = None
    complete: bool | None = None
    manual: bool | None = None
    peer: str | None = None
    peers: tuple[str, ...] = ()
    ikev2_profile: str | None = None


class IkeSaFact(Fact):
    """One IKE security association: phase 1 only, no statement about ESP."""

    local: str | None = None
    remote: str | None = None
    version: int | None = None
    state: str | None = None
    encr: str | None = None
    integrity: str | None = None
    prf: str | None = None
    dh: int | None = None
    auth: str | None = None
    port: int | None = None
    fvrf: str | None = None
    ivrf: str | None = None
    nat: bool | None = None
    ppk: bool | None = None
    peer_id: str | None = None
    weak: tuple[str, ...] = ()


class InventoryItem(Fact):
    """One row of `show inventory`, `show chassis hardware` or `show module`."""

    name: str
    pid: str | None = None
    serial: str | None = None
    description: str | None = None


class NeighborFact(Fact):
    """One adjacency that LLDP, CDP or IS-IS shows."""

    local_interface: str | None
    neighbor: str | None
    neighbor_interface: str | None = None
    protocol: Literal["lldp", "cdp", "isis"] = "lldp"


class PortFact(Fact):
    """How one port of a device is configured for whoever plugs in.

    `mode` None: it carries no LAN. `used` False where nothing in its configuration gives it a use.
    `authenticated` says whether a device has to log in (802.1X or by its address) before anything
    passes; None where the configuration refers to what was not read.
    """

    interface: str
    shutdown: bool
    mode: Literal["access", "trunk"] | None = None
    used: bool = True
    authenticated: bool | None = None


class AccessRule(Fact):
    """One rule: what it lets through or drops, by prefixes (`0.0.0.0/0` is any).

    `ports` are inclusive ranges of destination ports, empty for all; `established` matches only
    answers. `understood` is False where a part of it is not told by the other fields.
    """

    text: str
    permit: bool
    protocol: str = "ip"
    source: str = "0.0.0.0/0"
    destination: str = "0.0.0.0/0"
    ports: tuple[tuple[int, int], ...] = ()
    established: bool = False
    understood: bool = True


class AccessListFact(Fact):
    """An access list in its order, and the interfaces that it filters."""

    name: str
    rules: tuple[AccessRule, ...] = ()
    applied_to: tuple[str, ...] = ()


class CertificateFact(Fact):
    """A certificate that a device holds. `own` is its own one, else an authority's."""

    name: str
    own: bool
    not_after: datetime | None = None
    subject: str | None = None
    issuer: str | None = None


class HardeningFacts(BaseModel):
    """Hardening facts of one host; None where no capture decides. Further facts are allowed.

    Counts: `snmp_v1v2_communities`, `tacacs_servers`, `plaintext_passwords`. Lists of addresses:
    `ntp_servers`, `logging_hosts`.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    hostname: str | None = None
    version: str | None = None
    telnet_enabled: bool | None = None
    ssh_v2: bool | None = None
    ssh_enabled: bool | None = None
    http_server: bool | None = None
    https_server: bool | None = None
    scp: bool | None = None
    netconf: bool | None = None
    netconf_ssh: bool | None = None
    grpc: bool | None = None
    snmp_v1v2_communities: int | None = None
    snmp_v1v2_rw: bool | None = None
    snmp_v3: bool | None = None
    snmp_v3_auth: str | None = None
    aaa_new_model: bool | None = None
    aaa_login: str | None = None
    tacacs_servers: int | None = None
    ntp_servers: tuple[str, ...] | None = None
    ntp_auth: bool | None = None
    logging_hosts: tuple[str, ...] | None = None
    plaintext_passwords: int | None = None
    password_encryption: bool | None = None
    password_strength_check: bool | None = None
    root_login_ssh: bool | None = None
    root_hash: str | None = None
    vty_transport: str | None = None
    vty_acl: bool | None = None
    exec_timeout_disabled: bool | None = None
    banner_login: bool | None = None
    banner_motd: bool | None = None
    lldp: bool | None = None
    cdp: bool | None = None
    copp: str | bool | None = None
    source_route: bool | None = None
    login_block: bool | None = None

    def value(self, name: str) -> Any:
        """A fact by name, None where it is not decided or not known."""
        return getattr(self, name, None)


class HostFacts(Fact):
    """Everything the captures of one host state."""

    platform: str | None
    platform_source: str = ""
    hostname: str | None = None
    version: VersionFact = VersionFact()
    link_ends: tuple[LinkEndFact, ...] = ()
    hardening: HardeningFacts = HardeningFacts()
    key_chains: tuple[KeyChainFact, ...] = ()
    policies: tuple[PolicyFact, ...] = ()
    ike_sas: tuple[IkeSaFact, ...] = ()
    inventory: tuple[InventoryItem, ...] = ()
    neighbors: tuple[NeighborFact, ...] = ()
    ports: tuple[PortFact, ...] = ()
    access_lists: tuple[AccessListFact, ...] = ()
    certificates: tuple[CertificateFact, ...] = ()
    device_clock: datetime | None = None
    captured_at: datetime | None = None
    captures: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class FactsDocument(BaseModel):
    """The document that `netmod facts` prints."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)

    schema_: Literal["netmod.facts/1"] = Field(default="netmod.facts/1", alias="schema")
    captured_at: datetime | None = None
    hosts: dict[str, HostFacts] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()
