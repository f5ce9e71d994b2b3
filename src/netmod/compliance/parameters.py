"""What a requirement asks of an encrypted link, as parameters of the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from pydantic import Field

from netmod.compliance._model import Model

Cipher = Literal["GCM-AES-128", "GCM-AES-XPN-128", "GCM-AES-256", "GCM-AES-XPN-256"]
WeaknessCode = Literal[
    "M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M09", "M10", "M11", "M12", "M13",
    "M14", "M15", "M16", "I01", "I02", "I03", "I04", "I05", "I06", "I07",
]  # fmt: skip
WEAKNESS_CODES: tuple[str, ...] = get_args(WeaknessCode)

# Left out of the default: M08 (a bound of its own, `max_sak_rekey`), M13, I04 and I07, which
# are reported and do not by themselves put contents in clear.
_FORBIDDEN: tuple[WeaknessCode, ...] = (
    "M01", "M02", "M03", "M04", "M05", "M06", "M07", "M09", "M10", "M11", "M12", "M14", "M15",
    "M16", "I01", "I02", "I03", "I05", "I06",
)  # fmt: skip


class Parameters(Model):
    """Bounds of a verdict. Times in seconds, `warning_days` in days.

    `minimum_cipher` is about key length: a longer key passes, with or without extended packet
    numbers, and the same length is asked of IPsec. None asks nothing. `max_sak_rekey` None only
    reports M08.
    """

    minimum_cipher: Cipher | None = "GCM-AES-256"
    enforcement: Literal["must-secure", "any"] = "must-secure"
    max_sak_rekey: int | None = Field(default=None, gt=0)
    forbidden_weaknesses: tuple[WeaknessCode, ...] = _FORBIDDEN
    warning_days: int = Field(default=30, ge=0, le=3650)
    max_skew: int = Field(default=3600, gt=0)

    @property
    def minimum_bits(self) -> int:
        """Key length that `minimum_cipher` asks for; 0 for none."""
        return cipher_bits(self.minimum_cipher) or 0

    @property
    def forbidden(self) -> frozenset[str]:
        """Every weakness code that makes a link weak, those that other parameters imply too."""
        implied = {
            "M01": self.enforcement == "must-secure",
            "M05": self.minimum_cipher is not None,
            "M08": self.max_sak_rekey is not None,
        }
        return frozenset(self.forbidden_weaknesses) | {
            code for code, holds in implied.items() if holds
        }


def cipher_bits(cipher: str | None) -> int | None:
    """Key length of a MACsec cipher by its IEEE name; None where the name tells none."""
    tail = (cipher or "")[-3:]
    return int(tail) if tail in ("128", "256") else None


def strictest(several: Iterable[Parameters]) -> Parameters:
    """Parameters that accept a link only where all of the given ones do; default for none."""
    all_of = list(several)
    if not all_of:
        return Parameters()
    if all(one == all_of[0] for one in all_of):
        return all_of[0]
    rekeys = [one.max_sak_rekey for one in all_of if one.max_sak_rekey is not None]
    codes = {code for one in all_of for code in one.forbidden_weaknesses}
    strict = any(one.enforcement == "must-secure" for one in all_of)
    return Parameters(
        minimum_cipher=max((one.minimum_cipher for one in all_of), key=_strength),
        enforcement="must-secure" if strict else "any",
        max_sak_rekey=min(rekeys, default=None),
        forbidden_weaknesses=tuple(sorted(codes)),
        warning_days=max(one.warning_days for one in all_of),
        max_skew=min(one.max_skew for one in all_of),
    )


def _strength(cipher: Cipher | None) -> int:
    return cipher_bits(cipher) or 0
