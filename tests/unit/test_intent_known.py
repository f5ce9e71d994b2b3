"""Rendering again only what changed, and on all cores where there is much of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from netmod.errors import TemplateError
from netmod.intent import KnownConfigs, Rendered, render
from netmod.intent import rendering as rendering_module
from netmod.inventory import Device, Inventory, Site, Trust
from netmod.inventory.standard import HostData

SITE = Site.model_validate(
    {"id": "s", "name": "S", "trust": "t", "class": "C", "kind": "clinic",
     "latitude": 60, "longitude": 10}
)  # fmt: skip


def device(name: str, platform: str = "cisco_iosxe", **data: object) -> Device:
    return Device(name, "10.0.0.1", 22, platform, "core", "p", "s", (), HostData(**data))  # type: ignore[typeddict-item] # any data


def inventory(*devices: Device) -> Inventory:
    return Inventory(
        {"t": Trust(id="t", name="T")}, {"s": SITE}, {one.name: one for one in devices}, {}
    )


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    for platform in ("cisco_iosxe", "cisco_iosxr"):
        folder = tmp_path / "templates" / platform
        folder.mkdir(parents=True)
        (folder / "p.j2").write_text("hostname {{ host.name }} {{ data.mtu }}\n", encoding="utf-8")
    return tmp_path / "templates"


class Watched(KnownConfigs):
    """Tells which hosts were rendered."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.rendered: list[str] = []

    def put(self, host: str, key: str, text: str) -> None:
        self.rendered.append(host)
        super().put(host, key, text)


def run(folder: Path, templates: Path, *devices: Device) -> tuple[list[str], list[str]]:
    """The configs, and the hosts that were rendered for them."""
    known = Watched(folder / "state" / "rendered")
    configs = [one.text for one in render(inventory(*devices), templates, devices, known)]
    return configs, known.rendered


ONE, TWO = device("h1", mtu=1500), device("h2", "cisco_iosxr", mtu=1500)


def test_nothing_is_rendered_twice(tmp_path: Path, templates: Path) -> None:
    first = run(tmp_path, templates, ONE, TWO)
    assert first == (["hostname h1 1500\n", "hostname h2 1500\n"], ["h1", "h2"])
    assert run(tmp_path, templates, ONE, TWO) == (first[0], [])


def test_hosts_that_are_gone_are_forgotten(tmp_path: Path, templates: Path) -> None:
    run(tmp_path, templates, ONE, TWO)
    known = KnownConfigs(tmp_path / "state" / "rendered")
    known.keep({"h2", "h3"})
    assert known.hosts() == ["h2"]
    assert known.last("h2") == "hostname h2 1500\n"


def test_a_changed_value_renders_its_host_alone(tmp_path: Path, templates: Path) -> None:
    run(tmp_path, templates, ONE, TWO)
    changed = device("h1", mtu=9000)
    assert run(tmp_path, templates, changed, TWO) == (
        ["hostname h1 9000\n", "hostname h2 1500\n"],
        ["h1"],
    )


@pytest.mark.parametrize(
    "change", [{"address": "10.0.0.9"}, {"port": 830}, {"groups": ("g",)}, {"domain": "lan"}]
)
def test_what_a_template_sees_of_a_host_counts(
    tmp_path: Path, templates: Path, change: dict[str, object]
) -> None:
    run(tmp_path, templates, ONE)
    assert run(tmp_path, templates, dataclasses.replace(ONE, **change))[1] == ["h1"]  # type: ignore[arg-type] # a table


def test_a_changed_template_renders_its_platform_alone(tmp_path: Path, templates: Path) -> None:
    run(tmp_path, templates, ONE, TWO)
    (templates / "cisco_iosxr" / "p.j2").write_text("new\n", encoding="utf-8")
    assert run(tmp_path, templates, ONE, TWO) == (["hostname h1 1500\n", "new\n"], ["h2"])
    (templates / "shared.j2").write_text("any platform may include it\n", encoding="utf-8")
    assert run(tmp_path, templates, ONE, TWO)[1] == ["h1", "h2"]


def test_a_damaged_config_is_rendered_again(tmp_path: Path, templates: Path) -> None:
    configs, _ = run(tmp_path, templates, ONE)
    file = tmp_path / "state" / "rendered" / "h1"
    file.write_text(file.read_text(encoding="utf-8") + "no aaa new-model\n", encoding="utf-8")
    assert run(tmp_path, templates, ONE) == (configs, ["h1"])
    file.write_bytes(b"\xff\xfe")
    assert run(tmp_path, templates, ONE) == (configs, ["h1"])
    assert KnownConfigs(file.parent).last("h1") == configs[0]


def test_a_failure_is_not_remembered(tmp_path: Path, templates: Path) -> None:
    broken = device("h1")
    for _ in range(2):
        with pytest.raises(TemplateError, match="mtu"):
            run(tmp_path, templates, broken, TWO)
    known = KnownConfigs(tmp_path / "state" / "rendered")
    assert known.hosts() == ["h2"]


def test_a_state_that_cannot_be_written_costs_nothing_else(tmp_path: Path, templates: Path) -> None:
    (tmp_path / "state").write_text("a file", encoding="utf-8")
    assert run(tmp_path, templates, ONE)[0] == ["hostname h1 1500\n"]


def test_processes_render_the_same_and_tell_the_same_failures(
    monkeypatch: pytest.MonkeyPatch, templates: Path
) -> None:
    devices = [device(f"h{number}", mtu=1500) for number in range(150)] + [device("broken")]
    of = inventory(*devices)

    def collected() -> tuple[list[Rendered], list[object]]:
        found: list[Rendered] = []
        problems: list[object] = []
        try:
            found.extend(render(of, templates, devices))
        except TemplateError as error:
            problems = list(error.problems)
        return found, problems

    alone = collected()
    assert len(alone[0]) == 150
    assert len(alone[1]) == 1
    monkeypatch.setattr(rendering_module, "_WORTH_A_POOL", 10)
    assert collected() == alone
