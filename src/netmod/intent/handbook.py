"""The standard as a document for people: what may be set, what the region has set, and where.

Written from the models, the inventory and the templates, so that it cannot say anything else than
what is rendered.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from netmod.inventory import Inventory, MacsecPolicy, standard
from netmod.inventory.standard import HostData

_INCLUDE = re.compile(r"partials/(\w+)\.j2")
_TOPICS = {
    "system": ("system", "contact"),
    "management": ("management",),
    "aaa": ("aaa",),
    "nac": ("nac",),
    "snmp": ("snmp",),
    "logging": ("logging",),
    "ntp": ("ntp",),
    "banner": ("banner",),
    "pki": ("pki",),
    "control_plane": ("control_plane",),
    "zones": ("zones", "gateways"),
    "ports": ("port_profiles", "ports"),
    "qos": ("qos",),
    "isis": ("isis",),
    "bgp": ("bgp",),
    "fabric": ("fabric",),
}
"""Topic, which is a module and a partial → the keys of the data that it explains."""
_FORMATS = {
    "ipv4": "address",
    "ipv4-interface": "address with prefix length",
    "ipv4-network": "network",
    "name": "name",
    "secret-reference": "reference to a secret",
    "line": "line of text",
}
_INTRODUCTION = """\
# The standard

Written from the models, the sample's inventory and the templates by `python -m netmod.intent`; do
not edit. What a key means stands beside its model in `src/netmod/inventory/standard/`, a module for
each topic. A partial of the same name writes it on each platform, so that AAA stands in the same
place everywhere. A key that no model knows is an error with file, line and hint.

