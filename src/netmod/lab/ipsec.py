"""IPsec of a tunnel as configured, and what two ends of one agree on. Values alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

_Word = TypeVar("_Word", str, int)


@dataclass(frozen=True, slots=True)
class IkeProposal:
    """What one end offers for the IKE SA, each in order of preference; `prf` as the OS derives it.

    Ciphers are named as in IKEv2 proposals of IOS: `aes-gcm-256`, `aes-cbc-128`, `3des`.
    """

    encryption: tuple[str, ...]
    integrity: tuple[str, ...]
    prf: tuple[str, ...]
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Vpn:
    """One end of a protected tunnel.

    `local` and `peer` are the outer addresses, `source` the port that the outer packets leave by.
    Keys are None where no keyring has one for the peer, `known` is False where the profile takes no
    identity of the peer's. `transforms` are in order of preference, as `esp-gcm 256`; `complete` is
    False where something that is referred to is not defined. Lifetimes are in seconds.
    """

    local: str
    peer: str
    source: str
    profile: str
    ike_profile: str
    proposals: tuple[IkeProposal, ...]
    local_key: str | None
    remote_key: str | None
    transforms: tuple[str, ...]
    mode: str = "tunnel"
    pfs: str = ""
    known: bool = True
    complete: bool = True
    lifetime: int = 3600
    ike_lifetime: int = 86400
    window: int = 64
    fvrf: str = ""
    ivrf: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two ends found in common. `integrity` is "" for a cipher that needs none."""

    encryption: str
    integrity: str
    prf: str
    group: int
    transform: str
    lifetime: int
    ike_lifetime: int

    @property
    def encrypts(self) -> bool:
        """Whether the traffic cannot be read on the way."""
        return not self.transform.startswith(("esp-null", "esp-gmac", "ah-"))


def agree(initiator: Vpn, responder: Vpn) -> Agreement | None:
    """What the ends agree on; None where they find no IKE SA or no child SA in common.

    The initiator's order counts. The shorter lifetime does: whichever end is first rekeys.
    """
    if (initiator.local, initiator.peer) != (responder.peer, responder.local):
        return None
    if not (initiator.complete and responder.complete and initiator.known and responder.known):
        return None
    keys = (initiator.local_key, initiator.remote_key)
    if None in keys or keys != (responder.remote_key, responder.local_key):
        return None
    transform = _first(initiator.transforms, responder.transforms)
    if transform is None or initiator.mode != responder.mode:
        return None
    for offer in initiator.proposals:
        for other in responder.proposals:
            found = _in_common(offer, other)
            if found is not None:
                return Agreement(
                    *found,
                    transform,
                    min(initiator.lifetime, responder.lifetime),
                    min(initiator.ike_lifetime, responder.ike_lifetime),
                )
    return None


def _in_common(one: IkeProposal, other: IkeProposal) -> tuple[str, str, str, int] | None:
    encryption = _first(one.encryption, other.encryption)
    prf = _first(one.prf, other.prf)
    group = _first(one.groups, other.groups)
    if encryption is None or prf is None or group is None:
        return None
    if "-gcm-" in encryption:
        return encryption, "", prf, group
    integrity = _first(one.integrity, other.integrity)
    return None if integrity is None else (encryption, integrity, prf, group)


def _first(wanted: tuple[_Word, ...], known: tuple[_Word, ...]) -> _Word | None:
    return next((one for one in wanted if one in known), None)
