"""What suppliers state about links whose encryption we cannot see, signed with Ed25519.

An attestation is a YAML file and its signature beside it, over the very bytes of the file. It
counts only while it is valid, and only by a supplier whose public key the owner of the
installation has registered.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import AfterValidator, Field, model_validator

from netmod.compliance._model import Model
from netmod.compliance.requirements import Sentence, given, named_once
from netmod.inventory import Link, SupplierEnd

Validity = Literal[
    "valid", "unsigned", "unknown-supplier", "bad-signature", "not-yet-valid", "expired"
]


def _public_key(value: str) -> str:
    try:
        raw = base64.b64decode(value, validate=True)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise ValueError("is no Ed25519 public key | write its 32 bytes in base64")
    return value


class Supplier(Model):
    """A supplier by the name that the inventory has, and the key that its statements are signed
    with: 32 bytes in base64."""

    public_key: Annotated[str, AfterValidator(_public_key)]


class SuppliersFile(Model):
    """`compliance/suppliers.yaml`."""

    suppliers: dict[str, Supplier] = Field(default_factory=dict)


class Statement(Model):
    """What a supplier states: these links are encrypted, from and to these days, both included."""

    supplier: Sentence
    links: Annotated[tuple[str, ...], AfterValidator(named_once), AfterValidator(given)]
    statement: Sentence
    valid_from: date
    valid_until: date

    @model_validator(mode="after")
    def _in_order(self) -> Statement:
        if self.valid_until < self.valid_from:
            raise ValueError("valid_until is before valid_from | exchange the two dates")
        return self


class Attestation(Model):
    """A statement, the file it stands in, and what is known of its signature."""

    file: str
    statement: Statement
    signature: Literal["good", "unsigned", "unknown-supplier", "bad-signature"]

    def validity(self, today: date) -> Validity:
        """`valid`, or the first reason why it does not count."""
        if self.signature != "good":
            return self.signature
        if today < self.statement.valid_from:
            return "not-yet-valid"
        return "expired" if today > self.statement.valid_until else "valid"

    def covers(self, link: Link) -> bool:
        """Whether it is about a link. What a supplier encrypts, only the supplier of one of the
        link's ends can attest; of an optical system, whoever is registered."""
        if link.encrypted_by == "own" or link.id not in self.statement.links:
            return False
        suppliers = [end.supplier for end in link.ends if isinstance(end, SupplierEnd)]
        return link.encrypted_by == "optical" or self.statement.supplier in suppliers


def check_signature(
    content: bytes, signature: bytes | None, supplier: str, suppliers: Mapping[str, Supplier]
) -> Literal["good", "unsigned", "unknown-supplier", "bad-signature"]:
    """What the signature (base64) of a statement's bytes is worth."""
    if supplier not in suppliers:
        return "unknown-supplier"
    if signature is None:
        return "unsigned"
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(suppliers[supplier].public_key))
    try:
        key.verify(base64.b64decode(b"".join(signature.split()), validate=True), content)
    except (InvalidSignature, binascii.Error):
        return "bad-signature"
    return "good"


def attested(
    attestations: Mapping[str, Attestation], link: Link, today: date
) -> dict[str, str] | None:
    """`supplier` and `until` of the statement about a link that is valid the longest."""
    valid = [
        one.statement
        for _, one in sorted(attestations.items())
        if one.covers(link) and one.validity(today) == "valid"
    ]
    longest = max(valid, key=lambda one: one.valid_until, default=None)
    if longest is None:
        return None
    return {"supplier": longest.supplier, "until": f"{longest.valid_until}"}
