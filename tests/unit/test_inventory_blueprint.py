"""New sites from blueprints: what they get, and what is refused."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from datetime import date
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import pytest

from netmod import cli
from netmod.errors import InputError
from netmod.intent import render
from netmod.inventory import (
    Blueprint,
    Inventory,
    NewSite,
    load_inventory,
    plan_site,
    read_blueprint,
)
from netmod.inventory.models import SiteClass
from netmod.jobs import changes
from netmod.jobs.new_site import new_site
from netmod.lab.clock import ManualClock
from netmod.lab.network import Lab
from tests.unit.lab_pair import NOON

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 28)
HORTEN = NewSite("horten", "Horten", "siv", "C", 59.42, 10.48, "hor")


@pytest.fixture(scope="module")
def sample() -> Inventory:
    return load_inventory(ROOT / "inventory")


@pytest.fixture(scope="module")
def blueprint() -> Blueprint:
    return read_blueprint(ROOT / "inventory", "C")


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return changes.read_texts(ROOT / "inventory")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("inventory", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "netmod.toml").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    said = ["netmod", "site", "new", *arguments, "--class", "C", "--trust", "siv"]
    monkeypatch.setattr(sys, "argv", [*said, "--latitude", "59.42", "--longitude", "10.48"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_what_is_shown_is_not_written(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = changes.read_texts(project / "inventory")
    assert invoke(monkeypatch, "horten") == 0
    output = capsys.readouterr()
    assert "+hor-we1:\n" in output.out
    assert not [
        line for line in output.out.splitlines() if line.startswith("-") and line[:3] != "---"
    ]
    assert "nothing is written; add --write" in output.err
    assert "  macsec/sn-hor-dca-1/1\n" in output.err
    assert changes.read_texts(project / "inventory") == before


def test_a_site_is_written_once_and_the_next_one_takes_other_addresses(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = load_inventory(project / "inventory")
    assert invoke(monkeypatch, "horten", "--write") == 0
    written = load_inventory(project / "inventory")
    assert written.devices.keys() - before.devices.keys() == {"hor-we1", "hor-as1"}
    assert written.links.keys() - before.links.keys() == {"sn-hor-dca-1", "ca-hor-we1-as1"}
    assert all(written.devices[name] == device for name, device in before.devices.items())
    assert all(written.links[name] == link for name, link in before.links.items())
    assert written.links["sn-hor-dca-1"].status == "planned"
    assert written.sites["horten"].trust == "siv"
    assert written.devices["hor-we1"].data["contact"].name == "Nettdrift Sykehuset i Vestfold HF"
    capsys.readouterr()
    assert invoke(monkeypatch, "horten", "--write") == 2
    assert "site horten stands in sites.yaml already" in capsys.readouterr().err
    assert invoke(monkeypatch, "stavern", "--write") == 0
    both = load_inventory(project / "inventory")
    one, other = both.devices["hor-as1"], both.devices["sta-as1"]
    assert one.data["loopback"] != other.data["loopback"]
    assert one.data["asn"] != other.data["asn"]
    assert {gateway.address for gateway in one.data["gateways"]}.isdisjoint(
        gateway.address for gateway in other.data["gateways"]
    )
    hubs = [both.links[name].b for name in ("sn-hor-dca-1", "sn-sta-dca-1")]
    assert len({str(hub) for hub in hubs}) == 2


def test_the_same_site_gives_the_same_text(
    sample: Inventory, blueprint: Blueprint, texts: dict[str, str]
) -> None:
    assert plan_site(sample, blueprint, HORTEN, texts, TODAY) == plan_site(
        sample, blueprint, HORTEN, texts, TODAY
    )


def test_addresses_come_from_their_pools(
    sample: Inventory, blueprint: Blueprint, texts: dict[str, str], tmp_path: Path
) -> None:
    after = plan_site(sample, blueprint, HORTEN, texts, TODAY)
    made = changes.try_out(ROOT / "inventory", after)
    device = made.devices["hor-as1"]
    pools = {name: IPv4Network(pool.network) for name, pool in blueprint.networks.items()}
    assert IPv4Address(device.address) in pools["management"]
    assert IPv4Address(device.data["loopback"]) in pools["loopback"]
    for gateway in device.data["gateways"]:
        pool = blueprint.devices["as1"].gateways[gateway.vlan]
        assert IPv4Address(gateway.address.partition("/")[0]) in pools[pool]
    chain = made.key_chains["KC-SN-HOR-DCA-1"]
    assert (chain.keys[0].start, chain.keys[0].end) == (TODAY, date(2028, 11, 27))
    assert chain.keys[0].ckn != made.key_chains["KC-SN-HOR-DCA-1-FB"].keys[0].ckn


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"id": "moss"}, "site moss stands in sites.yaml already"),
        ({"trust": "sivv"}, "unknown trust 'sivv'"),
        ({"short": "mos"}, "devices called mos-… exist"),
    ],
)
def test_taken_and_unknown_names_are_refused(
    sample: Inventory,
    blueprint: Blueprint,
    texts: dict[str, str],
    changed: dict[str, Any],
    message: str,
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        plan_site(sample, blueprint, replace(HORTEN, **changed), texts, TODAY)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("networks", "loopback", "network"), "10.255.0.54/32", "no free network"),
        (("numbers", "edge", "last"), 65001, "no free number"),
        (("links", "sn-{short}-dca-1", "b", "hub"), "dca-ag9", "unknown 'dca-ag9'"),
        (("links", "sn-{short}-dca-1", "b", "device"), "we1", "`device` or `hub`"),
        (("links", "sn-{short}-dca-1", "network"), "stam", "unknown 'stam'"),
        (("devices", "we1", "asn"), "edges", "unknown 'edges'"),
        (("links", "sn-{short}-dca-1", "members"), [{"a": "x", "b": "y"}], "a LAG to a hub"),
        (("devices", "we1"), {"isis_area": "49.0001"}, "isis_area without a loopback"),
        (
            ("links", "sn-{short}-dca-1", "b", "interface"),
            "TenGigabitEthernet0/0/0",
            "dca-ag1 has no free port",
        ),
    ],
)
def test_a_blueprint_that_cannot_be_followed_is_refused(
    sample: Inventory,
    blueprint: Blueprint,
    texts: dict[str, str],
    place: tuple[str, ...],
    value: Any,
    message: str,
) -> None:
    data = blueprint.model_dump(exclude_none=True)
    at = data
    for step in place[:-1]:
        at = at[step]
    kept = at.get(place[-1])
    at[place[-1]] = {**kept, **value, "loopback": None} if isinstance(kept, dict) else value
    with pytest.raises(InputError, match=message):
        plan_site(sample, Blueprint.model_validate(data), HORTEN, texts, TODAY)


def test_a_change_does_not_write_over_an_edit(project: Path) -> None:
    change = new_site(project, HORTEN)
    sites = project / "inventory/sites.yaml"
    sites.write_text(sites.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    with pytest.raises(InputError, match="edited meanwhile"):
        changes.write(change)
    assert "horten" not in sites.read_text(encoding="utf-8")


@pytest.mark.parametrize("site_class", ["A", "B", "C"])
def test_a_site_of_each_class_is_whole(
    sample: Inventory, texts: dict[str, str], site_class: SiteClass
) -> None:
    """Its devices render, the devices take what is rendered, and its links leave nobody alone."""
    horten = replace(HORTEN, site_class=site_class)
    blueprint = read_blueprint(ROOT / "inventory", site_class)
    made = changes.try_out(ROOT / "inventory", plan_site(sample, blueprint, horten, texts, TODAY))
    new = [device for name, device in made.devices.items() if name not in sample.devices]
    assert {device.name for device in new} == {f"hor-{suffix}" for suffix in blueprint.devices}
    assert made.sites["horten"].core_location == (site_class == "A")
    configs = {one.host: one.text for one in render(made, ROOT / "templates", new)}
    assert Lab(made, configs, clock=ManualClock(NOON)).rejected == {}
    reached, waiting = set(), {"hor-we1" if site_class != "A" else "hor-p1"}
    while waiting:
        reached.add(at := waiting.pop())
        ends = {end.device for link in made.links_of(at) for end in link.managed_ends}
        waiting |= {name for name in ends if name.startswith("hor-")} - reached
    assert reached == {device.name for device in new}
