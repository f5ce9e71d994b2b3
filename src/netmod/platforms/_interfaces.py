"""Interface names: from any abbreviation that a device prints to the platform's full name."""

from __future__ import annotations

import re
from functools import lru_cache

_NAME = re.compile(r"([A-Za-z][A-Za-z-]*)\s?(\d\S*)?$")


@lru_cache(maxsize=65536)
def expand(name: str, types: tuple[str, ...]) -> str:
    """`name` with its type written out, from `types` in order of preference.

    `Hu1/0/3.5` and `types=("HundredGigE", …)` give `HundredGigE1/0/3.5`; a blank between type
    and number is dropped (`Gig 0/23`). A name of no known type comes back unchanged.
    """
    match = _NAME.match(name.strip())
    if match is None:
        return name.strip()
    kind, number = match.group(1).lower(), match.group(2) or ""
    exact = next((full for full in types if full.lower() == kind), None)
    full = exact or next((full for full in types if full.lower().startswith(kind)), None)
    return name.strip() if full is None else full + number
