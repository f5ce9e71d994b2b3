"""Inventory + templates → intended configs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import jinja2

from netmod.errors import Problem, TemplateError
from netmod.intent.context import Contexts
from netmod.intent.environment import environment
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


@dataclass(frozen=True, slots=True)
class Rendered:
    """The intended config of one host. Secrets in it are `<secret:ref>` placeholders."""

    host: str
    platform: str
    template: str
    text: str


def render(inventory: Inventory, templates: Path, devices: Iterable[Device]) -> Iterator[Rendered]:
    """The intended configs of `devices`, one by one, from `<platform>/<role>.j2`.

    A device that cannot be rendered does not stop the others: at the end `TemplateError` is
    raised with a problem for every cause, naming template, line, variable and hosts. Consume the
    whole iterator before using a config.
    """
    if not templates.is_dir():
        hint = "a project has a folder templates/ with <platform>/<role>.j2"
        raise TemplateError([Problem(str(templates), 0, "there is no such folder", hint)])
    contexts = Contexts(inventory)
    failures: dict[tuple[str, int, str, str], list[str]] = {}
    for device in devices:
        template = f"{device.platform}/{device.role}.j2"
        try:
            text = (
                environment(templates.resolve()).get_template(template).render(contexts.of(device))
            )
            if not text.strip():
                raise ValueError("the template gives an empty config")
        except _FAILURES as error:
            failures.setdefault(_cause(error, template, templates), []).append(device.name)
            continue
        yield Rendered(device.name, device.platform, template, text)
    if failures:
        raise TemplateError([_problem(*cause, hosts) for cause, hosts in sorted(failures.items())])


def _problem(file: str, line: int, message: str, hint: str, hosts: list[str]) -> Problem:
    names = ", ".join(hosts[:_HOSTS_NAMED])
    more = f" and {len(hosts) - _HOSTS_NAMED} more" if len(hosts) > _HOSTS_NAMED else ""
    return Problem(file, line, f"{message} (for {names}{more})", hint)


def _cause(error: Exception, template: str, templates: Path) -> tuple[str, int, str, str]:
    """File, line, message and hint of what made rendering fail."""
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
