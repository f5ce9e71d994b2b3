"""IOS-XE: `show crypto ikev2 sa`, `show crypto ipsec sa`, `show crypto session`."""

from __future__ import annotations

from collections.abc import Iterator

from netmod.lab.commands import Context
from netmod.lab.fabric import Fabric
from netmod.lab.ipsec import Vpn
from netmod.lab.macsec import Port
from netmod.lab.vpn import Association

_KILOBYTES = 4_608_000
_TITLE = " IPv{} Crypto IKEv2  SA "
_HEADINGS = (
    "",
    "Tunnel-id Local                 Remote                fvrf/ivrf            Status ",
)
_LEGEND = (
    "Crypto session current status",
    "",
    "Code: C - IKE Configuration mode, D - Dead Peer Detection     ",
    "K - Keepalives, N - NAT-traversal, T - cTCP encapsulation     ",
    "X - IKE Extended Authentication, F - IKE Fragmentation",
    "R - IKE Auto Reconnect, U - IKE Dynamic Route Update",
    "S - SIP VPN",
    "",
)

_Tunnel = tuple[Port, Vpn, Association | None]


def _tunnels(context: Context) -> Iterator[_Tunnel]:
    """The protected tunnels that are not shut."""
    fabric: Fabric = context.fabric
    for port in context.device.view.ports.values():
        if port.vpn is not None and not port.shutdown:
            yield port, port.vpn, fabric.association(context.device, port)


