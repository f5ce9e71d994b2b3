"""Where devices log to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from netmod.inventory._values import Address, Model


class Logging(Model):
    """Two servers at the least, so that the maintenance of one loses nothing."""

    servers: tuple[Address, ...] = Field(min_length=2)
    severity: Literal["informational", "notifications", "warnings"] = "informational"
