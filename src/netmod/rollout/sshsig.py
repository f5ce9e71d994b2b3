"""Signatures as `ssh-keygen -Y sign` makes them: made and checked here, checkable there.

The format is OpenSSH's PROTOCOL.sshsig. Keys are Ed25519, ECDSA and RSA; a certificate or a key of
a token is refused as unknown. Pure but for the signing key that it is given.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

_MAGIC, _VERSION = b"SSHSIG", 1
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_ARMOR = re.compile(rf"\s*{_BEGIN}\n(?P<body>[A-Za-z0-9+/=\s]+){_END}\s*")
_HASHES = {b"sha512": hashlib.sha512, b"sha256": hashlib.sha256}
_RSA_BITS = 3072
_CURVES: dict[str, hashes.HashAlgorithm] = {
    "secp256r1": hashes.SHA256(),
    "secp384r1": hashes.SHA384(),
    "secp521r1": hashes.SHA512(),
}

PublicKey = Ed25519PublicKey | ec.EllipticCurvePublicKey | RSAPublicKey
PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey | RSAPrivateKey


class BadSignature(Exception):
    """What is no signature, or not one of this key over this message for this purpose."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that was read, and not yet checked. `key` is OpenSSH's blob of the public key."""

    key: bytes
    namespace: str
    hash: bytes
    kind: bytes
    value: bytes


def public_blob(key: PublicKey | PrivateKey) -> bytes:
    """OpenSSH's blob of a key's public half."""
    public = key if isinstance(key, PublicKey) else key.public_key()
    text = public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return base64.b64decode(text.split()[1])


def public_key(kind: str, blob: bytes) -> PublicKey:
    """The key of a blob. Raises `BadSignature` where netmod does not take such keys."""
    text = f"{kind} {base64.b64encode(blob).decode()}".encode()
    try:
        key = serialization.load_ssh_public_key(text)
    except (ValueError, UnsupportedAlgorithm):
        raise BadSignature(f"{kind} is no kind of key that is taken") from None
    if isinstance(key, RSAPublicKey) and key.key_size < _RSA_BITS:
        raise BadSignature(f"an RSA key of {key.key_size} bits is too short") from None
    if not isinstance(key, PublicKey) or kind.startswith("sk-"):
        raise BadSignature(f"{kind} is no kind of key that is taken")
    return key


def fingerprint(blob: bytes) -> str:
    """As `ssh-keygen -l` shows it."""
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return f"SHA256:{digest}"


def sign(key: PrivateKey, message: bytes, namespace: str) -> str:
    """The armoured signature over a message."""
    data = _signed(message, namespace.encode(), b"sha512")
    if isinstance(key, Ed25519PrivateKey):
        kind, value = b"ssh-ed25519", key.sign(data)
    elif isinstance(key, RSAPrivateKey):
        kind, value = b"rsa-sha2-512", key.sign(data, padding.PKCS1v15(), hashes.SHA512())
    else:
        digest = _CURVES[key.curve.name]
        r, s = utils.decode_dss_signature(key.sign(data, ec.ECDSA(digest)))
        (kind,) = _strings(public_blob(key), 1, more=True)
        value = _string(_number(r)) + _string(_number(s))
    blob = (
        _MAGIC
        + struct.pack(">I", _VERSION)
        + _string(public_blob(key))
        + _string(namespace.encode())
        + _string(b"")
        + _string(b"sha512")
        + _string(_string(kind) + _string(value))
    )
    text = base64.b64encode(blob).decode()
    lines = [text[place : place + 70] for place in range(0, len(text), 70)]
    return "\n".join((_BEGIN, *lines, _END)) + "\n"


def read_signature(text: str) -> Signature:
    """The signature in an armoured text. Raises `BadSignature`."""
    match = _ARMOR.fullmatch(text)
    if match is None:
        raise BadSignature("no SSH signature")
    try:
        blob = base64.b64decode("".join(match["body"].split()), validate=True)
    except binascii.Error:
        raise BadSignature("no SSH signature") from None
    if blob[:6] != _MAGIC or blob[6:10] != struct.pack(">I", _VERSION):
        raise BadSignature("a signature of another version")
    key, namespace, _, digest, value = _strings(blob[10:], 5)
    kind, raw = _strings(value, 2)
    try:
        return Signature(key, namespace.decode(), digest, kind, raw)
    except UnicodeDecodeError:
        raise BadSignature("no SSH signature") from None


def check(signature: Signature, message: bytes, namespace: str) -> None:
    """Raise `BadSignature` where it is not of its own key over this message for this purpose.

    Whose key it is, and whether that person may sign, is for others to judge.
    """
    if signature.namespace != namespace:
        raise BadSignature(f"a signature for {signature.namespace!r}, and not for {namespace!r}")
    if signature.hash not in _HASHES:
        raise BadSignature("a signature over a hash that is not taken")
    (kind,) = _strings(signature.key, 1, more=True)
    key = public_key(kind.decode(errors="replace"), signature.key)
    data = _signed(message, namespace.encode(), signature.hash)
    try:
        _verify(key, kind, signature, data)
    except InvalidSignature:
        raise BadSignature("the signature is not of this text") from None


def _verify(key: PublicKey, kind: bytes, signature: Signature, data: bytes) -> None:
    if isinstance(key, Ed25519PublicKey) and signature.kind == b"ssh-ed25519":
        key.verify(signature.value, data)
    elif isinstance(key, RSAPublicKey) and signature.kind in (b"rsa-sha2-512", b"rsa-sha2-256"):
        digest = hashes.SHA512() if signature.kind.endswith(b"512") else hashes.SHA256()
        key.verify(signature.value, data, padding.PKCS1v15(), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey) and signature.kind == kind:
        r, s = (int.from_bytes(one, "big") for one in _strings(signature.value, 2))
        key.verify(utils.encode_dss_signature(r, s), data, ec.ECDSA(_CURVES[key.curve.name]))
    else:
        raise BadSignature("the signature is not of the kind of its key")


def _signed(message: bytes, namespace: bytes, digest: bytes) -> bytes:
    """What is signed in the place of the message."""
    hashed = _HASHES[digest](message).digest()
    return _MAGIC + _string(namespace) + _string(b"") + _string(digest) + _string(hashed)


def _string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def _number(value: int) -> bytes:
    """A number as OpenSSH has it: as many bytes as it needs, the first below 128."""
    return value.to_bytes(value.bit_length() // 8 + 1, "big")


def _strings(data: bytes, count: int, *, more: bool = False) -> list[bytes]:
    """The first `count` strings; there must be no more, unless `more`."""
    found: list[bytes] = []
    for _ in range(count):
        if len(data) < 4:
            raise BadSignature("the signature is cut")
        length = struct.unpack(">I", data[:4])[0]
        if len(data) < 4 + length:
            raise BadSignature("the signature is cut")
        found.append(data[4 : 4 + length])
        data = data[4 + length :]
    if data and not more:
        raise BadSignature("something stands behind the signature")
    return found