A value comes from the first of these that has the key, and the first gives all of it: the host,
its groups from the left (role, site and with it the trust, platform), `defaults.yaml` of its
domain, `inventory/defaults.yaml` of the region. No secret stands anywhere: only references.
"""


def handbook(inventory: Inventory, templates: Path) -> str:
    """The whole document, as Markdown."""
    schema = TypeAdapter(HostData).json_schema()
    uses = _uses(templates)
    parts = [_INTRODUCTION, _roles(inventory, uses)]
    values = _values(inventory)
    for topic, keys in _TOPICS.items():
        parts.append(_section(topic, keys, schema, uses, values))
    parts += [_macsec(inventory, uses), _host_keys(schema)]
    return "\n".join(parts)


def _uses(templates: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    """Platform and role → the partials of its template, in order."""
    return {
        (path.parent.name, path.stem): tuple(_INCLUDE.findall(path.read_text(encoding="utf-8")))
        for path in sorted(templates.glob("*/*.j2"))
    }


def _roles(inventory: Inventory, uses: Mapping[tuple[str, str], tuple[str, ...]]) -> str:
    platforms = sorted({platform for platform, _ in uses})
    roles = sorted({role for _, role in uses})
    devices = [(one.platform, one.role) for one in inventory.devices.values()]
    rows = [
        [role, *(_cell((platform, role), uses, devices) for platform in platforms)]
        for role in roles
    ]
    text = "Each cell is a template; the number is how many devices of the sample it renders."
    return f"## Roles and platforms\n\n{text}\n\n{_table(['role', *platforms], rows)}"


def _cell(place: tuple[str, str], uses: Mapping[tuple[str, str], Any], devices: Any) -> str:
    return str(devices.count(place)) if place in uses else ""


def _values(inventory: Inventory) -> dict[str, list[Any]]:
    """Key → its different values over all devices, the most frequent first."""
    found: dict[str, dict[str, tuple[int, Any]]] = {}
    for device in inventory.devices.values():
        for key, value in device.data.items():
            known = found.setdefault(key, {})
            count = known.get(repr(value), (0, None))[0]
            known[repr(value)] = (count + 1, value)
    return {
        key: [value for _, value in sorted(known.values(), key=lambda one: -one[0])]
        for key, known in found.items()
    }


def _section(
    topic: str,
    keys: Sequence[str],
    schema: Mapping[str, Any],
    uses: Mapping[tuple[str, str], tuple[str, ...]],
    values: Mapping[str, list[Any]],
) -> str:
    lines = [f"## {topic}", ""]
    module = _module(topic)
    if module is not None:
        lines += [inspect.getdoc(module) or "", ""]
    lines += [_where(topic, uses), ""]
    for key in keys:
        for name in _models(schema["properties"][key], schema["$defs"]):
            lines += _model(name, schema["$defs"][name])
    for key in keys:
        lines += _shown(key, values.get(key, []))
    return "\n".join(lines)


def _module(topic: str) -> Any:
    path = Path(standard.__file__).parent / f"{topic}.py"
    return import_module(f"{standard.__name__}.{topic}") if path.exists() else None


def _where(topic: str, uses: Mapping[tuple[str, str], tuple[str, ...]]) -> str:
    roles: dict[str, list[str]] = {}
    for (platform, role), partials in uses.items():
        if topic in partials:
            roles.setdefault(platform, []).append(role)
    written = "; ".join(f"{platform} ({', '.join(names)})" for platform, names in roles.items())
    return f"Written by `{topic}.j2` on {written}."


def _models(schema: Mapping[str, Any], models: Mapping[str, Any]) -> list[str]:
    """The models that a value is made of, outermost first."""
    found: list[str] = []
    stack: list[Any] = [schema]
    while stack:
        current = stack.pop(0)
        if isinstance(current, dict):
            name = str(current.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.append(name)
                stack.append(models[name]["properties"])
            stack += [one for key, one in current.items() if key != "$ref"]
        elif isinstance(current, list):
            stack += current
    return found


def _model(name: str, schema: Mapping[str, Any]) -> list[str]:
    required = schema.get("required", ())
    rows = [
        [f"`{key}`", _type(one), "" if key in required else _literal(one.get("default"))]
        for key, one in schema["properties"].items()
    ]
    return [f"**{name}.** {schema.get('description', '')}", "",
            _table(["key", "value", "default"], rows)]  # fmt: skip


def _type(schema: Mapping[str, Any]) -> str:
    """A value's kind and limits in words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"] if one.get("type") != "null")
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{one}`" for one in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type")
    if kind == "array":
        least = f", at least {schema['minItems']}" if schema.get("minItems") else ""
        return f"list of {_type(schema.get('items', {}))}{least}"
    if kind == "object":
        return f"by name: {_type(schema.get('additionalProperties', {}))}"
    if kind in ("integer", "number"):
        low = schema.get("minimum", schema.get("exclusiveMinimum"))
        high = schema.get("maximum", schema.get("exclusiveMaximum"))
        return f"{low}–{high}" if low is not None and high is not None else "number"
    if kind == "boolean":
        return "`true`, `false`"
    return _FORMATS.get(str(schema.get("format")), "text")


def _literal(value: Any) -> str:
    if value is None or value in ([], ""):
        return "none"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_literal(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(_literal(one) for one in value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _shown(key: str, values: Sequence[Any]) -> list[str]:
    """What the region has set: the one value, or the most frequent of several."""
    if not values:
        return []
    several = f", in {len(values)} variants; the most frequent" if len(values) > 1 else ""
    lines = [f"The region's `{key}`{several}:", ""]
    value = values[0]
    if isinstance(value, BaseModel):
        return lines + list(_model_values(value))
    if isinstance(value, Mapping):
        return [*lines, _models_table({str(name): one for name, one in value.items()})]
    if isinstance(value, tuple) and isinstance(value[0], BaseModel):
        return [*lines, _models_table({str(n + 1): one for n, one in enumerate(value)})]
    return [*lines, *(f"    {one}" for one in value), ""]


def _model_values(model: BaseModel, prefix: str = "") -> Iterator[str]:
    """Plain values in one table; lists of models in a table each, below it."""
    rows: list[list[str]] = []
    tables: list[tuple[str, tuple[BaseModel, ...]]] = []
    for name, value in _flat(model, prefix):
        if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            tables.append((name, value))
        else:
            rows.append([f"`{name}`", _cell_text(value)])
    if rows:
        yield _table(["key", "value"], rows)
    for name, models in tables:
        yield f"`{name}`:\n"
        yield _models_table({str(number + 1): one for number, one in enumerate(models)})


def _flat(model: BaseModel, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _models_table(models: Mapping[str, BaseModel]) -> str:
    """One row for each model; a column that is empty everywhere is left out."""
    flat = {name: dict(_flat(model)) for name, model in models.items()}
    columns = list(dict.fromkeys(key for one in flat.values() for key in one))
    used = [
        key for key in columns if any(one.get(key) not in (None, (), "") for one in flat.values())
    ]
    numbered = list(flat) == [str(number + 1) for number in range(len(flat))]
    head = used if numbered else ["", *used]
    rows = [
        [*([] if numbered else [name]), *(_cell_text(one.get(key)) for key in used)]
        for name, one in flat.items()
    ]
    return _table(head, rows)


def _cell_text(value: Any) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value)


def _macsec(inventory: Inventory, uses: Mapping[tuple[str, str], tuple[str, ...]]) -> str:
    schema = TypeAdapter(MacsecPolicy).json_schema()
    lines = [
        "## macsec", "",
        "How links are encrypted: policies and key chains of `encryption.yaml`, which `links.yaml`"
        " refers to.", "",
        _where("macsec", uses), "",
        *_model("MacsecPolicy", schema),
        f"The region's policies, with {len(inventory.key_chains)} key chains:", "",
        _models_table({str(n + 1): one for n, one in enumerate(inventory.policies.values())}),
    ]  # fmt: skip
    return "\n".join(lines)


def _host_keys(schema: Mapping[str, Any]) -> str:
    explained = {key for keys in _TOPICS.values() for key in keys}
    rows = [
        [f"`{key}`", _type(one)]
        for key, one in schema["properties"].items()
        if key not in explained
    ]
    text = "Keys of one host, or of its role, site or platform."
    return f"## Keys of a host\n\n{text}\n\n{_table(['key', 'value'], rows)}".rstrip("\n") + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
