"""Single values of a runbook: durations, names in full, reasons."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

_DURATION = re.compile(r"(\d+)\s*([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(value: Any) -> Any:
    """`30s`, `10m`, `2h`, `3d`, or a number of seconds."""
    if not isinstance(value, str):
        return value
    match = _DURATION.fullmatch(value.strip())
    if match is None:
        raise ValueError(f"{value!r} is no duration | write it like 30s, 10m, 2h or 3d")
    return int(match[1]) * _SECONDS[match[2]]


Duration = Annotated[
    int,
    BeforeValidator(
        _duration,
        json_schema_input_type=Annotated[int, Field(ge=0)]
        | Annotated[str, Field(pattern=r"^\d+\s*[smhd]$")],
    ),
    Field(ge=0),
]
"""Seconds; `30s`, `10m`, `2h` and `3d` in a file."""
Sentence = Annotated[str, Field(min_length=8, max_length=500)]
"""A reason that somebody else understands."""
Percent = Annotated[float, Field(ge=0, le=100)]


def _in_full(value: str) -> str:
    if re.search(r"[*?\[=,]", value):
        raise ValueError(
            f"{value!r} is no name | name each in full, so that nobody is meant by chance"
        )
    return value


Named = Annotated[str, Field(min_length=1), AfterValidator(_in_full)]
"""A device, link or site by its name; never a wildcard or filter term."""
FunctionName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
