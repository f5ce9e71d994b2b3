"""What is known of a device beside its captures: how it may be reached, and its last backup."""

from __future__ import annotations

from datetime import datetime

from netmod.compliance._model import Model


class Surroundings(Model):
    """`legacy_ssh`: whether SSH algorithms that are no longer safe are allowed for its sessions.

    `backup_at` is when its whole config was last read, and archived, by a nightly run;
    `no_backup_since` when a run first failed to. None where nothing is recorded.
    """

    legacy_ssh: bool | None = None
    backup_at: datetime | None = None
    no_backup_since: datetime | None = None
