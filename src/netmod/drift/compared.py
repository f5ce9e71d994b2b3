"""The configs of one device compared: what runs with what is intended, and what would boot.

It depends on the texts and on the platform alone, so that whoever keeps it need not compare the
same texts twice. What a difference is taken for depends on the device and the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic import TypeAdapter, ValidationError

from netmod.drift.compare import compare
from netmod.drift.model import Comparison, Difference
from netmod.errors import DriftError
from netmod.evidence import Redactor
from netmod.platforms import ConfigLanguage, without_preamble, without_times


@dataclass(frozen=True, slots=True)
class Configs:
    """The texts of one device of one platform; `startup` None where there is none to compare."""

    platform: str
    intended: str
    running: str
    startup: str | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """`config` is None where the texts cannot be compared, and `failure` says why.

    `startup` is what a reboot would change, None where that was not or cannot be told; the latter
    is `startup_cut`.
    """

    config: Comparison | None
    failure: str = ""
    startup: tuple[Difference, ...] | None = None
    startup_cut: bool = False


def compare_configs(configs: Configs, language: ConfigLanguage) -> Compared:
    """Both comparisons of one device. Pure."""
    running = without_times(configs.running)
    try:
        config = compare(configs.intended, running, language)
    except DriftError as error:
        return Compared(None, failure=error.message)
    if configs.startup is None:
        return Compared(config)
    if without_preamble(running) == without_preamble(configs.startup):
        return Compared(config, startup=())
    try:
        redactor = Redactor()  # both sides are of the device, and neither may show a secret
        shown = redactor.redact(running)
        boots = compare(shown, redactor.redact(without_times(configs.startup)), language)
    except DriftError:
        return Compared(config, startup_cut=True)
    found = tuple(one for one in boots.differences if not _generated(one, language))
    return Compared(config, startup=found)


def _generated(one: Difference, language: ConfigLanguage) -> bool:
    """Whether a device wrote this by itself into what runs; `compare` expects it of one side."""
    scope, text = "\n".join(one.section), (one.intended or one.running)[0]
    return any(rule.under.match(scope) and rule.line.match(text) for rule in language.generated)


def dump_compared(compared: Compared) -> bytes | None:
    """One line of JSON; None where it would not come back as it is."""
    dumped = _adapter().dump_json(compared)
    return dumped if load_compared(dumped) == compared else None


def load_compared(dumped: bytes) -> Compared | None:
    """What `dump_compared` was given; None for a text that it did not make."""
    try:
        return _adapter().validate_json(dumped)
    except ValidationError:
        return None


@cache
def _adapter() -> TypeAdapter[Compared]:
    return TypeAdapter(Compared)
