"""YAML files as pydantic models, with every error at once, each with file, line and hint.

Every YAML file of netmod is read through this module. Values follow the YAML 1.2 core schema, as
Nornir's own reader does: `NO` is a string and `010` is ten or a string, never a boolean or eight.
A duplicate key, an anchor merge (`<<`) and a custom tag are errors, because each makes a file
mean something else than it shows.

The fast parser (ryaml, libyaml's grammar in Rust) knows no positions. They are looked up with
PyYAML's node tree only when there is something to report, so that a good file never pays for it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import ryaml
import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import is_typeddict

from netmod.errors import InputError, Problem

Location = tuple[str | int, ...]
T = TypeVar("T")


class Document:
    """The parsed values of one YAML file, and the line of each of them."""

    def __init__(self, path: Path, name: str, text: str, data: Any) -> None:
        self.path = path
        self.name = name
        self.data = data
        self._text = text
        self._root: yaml.Node | None = None
        self._children: dict[int, dict[str, tuple[yaml.Node, int]]] = {}

    def line(self, location: Sequence[str | int]) -> int:
        """Line of the value at `location`, or of its nearest parent that exists; 1 at the least.

        For a mapping entry it is the line of the key.
        """
        if self._root is None:
            try:
                self._root = yaml.compose(self._text, Loader=yaml.CSafeLoader)
            except yaml.YAMLError:
                return 1
        node, line = self._root, 1
        for step in location:
            found = self._children_of(node).get(str(step))
            if found is None:
                break
            node, line = found
        return line

    def _children_of(self, node: yaml.Node | None) -> dict[str, tuple[yaml.Node, int]]:
        """A node's children by key or index, with their lines; looked up once a node."""
        known = self._children.get(id(node))
        if known is None:
            pairs: list[tuple[Any, Any, Any]] = []
            if isinstance(node, yaml.MappingNode):
                pairs = [(key.value, value, key) for key, value in node.value]
            elif isinstance(node, yaml.SequenceNode):
                pairs = [(index, value, value) for index, value in enumerate(node.value)]
            known = {str(key): (value, at.start_mark.line + 1) for key, value, at in pairs}
            self._children[id(node)] = known
        return known

    def problem(self, location: Sequence[str | int], message: str, hint: str = "") -> Problem:
        """A problem at `location` of this file."""
        return Problem(self.name, self.line(location), message, hint)


def read(path: Path, *, root: Path | None = None) -> Document:
    """Read one YAML file.

    `root` shortens the file's name in messages. Raises `InputError` where the file is missing,
    unreadable, not UTF-8, not YAML, or uses what this module refuses.
    """
    name = str(path.relative_to(root)) if root and path.is_relative_to(root) else str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError([Problem(name, 0, "file not found")]) from None
    except UnicodeDecodeError as error:
        hint = "save the file as UTF-8"
        raise InputError([Problem(name, 0, f"not UTF-8: {error.reason}", hint)]) from None
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise InputError([Problem(name, 0, reason, "check the file's permissions")]) from None
    return parse(text, path=path, name=name)


def parse(text: str, *, path: Path, name: str) -> Document:
    """`read` for text that is at hand. Raises `InputError`."""
    try:
        data = ryaml.loads(text) if text.strip() else None
    except ryaml.InvalidYamlError as error:
        raise InputError([_syntax_problem(text, name, str(error))]) from None
    document = Document(path, name, text, data)
    if "<<" in text or "!" in text:
        problems = list(_refused(document))
        if problems:
            raise InputError(problems)
    return document


def _syntax_problem(text: str, name: str, message: str) -> Problem:
    try:
        yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        hint = "a tab cannot indent YAML" if "\t" in text else "check indentation, quotes, brackets"
        return Problem(name, line, f"not valid YAML: {error.problem or message}", hint)
    except yaml.YAMLError:
        return Problem(name, 1, f"not valid YAML: {message}")
    for line, key in _duplicates(yaml.compose(text, Loader=yaml.CSafeLoader)):
        return Problem(name, line, f"key {key!r} stands twice", "remove or rename one of the two")
    return Problem(name, 1, f"not valid YAML: {message}")


