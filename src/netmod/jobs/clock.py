"""The one place where a job asks for the time; everything below takes it as a parameter."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current time, in UTC."""
    return datetime.now(UTC)
