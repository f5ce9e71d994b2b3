"""Write the standard's handbook: `python -m netmod.intent > docs/standard.md`."""

from __future__ import annotations

import sys
from pathlib import Path

from netmod.intent.handbook import handbook
from netmod.inventory import load_inventory

if __name__ == "__main__":
    sys.stdout.write(handbook(load_inventory(Path("inventory")), Path("templates")))
