"""Libraries that only some installations have."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from netmod.errors import CredentialsError


def optional(module: str, what: str) -> Any:
    """The module. Raises `CredentialsError` where it is not installed; `what` needs it."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != module.partition(".")[0]:
            raise
        raise CredentialsError(
            f"{what} needs {module}, which is not installed",
            hint="run: pip install 'netmod[secrets]'",
        ) from None
