"""The one certificate of a lab, for what answers over HTTPS."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_VALID = timedelta(days=3650)


class Tls:
    """A key and a certificate signed with it, of `addresses`, valid for ten years around `now`.

    `context` is the servers', `certificate` the PEM text that a client may trust.
    """

    def __init__(self, now: datetime, addresses: Iterable[str] = ()) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "netmod lab")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _VALID / 2)
            .not_valid_after(now + _VALID / 2)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ip_address(one)) for one in addresses]),
                critical=False,
            )
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .sign(key, hashes.SHA256())
        )
        self.certificate = certificate.public_bytes(serialization.Encoding.PEM).decode()
        self.context = _context(self.certificate, key)


def _context(certificate: str, key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
    """OpenSSL takes keys from files only; the file is the owner's alone and gone right after."""
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory(prefix="netmod-lab-") as folder:
        file = Path(folder) / "certificate.pem"
        file.touch(0o600)
        file.write_bytes(secret + certificate.encode())
        context.load_cert_chain(file)
    return context
