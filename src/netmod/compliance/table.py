"""Both ends' states → verdict: total, symmetric, and the same as in docs/link-encryption.md."""

from __future__ import annotations

from typing import Literal

from netmod.compliance.ends import EndState

Verdict = Literal[
    "encrypted", "weak", "one-sided", "configured", "unencrypted", "unknown", "attested"
]
VERDICTS: tuple[Verdict, ...] = (
    "unencrypted", "one-sided", "unknown", "configured", "weak", "attested", "encrypted",
)  # fmt: skip
"""Worst first: the order in which reports list links, and in which a bundle's worst member wins."""

STATES: tuple[EndState, ...] = (
    "secured", "partial", "configured", "unsecured", "unknown", "missing",
)  # fmt: skip

# One end's state by row, the other's by column. A supplier's end and a host without captures are
# both `missing`. A clear end decides, whatever the other is. Where both ends are secured, pairing,
# capture times and weaknesses may still lower the verdict.
_GRID = """
              secured      partial      configured   unsecured    unknown      missing
  secured     encrypted    one-sided    configured   one-sided    unknown      unknown
  partial     one-sided    unencrypted  unencrypted  one-sided    unknown      unknown
  configured  configured   unencrypted  configured   one-sided    unknown      unknown
  unsecured   one-sided    one-sided    one-sided    unencrypted  unencrypted  unencrypted
  unknown     unknown      unknown      unknown      unencrypted  unknown      unknown
  missing     unknown      unknown      unknown      unencrypted  unknown      unknown
"""


def _read(grid: str) -> dict[tuple[EndState, EndState], Verdict]:
    header, *rows = (line.split() for line in grid.strip().splitlines())
    by_word: dict[str, EndState] = {state: state for state in STATES}
    verdicts: dict[str, Verdict] = {verdict: verdict for verdict in VERDICTS}
    return {
        (by_word[row[0]], by_word[column]): verdicts[word]
        for row in rows
        for column, word in zip(header, row[1:], strict=True)
    }


TABLE: dict[tuple[EndState, EndState], Verdict] = _read(_GRID)


def as_markdown() -> str:
    """The table as docs/link-encryption.md shows it."""
    head = "| one end ↓ · other end → | " + " | ".join(f"`{state}`" for state in STATES) + " |"
    rule = "|---" * (len(STATES) + 1) + "|"
    rows = [
        f"| `{row}` | " + " | ".join(TABLE[row, column] for column in STATES) + " |"
        for row in STATES
    ]
    return "\n".join([head, rule, *rows]) + "\n"
