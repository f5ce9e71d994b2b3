"""Renew the checks in the docs: `python -m netmod.compliance docs/requirements.md`."""

from __future__ import annotations

import sys
from pathlib import Path

from netmod.compliance.checks import with_checks

if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(with_checks(path.read_text(encoding="utf-8")), encoding="utf-8")
