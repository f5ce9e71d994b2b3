"""Certificates of devices."""

from __future__ import annotations

from pydantic import Field

from netmod.inventory._values import Line, Model, Name


class Pki(Model):
    """The trustpoint that every device enrols with. `renew_at` in per cent of the lifetime.

    `subject` is what stands in the certificate beside the device's name.
    """

    trustpoint: Name
    enrollment_url: str = Field(pattern=r"^https?://[A-Za-z0-9.:/_-]+$")
    subject: Line = ""
    key_bits: int = Field(default=4096, ge=3072, le=4096)
    renew_at: int = Field(default=80, ge=50, le=95)
