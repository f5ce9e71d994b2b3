"""The security associations of a tunnel, derived from both ends' configurations and the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from netmod.lab.device import Device, digest
from netmod.lab.ipsec import Agreement, agree
from netmod.lab.macsec import Port

_PACKET_BYTES = 512
_FEWEST, _MORE = 40, 4  # packets per second


@dataclass(frozen=True, slots=True)
class Association:
    """An IKE SA and its pair of ESP SAs, as one end has them; `since` is when they first stood.

    SPIs and remaining seconds are those of this moment; a rekey gives new ones. Packets count from
    `since` on, in both directions, as the flow's counters do on devices.
    """

    agreement: Agreement
    initiates: bool
    since: datetime
    ike_age: int
    age: int
    ike_spis: tuple[str, str]
    inbound: int
    outbound: int
    encaps: int
    decaps: int
    encaps_of_sa: int
    decaps_of_sa: int

    @staticmethod
    def octets(packets: int) -> int:
        return packets * _PACKET_BYTES


def associate(device: Device, port: Port, far: Device, far_port: Port) -> Association | None:
    """What stands between the ends of a tunnel; None where they do not agree.

    The end of the lower outer address initiates.
    """
    mine, theirs = port.vpn, far_port.vpn
    if mine is None or theirs is None:
        return None
    initiates = _order(mine.local) < _order(theirs.local)
    agreement = agree(mine, theirs) if initiates else agree(theirs, mine)
    if agreement is None:
        return None
    ends = ((device, port.name), (far, far_port.name))
    since = max(one.changed_at(name) for one, name in ends)
    elapsed = max(0, int((device.lab_now() - since).total_seconds()))
    generation, age = divmod(elapsed, agreement.lifetime)
    ike_generation, ike_age = divmod(elapsed, agreement.ike_lifetime)
    out, back = _rate(device, port.name), _rate(far, far_port.name)
    return Association(
        agreement=agreement,
        initiates=initiates,
        since=since,
        ike_age=ike_age,
        age=age,
        ike_spis=(
            _mark("ike", device, port.name, since, ike_generation)[:8].hex().upper(),
            _mark("ike", far, far_port.name, since, ike_generation)[:8].hex().upper(),
        ),
        # The receiver chooses the SPI: what one end sends with is what the other receives with.
        inbound=_spi(device, port.name, since, generation),
        outbound=_spi(far, far_port.name, since, generation),
        encaps=elapsed * out,
        decaps=elapsed * back,
        encaps_of_sa=age * out,
        decaps_of_sa=age * back,
    )


def _order(address: str) -> tuple[int, ...]:
    return tuple(int(part) for part in address.split(".") if part.isdecimal())


def _mark(kind: str, device: Device, port: str, since: datetime, generation: int) -> bytes:
    return digest(kind, device.name, port, since.isoformat(), str(generation))


def _spi(device: Device, port: str, since: datetime, generation: int) -> int:
    """Above 255, which are reserved."""
    return int.from_bytes(_mark("esp", device, port, since, generation)[:4], "big") | 0x01000000


def _rate(sender: Device, port: str) -> int:
    """Packets per second, the same at both ends of one direction."""
    return _FEWEST + digest("vpn", sender.name, port)[0] * _MORE
