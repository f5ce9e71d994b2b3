"""IPsec transform sets: what the words of one mean."""

from __future__ import annotations

import re

from netmod.facts import PolicyFact

_WORDS = re.compile(r"(?:esp|ah|comp)-[\w-]+(?: (?:128|192|256))?")
_PRINTED = re.compile(r"(128|192|256)-(aes|gcm|gmac)$")  # how outputs print `aes 256`
_KEY_SIZES = {"aes": 128, "gcm": 128, "gmac": 128}
_WEAK = ("des", "3des", "seal", "md5", "sha")


def normal(text: str) -> str:
    """A transform set's words with single blanks: `esp-aes 256 esp-sha-hmac`."""
    return " ".join(_WORDS.findall(" ".join(text.split())))


def transform_policy(name: str, transform: str, mode: str | None) -> PolicyFact:
    """A transform set as a policy.

    `esp` is its cipher with the key size (`aes-256`; without a number it is 128 bits),
    `integrity` and `ah` its hashes. No ESP cipher, NULL and GMAC keep nothing secret.
    """
    esp = integrity = ah = None
    for word in _WORDS.findall(transform):
        kind, _, rest = word.partition("-")
        if kind == "ah":
            ah = rest.removesuffix("-hmac")
        elif kind == "esp" and rest.endswith("-hmac"):
            integrity = rest.removesuffix("-hmac")
        elif kind == "esp":
            cipher, _, bits = _PRINTED.sub(r"\2 \1", rest).partition(" ")
            size = bits or _KEY_SIZES.get(cipher)
            esp = f"{cipher}-{size}" if size else cipher
    return PolicyFact(
        name=name,
        kind="transform-set",
        esp=esp,
        integrity=integrity,
        ah=ah,
        mode=mode,
        transform=normal(transform),
        confidentiality=esp is not None and not esp.startswith(("null", "gmac")),
        weak=any(part in _WEAK for part in (esp, integrity, ah)),
    )