def _nodes(node: yaml.Node | None) -> Iterator[yaml.Node]:
    stack, seen = [node], set[int]()
    while stack:
        current = stack.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        if isinstance(current, yaml.MappingNode):
            for key, value in current.value:
                stack += [key, value]
        elif isinstance(current, yaml.SequenceNode):
            stack += current.value


def _duplicates(root: yaml.Node | None) -> Iterator[tuple[int, str]]:
    for node in _nodes(root):
        if isinstance(node, yaml.MappingNode):
            seen = set[str]()
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and key.value in seen:
                    yield key.start_mark.line + 1, key.value
                seen.add(str(key.value))


def _refused(document: Document) -> Iterator[Problem]:
    for node in _nodes(yaml.compose(document._text, Loader=yaml.CSafeLoader)):
        line = node.start_mark.line + 1
        if not node.tag.startswith("tag:yaml.org,2002:") or "python" in node.tag:
            yield Problem(document.name, line, f"tag {node.tag} is not allowed", "write the value")
        elif node.tag == "tag:yaml.org,2002:merge" and not getattr(node, "style", None):
            hint = "use a Nornir group for what several entries share"
            yield Problem(document.name, line, "merge key << is not allowed", hint)


def load(path: Path, model: Any, *, root: Path | None = None) -> Any:
    """Read `path` and validate it against a pydantic model or any type that pydantic understands.

    Raises `InputError` with every problem of the file.
    """
    document = read(path, root=root)
    return validate(document, model)


def validate(document: Document, model: Any) -> Any:
    """The document's values as `model`. Raises `InputError` with every problem of the file."""
    adapter = TypeAdapter(model)
    try:
        return adapter.validate_python(document.data)
    except ValidationError as error:
        raise InputError(problems_of(error, document, model)) from None


def problems_of(error: ValidationError, document: Document, model: Any) -> list[Problem]:
    """Pydantic's errors as problems of `document`, in the order of its lines."""
    problems = []
    for detail in error.errors(include_url=False, include_context=False):
        location = [part for part in detail["loc"] if part != "[key]"]
        message, hint = _explain(detail, model)
        where = ".".join(str(part) for part in location)
        text = f"{where}: {message}" if where else message
        problems.append(document.problem(location, text, hint))
    return sorted(set(problems), key=lambda problem: (problem.line, problem.message))


def _explain(detail: ErrorDetails, model: Any) -> tuple[str, str]:
    """Message and hint for one of pydantic's errors; an unknown key is compared with known ones."""
    kind, message = detail["type"], detail["msg"].removeprefix("Value error, ")
    if kind == "extra_forbidden":
        name = str(detail["loc"][-1])
        near = difflib.get_close_matches(name, sorted(_field_names(model)), n=1)
        return "unknown key", f"did you mean {near[0]!r}?" if near else "remove it"
    if kind == "missing":
        return "required, and missing", ""
    if kind in ("date_from_datetime_parsing", "date_parsing", "datetime_from_date_parsing"):
        return f"{detail['input']!r} is not a date that exists", "write it as YYYY-MM-DD"
    message, _, hint = message.partition(" | ")
    return message[:1].lower() + message[1:], hint


def _field_names(model: Any) -> set[str]:
    names, stack, seen = set[str](), [model], list[Any]()
    while stack:
        current = stack.pop()
        if any(current is one for one in seen):
            continue
        seen.append(current)
        if isinstance(current, type) and issubclass(current, BaseModel):
            for name, field in current.model_fields.items():
                names.add(field.alias or name)
                stack.append(field.annotation)
        elif is_typeddict(current):
            hints = get_type_hints(current)
            names |= hints.keys()
            stack += hints.values()
        stack += getattr(current, "__args__", ())
    return names


def collect(problems: list[Problem], work: Callable[[], T]) -> T | None:
    """Run `work`; where it raises `InputError`, add its problems to the list and return None.

    Lets a loader of several files report all of them at once.
    """
    try:
        return work()
    except InputError as error:
        problems.extend(error.problems)
        return None
