"""Inventory + templates → intended configs."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import jinja2

from netmod.errors import Problem, TemplateError
from netmod.intent.context import Contexts
from netmod.intent.environment import environment
from netmod.intent.known import KnownConfigs
from netmod.inventory import Device, Inventory

_FAILURES = (
    jinja2.TemplateError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)
_HOSTS_NAMED = 5
_CHUNK = 64
_WORTH_A_POOL = 1000
"""Hosts. A process needs a second for its imports and for compiling the templates."""

_Cause = tuple[str, int, str, str]
"""File, line, message and hint of what made rendering fail."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The intended config of one host. Secrets in it are `<secret:ref>` placeholders."""

    host: str
    platform: str
    template: str
    text: str


def render(
    inventory: Inventory,
    templates: Path,
    devices: Iterable[Device],
    known: KnownConfigs | None = None,
) -> Iterator[Rendered]:
    """The intended configs of `devices`, one by one and in their order.

    The template is `<platform>/<role>.j2`. What `known` holds for the same template and values is
    taken from there, and the rest is added to it. Many hosts are rendered on all cores.

    A device that cannot be rendered does not stop the others: at the end `TemplateError` is
    raised with a problem for every cause, naming template, line, variable and hosts. Consume the
    whole iterator before using a config.
    """
    if not templates.is_dir():
        hint = "a project has a folder templates/ with <platform>/<role>.j2"
        raise TemplateError([Problem(str(templates), 0, "there is no such folder", hint)])
    failures: dict[_Cause, list[str]] = {}
    for device, result in _results(inventory, templates, devices, known):
        if isinstance(result, str):
            yield Rendered(device.name, device.platform, _template(device), result)
        else:
            failures.setdefault(result, []).append(device.name)
    if failures:
        raise TemplateError(
            [problem_of(*cause, hosts) for cause, hosts in sorted(failures.items())]
        )


def _results(
    inventory: Inventory, templates: Path, devices: Iterable[Device], known: KnownConfigs | None
) -> Iterator[tuple[Device, str | _Cause]]:
    """Text or cause of failure of each device, in order; each new text is handed to `known`."""
    contexts = Contexts(inventory)
    if known is None:
        chosen = tuple(devices)
        if len(chosen) < _WORTH_A_POOL:
            for device in chosen:
                yield device, render_template(templates, _template(device), contexts.of(device))
        else:
            yield from _in_processes(contexts, templates, chosen)
        return
    keys: dict[str, str] = {}
    found: dict[str, str] = {}
    chosen = tuple(devices)
    for device in chosen:
        keys[device.name] = known.key(templates, device.platform, contexts.of(device))
        text = known.get(device.name, keys[device.name])
        if text is not None:
            found[device.name] = text
    missing = tuple(device for device in chosen if device.name not in found)
    fresh = dict(_by_name(_results(inventory, templates, missing, None)))
    for device in chosen:
        result = found[device.name] if device.name in found else fresh[device.name]
        if device.name in fresh and isinstance(result, str):
            known.put(device.name, keys[device.name], result)
        yield device, result


def _by_name(
    results: Iterator[tuple[Device, str | _Cause]],
) -> Iterator[tuple[str, str | _Cause]]:
    return ((device.name, result) for device, result in results)


def _in_processes(
    contexts: Contexts, templates: Path, devices: Sequence[Device]
) -> Iterator[tuple[Device, str | _Cause]]:
    """Many devices, in processes: what a chunk of them shares is sent once."""
    starts = range(0, len(devices), _CHUNK)
    chunks = [
        (templates, [(_template(one), contexts.of(one)) for one in devices[at : at + _CHUNK]])
        for at in starts
    ]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=os.cpu_count(), mp_context=spawn) as pool:
        results = (result for chunk in pool.map(_render_chunk, chunks) for result in chunk)
        yield from zip(devices, results, strict=True)


def _render_chunk(work: tuple[Path, list[tuple[str, dict[str, Any]]]]) -> list[str | _Cause]:
    templates, chunk = work
    return [render_template(templates, template, context) for template, context in chunk]


def _template(device: Device) -> str:
    return f"{device.platform}/{device.role}.j2"


def render_template(templates: Path, template: str, context: dict[str, Any]) -> str | _Cause:
    """The text that a template gives, or why there is none."""
    try:
        text = environment(templates.resolve()).get_template(template).render(context)
        if not text.strip():
            raise ValueError("the template gives an empty config")
    except _FAILURES as error:
        return _cause(error, template, templates)
    return text


def problem_of(file: str, line: int, message: str, hint: str, hosts: list[str]) -> Problem:
    """A cause of failure as a problem that names its hosts."""
    names = ", ".join(hosts[:_HOSTS_NAMED])
    more = f" and {len(hosts) - _HOSTS_NAMED} more" if len(hosts) > _HOSTS_NAMED else ""
    return Problem(file, line, f"{message} (for {names}{more})", hint)


def _cause(error: Exception, template: str, templates: Path) -> _Cause:
    root = templates.name
    message = getattr(error, "message", None) or str(error) or type(error).__name__
    if isinstance(error, jinja2.TemplateNotFound):
        missing = str(error.name)
        hint = f"write {root}/{missing}, or correct the role or platform of these hosts"
        if missing != template:
            file, line = _place(error.__traceback__, templates) or (template, 0)
            return f"{root}/{file}", line, f"includes {missing}, which does not exist", ""
        return f"{root}/{template}", 0, "there is no such template", hint
    if isinstance(error, jinja2.TemplateSyntaxError):
        return f"{root}/{error.name or template}", error.lineno, message, "correct the template"
    if isinstance(error, OSError):
        message = error.strerror or "cannot be read"
        return f"{root}/{template}", 0, message, "check the permissions of the template"
    file, line = _place(error.__traceback__, templates) or (template, 0)
    hint = ""
    if isinstance(error, jinja2.UndefinedError):
        hint = "set it for these hosts in the inventory, or test it with `is defined`"
    return f"{root}/{file}", line, message, hint


def _place(trace: TracebackType | None, templates: Path) -> tuple[str, int] | None:
    """The innermost template and line of a traceback, which Jinja rewrites to templates' lines."""
    root, place = templates.resolve(), None
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(root):
            place = (path.relative_to(root).as_posix(), trace.tb_lineno)
        trace = trace.tb_next
    return place