def ikev2_sa(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show crypto ikev2 sa`."""
    return _ikev2(context, detailed=False)


def ikev2_sa_detail(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show crypto ikev2 sa detailed`."""
    return _ikev2(context, detailed=True)


def _ikev2(context: Context, *, detailed: bool) -> list[str]:
    rows: list[str] = []
    for number, (_, vpn, found) in enumerate(_tunnels(context), start=1):
        if found is not None:
            rows += _ike_rows(number, vpn, found, detailed=detailed)
    if not rows:
        return []
    return [_TITLE.format(4), *_HEADINGS, *rows, "", _TITLE.format(6), ""]


def _ike_rows(number: int, vpn: Vpn, found: Association, *, detailed: bool) -> list[str]:
    agreed = found.agreement
    cipher, _, size = agreed.encryption.rpartition("-")
    encryption = f"{cipher.upper()}, keysize: {size}" if size.isdecimal() else size.upper()
    vrfs = f"{vpn.fvrf or 'none'}/{vpn.ivrf or 'none'}"
    rows = [
        f"{number:<9} {vpn.local + '/500':<21} {vpn.peer + '/500':<21} {vrfs:<20} READY  ",
        f"      Encr: {encryption}, PRF: {agreed.prf.upper()}, "
        f"Hash: {agreed.integrity.upper() or 'None'}, DH Grp:{agreed.group}, "
        "Auth sign: PSK, Auth verify: PSK",
        f"      Life/Active Time: {agreed.ike_lifetime}/{found.ike_age} sec",
    ]
    if detailed:
        local, remote = found.ike_spis
        rows += [
            f"      CE id: {1000 + number}, Session-id: {number}",
            "      Status Description: Negotiation done",
            f"      Local spi: {local}       Remote spi: {remote}",
            f"      Local id: {vpn.local}",
            f"      Remote id: {vpn.peer}",
            "      Local req msg id:  2              Remote req msg id:  2         ",
            "      Local next msg id: 2              Remote next msg id: 2         ",
            "      Local req queued:  2              Remote req queued:  2         ",
            "      Local window:      5              Remote window:      5         ",
            "      DPD configured for 0 seconds, retry 0",
            "      Fragmentation not  configured.",
            "      Dynamic Route Update: disabled",
            "      Extended Authentication not configured.",
            "      NAT-T is not detected  ",
            "      Cisco Trust Security SGT is disabled",
            f"      Initiator of SA : {'Yes' if found.initiates else 'No'}",
        ]
    return rows


def ipsec_sa(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show crypto ipsec sa [detail]`."""
    lines: list[str] = []
    for number, (port, vpn, found) in enumerate(_tunnels(context), start=1):
        lines += _flow(number, port, vpn, found)
    return lines


def _flow(number: int, port: Port, vpn: Vpn, found: Association | None) -> list[str]:
    tag = f"{port.name}-head-0"
    sent, heard = (found.encaps, found.decaps) if found else (0, 0)
    outbound = found.outbound if found else 0
    return [
        "",
        f"interface: {port.name}",
        f"    Crypto map tag: {tag}, local addr {vpn.local}",
        "",
        f"   protected vrf: {vpn.ivrf or '(none)'}",
        "   local  ident (addr/mask/prot/port): (0.0.0.0/0.0.0.0/0/0)",
        "   remote ident (addr/mask/prot/port): (0.0.0.0/0.0.0.0/0/0)",
        f"   current_peer {vpn.peer} port 500",
        "     PERMIT, flags={origin_is_acl,}",
        f"    #pkts encaps: {sent}, #pkts encrypt: {sent}, #pkts digest: {sent}",
        f"    #pkts decaps: {heard}, #pkts decrypt: {heard}, #pkts verify: {heard}",
        "    #pkts compressed: 0, #pkts decompressed: 0",
        "    #pkts not compressed: 0, #pkts compr. failed: 0",
        "    #pkts not decompressed: 0, #pkts decompress failed: 0",
        "    #send errors 0, #recv errors 0",
        "",
        f"     local crypto endpt.: {vpn.local}, remote crypto endpt.: {vpn.peer}",
        f"     plaintext mtu 1438, path mtu 1500, ip mtu 1500, ip mtu idb {vpn.source}",
        f"     current outbound spi: 0x{outbound:X}({outbound})",
        f"     PFS (Y/N): {_pfs(vpn, found)}",
        "",
        "     inbound esp sas:",
        *_sa(number, tag, vpn, found, inbound=True),
        "",
        "     inbound ah sas:",
        "",
        "     inbound pcp sas:",
        "",
        "     outbound esp sas:",
        *_sa(number, tag, vpn, found, inbound=False),
        "",
        "     outbound ah sas:",
        "",
        "     outbound pcp sas:",
    ]


def _pfs(vpn: Vpn, found: Association | None) -> str:
    """The first child of an IKEv2 SA comes without an exchange of its own, whatever is asked."""
    rekeyed = found is not None and found.age < found.ike_age
    return f"Y, DH group: group{vpn.pfs}" if vpn.pfs and rekeyed else "N, DH group: none"


def _sa(
    number: int, tag: str, vpn: Vpn, found: Association | None, *, inbound: bool
) -> Iterator[str]:
    if found is None:
        return
    spi = found.inbound if inbound else found.outbound
    flow = 2 * number - inbound
    left, seconds = _left(found, inbound=inbound)
    yield from (
        f"      spi: 0x{spi:X}({spi})",
        f"        transform: {_shown(found.agreement.transform)} ,",
        f"        in use settings ={{{vpn.mode.capitalize()}, }}",
        f"        conn id: {2000 + flow}, flow_id: CSR:{flow}, "
        f"sibling_flags FFFFFFFF80000048, crypto map: {tag}",
        f"        sa timing: remaining key lifetime (k/sec): ({left}/{seconds})",
        "        IV size: 8 bytes"
        if "gcm" in found.agreement.transform
        else "        IV size: 16 bytes",
        f"        replay detection support: Y  replay window size: {vpn.window}"
        if vpn.window
        else "        replay detection support: N",
        "        Status: ACTIVE(ACTIVE)",
    )


def _left(found: Association, *, inbound: bool) -> tuple[int, int]:
    """Kilobytes and seconds until the pair of SAs is renewed."""
    packets = found.decaps_of_sa if inbound else found.encaps_of_sa
    kilobytes = max(0, _KILOBYTES - found.octets(packets) // 1024)
    return kilobytes, found.agreement.lifetime - found.age


def _shown(transform: str) -> str:
    """`esp-aes 256 esp-sha256-hmac` as it is printed: `esp-256-aes esp-sha256-hmac`."""
    words = transform.split()
    if len(words) > 1 and words[0] == "esp-aes" and words[1].isdecimal():
        words[:2] = [f"esp-{words[1]}-aes"]
    return " ".join(words)


def session(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show crypto session detail`: the legend alone without IPsec."""
    lines = list(_LEGEND)
    for number, (port, vpn, found) in enumerate(_tunnels(context), start=1):
        status = "UP-ACTIVE" if found else "DOWN-NEGOTIATING"
        lines += [f"Interface: {port.name}"]
        if found is not None:
            lines += [f"Profile: {vpn.ike_profile}", f"Uptime: {_clock(_age(context, found))}"]
        lines += [
            f"Session status: {status}     ",
            f"Peer: {vpn.peer} port 500 fvrf: {vpn.fvrf or '(none)'} ivrf: {vpn.ivrf or '(none)'}",
            f"      Phase1_id: {vpn.peer if found else '(none)'}",
            "      Desc: (none)",
        ]
        if found is not None:
            rest = found.agreement.ike_lifetime - found.ike_age
            lines += [
                f"  Session ID: {number}  ",
                f"  IKEv2 SA: local {vpn.local}/500 remote {vpn.peer}/500 Active ",
                f"          Capabilities:(none) connid:{number} lifetime:{_clock(rest)}",
            ]
        lines += _session_flow(found)
    return lines


def _session_flow(found: Association | None) -> list[str]:
    rows = []
    for way, verb, inbound in (("Inbound: ", "dec", True), ("Outbound:", "enc", False)):
        left, seconds = _left(found, inbound=inbound) if found else (0, 0)
        packets = 0 if found is None else found.decaps if inbound else found.encaps
        rows.append(
            f"        {way} #pkts {verb}'ed {packets} drop 0 life (KB/Sec) {left}/{seconds}"
        )
    return [
        "  IPSEC FLOW: permit ip 0.0.0.0/0.0.0.0 0.0.0.0/0.0.0.0 ",
        f"        Active SAs: {2 if found else 0}, origin: crypto map",
        *rows,
        "",
    ]


def _age(context: Context, found: Association) -> int:
    return max(0, int((context.device.lab_now() - found.since).total_seconds()))


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
