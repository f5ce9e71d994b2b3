"""JSON Schemas of what netmod reads and writes, made from its models."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from netmod.compliance import Declared, RequirementsFile, Statement, SuppliersFile, WaiversFile
from netmod.drift import DeviationsFile, DriftReport
from netmod.errors import InputError, OutputError, Problem
from netmod.evidence import Manifest, PackManifest
from netmod.facts import FactsDocument
from netmod.inventory import FILES, Blueprint, LifecycleFile
from netmod.reports import Document, Report
from netmod.rollout import Plan, RolloutReport, Runbook
from netmod.settings import Settings

READ: Mapping[str, Any] = {
    **FILES,
    "blueprint": Blueprint,
    "lifecycle": LifecycleFile,
    "requirements": RequirementsFile,
    "waivers": WaiversFile,
    "suppliers": SuppliersFile,
    "attestation": Statement,
    "deviations": DeviationsFile,
    "snapshot": Manifest,
    "runbook": Runbook,
    "settings": Settings,
}
WRITTEN: Mapping[str, Any] = {
    "facts": FactsDocument,
    "drift": DriftReport,
    "plan": Plan,
    "report": Report,
    "rollout": RolloutReport,
    "document": Document,
    "evidence": PackManifest,
    "declared": Declared,
}
_INVENTORY = (*FILES, "blueprint", "lifecycle")
KINDS = tuple(sorted((*READ, *WRITTEN, "inventory")))
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(kind: str) -> dict[str, Any]:
    """The schema of one kind of file or document.

    A schema is wider than netmod itself: what one value asks of another is checked only when
    netmod reads the file. `inventory` is no file: it has the schemas of all files of an inventory
    under `$defs`, each by its own `$id`. Raises `InputError` where there is no such kind.
    """
    if kind not in KINDS:
        near = difflib.get_close_matches(kind, KINDS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(KINDS)}"
        raise InputError([Problem("KIND", 0, f"there is no schema {kind!r}", hint)])
    head = {"$schema": _DIALECT, "$id": f"urn:netmod:{kind}", "title": f"netmod {kind}"}
    if kind == "inventory":
        return {**head, "$defs": {name: schema(name) for name in _INVENTORY}}
    mode: Literal["validation", "serialization"] = "validation"
    if kind in WRITTEN:
        mode = "serialization"
    model = READ[kind] if kind in READ else WRITTEN[kind]
    made = TypeAdapter(model).json_schema(mode=mode)
    if kind in READ:
        _without_ids(made)
    made.pop("title", None)
    return {**head, **made}


def write_schemas(folder: Path) -> list[Path]:
    """Every schema as `<kind>.json` in `folder`, which is made. Raises `OutputError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for kind in KINDS:
            path = folder / f"{kind}.json"
            text = json.dumps(schema(kind), indent=2, ensure_ascii=False)
            path.write_text(text + "\n", encoding="utf-8")
            paths.append(path)
    except OSError as error:
        reason = error.strerror or "cannot be written"
        raise OutputError(f"{folder}: {reason}", hint="name another folder") from None
    return paths


def _without_ids(made: dict[str, Any]) -> None:
    """The id of an entry of a mapping is its key, so that a file does not say it again."""
    definitions = made.get("$defs", {})
    for entry in list(_entries(made)):
        target = definitions.get(entry.removeprefix("#/$defs/"), {})
        if target.get("properties", {}).pop("id", None) is not None and "required" in target:
            target["required"] = [name for name in target["required"] if name != "id"]


def _entries(node: Any) -> Iterator[str]:
    """References of all that stands as an entry of a mapping."""
    if isinstance(node, dict):
        entry = node.get("additionalProperties")
        if isinstance(entry, dict) and "$ref" in entry:
            yield entry["$ref"]
        for value in node.values():
            yield from _entries(value)
    elif isinstance(node, list):
        for value in node:
            yield from _entries(value)
