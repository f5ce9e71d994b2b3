"""Orders to a lab that runs in another process: what may be asked, and how it is written."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from netmod.errors import LabError
from netmod.lab.faults import BOOT_SECONDS, Faults
from netmod.lab.path_faults import When

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SPAN = re.compile(r"([+-]?)((?:\d+(?:\.\d+)?[smhd])+)")


class Order(BaseModel):
    """One order: a line of JSON.

    `fault` and `clear` concern a device or a site (`clear` both or neither), `value` is a number
    or a pattern as the fault wants it. `faults` asks what is in force, `log` who was reached when.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    do: Literal["fault", "clear", "faults", "log"]
    fault: str = ""
    device: str | None = None
    site: str | None = None
    value: float | str | None = None
    when: When = "after"


@dataclass(frozen=True, slots=True)
class Kind:
    """One fault as it is ordered: `wants` names its value, None for a fault without one."""

    bring: Callable[[Faults, str, Any, When], None]
    wants: Literal["seconds", "pattern", "share", "bytes", "skew"] | None = None
    default: float | None = None
    timed: bool = False


KINDS: Mapping[str, Kind] = {
    "latency": Kind(lambda f, host, value, _: f.latency(host, value), "seconds"),
    "refuse-login": Kind(lambda f, host, _v, _: f.refuse_login(host)),
    "host-key": Kind(lambda f, host, _v, _: f.change_host_key(host)),
    "drop": Kind(
        lambda f, host, value, when: f.drop_session(host, value, when=when), "pattern", timed=True
    ),
    "hang": Kind(
        lambda f, host, value, when: f.hang(host, value, when=when), "pattern", timed=True
    ),
    "truncate": Kind(lambda f, host, value, _: f.truncate_output(host, value), "pattern"),
    "reboot": Kind(lambda f, host, value, _: f.reboot(host, value), "seconds", BOOT_SECONDS),
    "flash-full": Kind(lambda f, host, value, _: f.flash_full(host, int(value)), "bytes", 0),
    "clock-skew": Kind(
        lambda f, host, value, _: f.clock_skew(host, timedelta(seconds=value)), "skew"
    ),
    "half-applied": Kind(lambda f, host, value, _: f.half_applied(host, value), "share", 0.5),
    "unreachable": Kind(lambda f, host, _v, _: f.unreachable(host)),
}
"""Faults of a device; a site can be `dead`."""

_USAGE = "write it as: netmod lab fault HOST FAULT [VALUE], with a fault of " + ", ".join(KINDS)


def order_of(words: Sequence[str], site: str | None, when: When | None) -> Order:
    """The order that stands on a command line. Raises `LabError` with a hint."""
    if site is not None:
        if len(words) != 1 or words[0] not in ("dead", "clear"):
            raise LabError(
                "a site can be dead, or be cleared",
                hint="write it as: netmod lab fault --site SITE dead (or clear)",
            )
        return Order(do="fault" if words[0] == "dead" else "clear", fault="dead", site=site)
    if len(words) < 2:
        raise LabError("a host and a fault are needed", hint=_USAGE)
    host, name, *rest = words
    if name == "clear" and not rest:
        return Order(do="clear", device=host)
    kind = KINDS.get(name)
    if kind is None:
        raise LabError(f"there is no fault {name!r}", hint=_USAGE)
    if when is not None and not kind.timed:
        raise LabError(
            f"{name} happens at once", hint="--when is for drop and hang: leave it out here"
        )
    value = _value(name, kind, rest)
    return Order(do="fault", fault=name, device=host, value=value, when=when or "after")


def _value(name: str, kind: Kind, rest: Sequence[str]) -> float | str | None:
    if kind.wants is None or (not rest and kind.default is not None):
        if rest:
            raise LabError(f"{name} takes no value", hint=f"leave out {' '.join(rest)!r}")
        return kind.default
    if len(rest) != 1:
        raise LabError(
            f"{name} takes one value: {kind.wants}",
            hint="put a pattern with spaces in quotes" if kind.wants == "pattern" else _USAGE,
        )
    if kind.wants == "pattern":
        return rest[0]
    if kind.wants == "skew":
        return span(rest[0]).total_seconds()
    try:
        number = float(rest[0])
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise LabError(f"{rest[0]!r} is no number of {kind.wants}", hint="give 0.5, for example")
    return number


def span(text: str) -> timedelta:
    """`+5m`, `-1h30m` or `90s` as a time span. Raises `LabError`."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise LabError(
            f"{text!r} is no time span", hint="write it like +5m, -1h30m or +2d: s, m, h, d"
        )
    pieces = re.findall(r"([\d.]+)([smhd])", match[2])
    seconds = sum(float(number) * _UNITS[unit] for number, unit in pieces)
    try:
        return timedelta(seconds=-seconds if match[1] == "-" else seconds)
    except OverflowError:
        raise LabError(f"{text!r} is too long a time", hint="give +5m, for example") from None


def obey(faults: Faults, order: Order) -> None:
    """Bring about or clear the fault of an order. Raises `LabError`."""
    if order.do == "clear":
        if order.device is not None:
            faults.clear(order.device)
        elif order.site is not None:
            faults.clear_site(order.site)
        else:
            faults.clear_all()
        return
    if order.site is not None and order.fault == "dead":
        faults.dead_site(order.site)
        return
    kind = KINDS.get(order.fault)
    if kind is None or order.device is None or not _fits(kind, order.value):
        raise LabError("the order is not understood", hint=_USAGE)
    kind.bring(faults, order.device, order.value, order.when)


def _fits(kind: Kind, value: float | str | None) -> bool:
    if kind.wants is None:
        return True
    return isinstance(value, str if kind.wants == "pattern" else float | int)
