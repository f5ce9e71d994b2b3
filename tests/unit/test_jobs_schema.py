"""Schemas: they take what netmod takes, and refuse what it refuses."""

from __future__ import annotations

import copy
import importlib
import importlib.util
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from netmod import cli, documents
from netmod.errors import InputError
from netmod.jobs.schema import KINDS, READ, schema, write_schemas

ROOT = Path(__file__).parents[2]
FILES = [
    ("defaults", "inventory/defaults.yaml"),
    ("sites", "inventory/sites.yaml"),
    ("links", "inventory/links.yaml"),
    ("encryption", "inventory/encryption.yaml"),
    ("blueprint", "inventory/blueprints/C.yaml"),
    ("lifecycle", "inventory/lifecycle.yaml"),
    *[
        (kind, f"inventory/{domain}/{name}.yaml")
        for domain in ("lan", "dc-lan", "core")
        for kind, name in (
            ("inventory-hosts", "hosts"),
            ("inventory-groups", "groups"),
            ("defaults", "defaults"),
        )
    ],
    ("requirements", "compliance/requirements.yaml"),
    ("waivers", "compliance/waivers.yaml"),
    ("suppliers", "compliance/suppliers.yaml"),
    *[("runbook", f"tasks/{path.name}") for path in sorted((ROOT / "tasks").glob("*.yaml"))],
]


def errors(kind: str, data: Any) -> list[str]:
    """What jsonschema finds wrong; where it is not installed, what the model does."""
    if importlib.util.find_spec("jsonschema") is None:
        try:
            TypeAdapter(READ[kind]).validate_python(data)
        except ValidationError as error:
            return [str(error)]
        return []
    checker = importlib.import_module("jsonschema").Draft202012Validator(schema(kind))
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(data)]


def read(name: str) -> Any:
    return documents.read(ROOT / name).data


@pytest.mark.parametrize(("kind", "name"), FILES, ids=str)
def test_files_of_the_sample_fit_their_schema(kind: str, name: str) -> None:
    assert errors(kind, read(name)) == []


def test_settings_of_the_sample_fit_their_schema() -> None:
    data = tomllib.loads((ROOT / "netmod.toml").read_text(encoding="utf-8"))
    assert errors("settings", data) == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "inventory"])
def test_every_reference_within_a_schema_resolves(kind: str) -> None:
    made = schema(kind)
    found = re.findall(r'"\$ref": "([^"]*)"', json.dumps(made))
    assert {one.removeprefix("#/$defs/") for one in found} <= made.get("$defs", {}).keys()


@pytest.mark.parametrize(
    ("kind", "name", "place", "value"),
    [
        ("sites", "inventory/sites.yaml", ("sites", "moss", "class"), "D"),
        ("sites", "inventory/sites.yaml", ("sites", "moss", "colour"), "blue"),
        ("links", "inventory/links.yaml", ("sn-mos-dca-1", "capacity"), "1 gig"),
        ("inventory-hosts", "inventory/lan/hosts.yaml", ("mos-as1", "password"), "x"),
        ("inventory-hosts", "inventory/lan/hosts.yaml", ("mos-as1", "data", "asm"), 65105),
        ("defaults", "inventory/lan/defaults.yaml", ("data", "port_profiles", "pc", "poe"), 1),
        ("defaults", "inventory/defaults.yaml", ("data", "management", "ssh", "ciphers"), ["3des"]),
    ],
)  # fmt: skip
def test_what_netmod_refuses_its_schema_refuses(
    kind: str, name: str, place: tuple[str, ...], value: Any
) -> None:
    data = copy.deepcopy(read(name))
    at = data
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    assert errors(kind, data), "the schema takes it"


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_names_itself(kind: str) -> None:
    made = schema(kind)
    assert made["$id"] == f"urn:netmod:{kind}"
    assert made["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize("entry", ["Site", "Trust"])
def test_an_entry_has_its_id_from_its_key(entry: str) -> None:
    definition = schema("sites")["$defs"][entry]
    assert "id" not in definition["properties"]
    assert "id" not in definition["required"]


def test_a_deviation_of_a_list_says_its_id() -> None:
    assert "id" in schema("deviations")["$defs"]["Deviation"]["required"]


def test_a_host_may_have_no_unknown_data() -> None:
    made = schema("inventory-hosts")
    assert made["$defs"]["HostData"]["additionalProperties"] is False
    assert made["$defs"]["HostEntry"]["additionalProperties"] is False


def test_the_inventory_has_the_schemas_of_all_its_files() -> None:
    made = schema("inventory")
    folders = {path.stem for path in (ROOT / "inventory").rglob("*.yaml") if path.stem not in "ABC"}
    assert folders == {name.removeprefix("inventory-") for name in made["$defs"]} - {"blueprint"}
    for name, one in made["$defs"].items():
        assert one == schema(name)


def test_an_unknown_kind_names_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        schema("link")
    assert caught.value.hint == "did you mean 'links'?"


def test_all_schemas_are_written(tmp_path: Path) -> None:
    paths = write_schemas(tmp_path / "schemas")
    assert [path.stem for path in paths] == list(KINDS)
    for path in paths:
        assert json.loads(path.read_text(encoding="utf-8")) == schema(path.stem)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["schema"], 0, "inventory-hosts\n"),
        (["schema", "facts"], 0, '"$id": "urn:netmod:facts"'),
        (["schema", "fcts"], 2, "did you mean 'facts'?"),
        (["schema", "facts", "--out", "x"], 2, "not both"),
    ],
)
def test_the_command(
    arguments: list[str],
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["netmod", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    output = capsys.readouterr()
    assert (ended.value.code or 0) == code
    assert said in output.out + output.err
