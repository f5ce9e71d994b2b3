"""Where validators of other people are: NETMOD_VALIDATORS names a folder that this fills:

    pip install --target DIR --no-deps --require-hashes -r .ci/validators.txt

Where it is absent, their tests skip on a desk and fail in the gate.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(os.environ.get("NETMOD_VALIDATORS", ""))
HERE = bool(os.environ.get("NETMOD_VALIDATORS")) and FOLDER.is_dir()
REQUIRED = bool(os.environ.get("NETMOD_REQUIRE_ALL"))

needed = pytest.mark.skipif(not HERE and not REQUIRED, reason="NETMOD_VALIDATORS is not set")


class _Unused(ModuleType):
    """A module whose every public name is None."""

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)


def load(name: str) -> Any:
    """A package of the folder; its own dependencies are ours where we have them.

    What oscal's helpers fetch and look places up with are empty modules here: nothing of it is
    used, and it would bring compiled packages that are another file on every machine.
    """
    if f"{FOLDER}" not in sys.path:
        sys.path.append(f"{FOLDER}")
    for unused in ("network", "country_code_converter", "timezone_lookup"):
        sys.modules.setdefault(f"ruf_common.{unused}", _Unused(unused))
    return importlib.import_module(name)
