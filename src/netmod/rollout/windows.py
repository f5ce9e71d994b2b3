"""When a site may be changed: windows by trust and site, and freezes. Pure.

Times of a window are those of the clock on the wall. Where a clock is put forward or back, a window
begins at the later of the two moments that its time may mean and ends at the earlier one: it is
never longer than either reading of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from netmod.rollout.model import Value

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")
SPAN = timedelta(days=400)
"""How far the next opening is looked for."""


def _clock(value: str) -> str:
    if not _CLOCK.fullmatch(value):
        raise ValueError(f'{value!r} is no time of day | write it like "22:00", in quotes')
    return value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = "write a name of the IANA database, like Europe/Oslo"
        raise ValueError(f"{value!r} is no time zone | {hint}") from None
    return value


def _given_as_text(value: Any) -> Any:
    """Only text is a moment: pydantic would take a number for seconds since 1970."""
    if isinstance(value, int | float):
        hint = "write it as YYYY-MM-DD, or as 2026-12-18T22:00:00+01:00"
        raise ValueError(f"{value!r} is no day and no moment | {hint}")
    return value


Moment = Annotated[AwareDatetime | date, BeforeValidator(_given_as_text)]
ClockTime = Annotated[str, AfterValidator(_clock)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]


class Window(Value):
    """Open on these days, by the day on which it begins; `until` before `begin` is the next day."""

    days: tuple[Day, ...] = DAYS
    begin: ClockTime = Field(alias="from")
    until: ClockTime

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    @model_validator(mode="after")
    def _opens(self) -> Window:
        if self.begin in ("24:00", self.until):
            hint = 'a whole day is from "00:00" until "24:00"'
            raise ValueError(f"a window from {self.begin} until {self.until} is none | {hint}")
        return self


class Openings(Value):
    """The windows of a trust or site, which take the place of the common ones, and its clock."""

    time_zone: TimeZone | None = None
    open: tuple[Window, ...] = Field(min_length=1)


class Freeze(Value):
    """No changes from `begin` up to `end`: everywhere, or at these trusts and sites.

    Days are those of each site's own clock, and the last one is frozen, too.
    """

    name: str = Field(min_length=1)
    begin: Moment = Field(alias="from")
    end: Moment = Field(alias="until")
    trusts: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    @model_validator(mode="after")
    def _in_order(self) -> Freeze:
        span = _frozen(self, "UTC")
        if span.end <= span.begin:
            raise ValueError("the freeze ends before it begins | exchange from and until")
        return self

    def concerns(self, trust: str, site: str) -> bool:
        """Whether the site may not be changed because of it."""
        everywhere = not self.trusts and not self.sites
        return everywhere or trust in self.trusts or site in self.sites


class Windows(Value):
    """When which site may be changed. Without any window it always may, freezes apart.

    The windows of a site win over those of its trust, and these over the common ones. Of what is
    behind `known_until` nothing is known, as calendars were read up to there: it is closed.
    """

    time_zone: TimeZone = "Europe/Oslo"
    open: tuple[Window, ...] = ()
    trusts: Mapping[str, Openings] = {}
    sites: Mapping[str, Openings] = {}
    freezes: tuple[Freeze, ...] = ()
    known_until: AwareDatetime | None = None


class Opening(NamedTuple):
    """Whether a site may be changed at a moment.

    `until` is when that ends, None where no end is in sight; `next` is when it may be changed
    again, None where it may now or where no opening is in sight. `reason` is why it may not.
    """

    open: bool
    until: datetime | None = None
    next: datetime | None = None
    reason: Literal["", "window", "freeze", "unknown"] = ""
    freeze: str = ""


class _Span(NamedTuple):
    begin: datetime
    end: datetime


def opening(windows: Windows, trust: str, site: str, at: datetime) -> Opening:
    """Whether `site` of `trust` may be changed at `at`, until when, and when else."""
    moment = at.astimezone(UTC)
    horizon = moment + SPAN
    own = windows.sites.get(site) or windows.trusts.get(trust)
    zone = (own.time_zone if own else None) or windows.time_zone
    freezes = [one for one in windows.freezes if one.concerns(trust, site)]
    shut = [_frozen(one, zone) for one in freezes]
    if windows.known_until is not None:
        shut.append(_Span(windows.known_until.astimezone(UTC), datetime.max.replace(tzinfo=UTC)))
    opened = _opened(own.open if own else windows.open, zone, moment, horizon)
    later: datetime | None = None
    for span in _without(_merged(opened), list(_merged(sorted(shut)))):
        if span.begin <= moment < span.end:
            return Opening(True, until=span.end if span.end < horizon else None)
        if moment < span.begin < horizon:
            later = span.begin
            break
    for one in freezes:
        if (closed := _frozen(one, zone)).begin <= moment < closed.end:
            return Opening(False, next=later, reason="freeze", freeze=one.name)
    unknown = windows.known_until is not None and windows.known_until <= moment
    return Opening(False, next=later, reason="unknown" if unknown else "window")


def _opened(
    windows: Iterable[Window], zone: str, moment: datetime, horizon: datetime
) -> Iterator[_Span]:
    """The windows as spans by their beginning, from those that may hold `moment` up to the
    horizon."""
    known = tuple(windows)
    if not known:
        yield _Span(moment, horizon)
        return
    first = moment.astimezone(ZoneInfo(zone)).date() - timedelta(days=2)
    for offset in range(SPAN.days + 4):
        day = first + timedelta(days=offset)
        word = DAYS[day.weekday()]
        spans = sorted(_span(window, day, zone) for window in known if word in window.days)
        yield from (span for span in spans if span.begin < span.end)


def _frozen(freeze: Freeze, zone: str) -> _Span:
    """A freeze for a site with this clock."""
    begin, end = freeze.begin, freeze.end
    if not isinstance(begin, datetime):
        begin = _moment(begin, "00:00", zone, later=False)
    if not isinstance(end, datetime):
        end = _moment(end, "24:00", zone, later=True)
    return _Span(begin.astimezone(UTC), end.astimezone(UTC))


@lru_cache(maxsize=4096)
def _span(window: Window, day: date, zone: str) -> _Span:
    last = day if window.begin < window.until else day + timedelta(days=1)
    return _Span(
        _moment(day, window.begin, zone, later=True),
        _moment(last, window.until, zone, later=False),
    )


def _moment(day: date, clock: str, zone: str, *, later: bool) -> datetime:
    """The earlier or later moment that a time on the wall may mean."""
    if clock == "24:00":
        day, clock = day + timedelta(days=1), "00:00"
    wall = datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone))
    both = [wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    return max(both) if later else min(both)


def _merged(spans: Iterable[_Span]) -> Iterator[_Span]:
    """Spans that touch each other as one. They come by their beginning."""
    current: _Span | None = None
    for span in spans:
        if current is None:
            current = span
        elif span.begin <= current.end:
            current = _Span(current.begin, max(current.end, span.end))
        else:
            yield current
            current = span
    if current is not None:
        yield current


def _without(spans: Iterable[_Span], shut: list[_Span]) -> Iterator[_Span]:
    """What is left of the spans outside of `shut`; both are apart and in order."""
    for span in spans:
        begin = span.begin
        for closed in shut:
            if closed.end <= begin or closed.begin >= span.end:
                continue
            if closed.begin > begin:
                yield _Span(begin, closed.begin)
            begin = max(begin, closed.end)
        if begin < span.end:
            yield _Span(begin, span.end)
