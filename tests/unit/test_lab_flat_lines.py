"""Lines that are typed without leaving the mode before: they take effect where the OS has them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from netmod.intent import render
from netmod.inventory import Inventory, load_inventory
from netmod.lab import PERSONAS, Lab, ManualClock
from netmod.lab.editor import Editor
from netmod.lab.shell import open_shell
from tests.unit.lab_pair import NOON

ROOT = Path(__file__).parents[2]
Typed = Callable[..., tuple[list[str], list[str]]]


@pytest.fixture(scope="module")
def sample() -> Inventory:
    return load_inventory(ROOT / "inventory")


@pytest.fixture
def typed(sample: Inventory) -> Typed:
    def at_terminal(platform: str, *lines: str) -> tuple[list[str], list[str]]:
        """What runs, and what the device says of each line."""
        host = next(one.name for one in sample.devices.values() if one.platform == platform)
        lab = Lab(sample, {host: "hostname a\n"}, clock=ManualClock(NOON), station="")
        shell = open_shell(lab.devices[host], lab.fabric)
        replies = [
            list(shell.receive(f"{line}\n"))[-1].output for line in ("configure terminal", *lines)
        ]
        return lab.devices[host].running.render(block_end=False), replies[1:]

    return at_terminal


FREE = {
    "cisco_iosxe": (
        "line vty 0 4", "class-map match-any C", "router isis CORE", "vlan 10",
        "crypto ikev2 profile P", "ip access-list extended A", "aaa group server tacacs+ G",
    ),
    "cisco_nxos": (
        "line vty", "class-map type qos match-any C", "router bgp 65000", "vlan 10",
        "vrf context V", "ip access-list A", "aaa group server tacacs+ G",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("platform", "mode"), [(os, one) for os in FREE for one in FREE[os]])
def test_a_line_of_the_global_mode_leaves_the_mode(typed: Typed, platform: str, mode: str) -> None:
    running, replies = typed(platform, mode, "hostname flat", mode, "ntp server 192.0.2.1")
    assert replies == ["", "", "", ""]
    assert "hostname flat" in running
    assert "ntp server 192.0.2.1" in running


@pytest.mark.parametrize(("platform", "mode"), [(os, one) for os in FREE for one in FREE[os]])
def test_a_line_that_no_mode_has_is_rejected(typed: Typed, platform: str, mode: str) -> None:
    running, replies = typed(platform, mode, "bogus words")
    assert "Invalid" in replies[1]
    assert not any("bogus" in line for line in running)


@pytest.mark.parametrize("platform", FREE)
def test_configs_typed_flat_are_those_that_are_loaded(sample: Inventory, platform: str) -> None:
    """As a device takes a file: each mode is left by the first line that it does not have."""
    persona = PERSONAS[platform]
    of_roles = {one.role: one for one in sample.devices.values() if one.platform == platform}
    for rendered in render(sample, ROOT / "templates", list(of_roles.values())):
        loaded, flat = persona.tree(persona.grammar), persona.tree(persona.grammar)
        assert loaded.load(rendered.text) == []
        editor = Editor(flat)
        for line in rendered.text.splitlines():
            if editor.in_banner:
                editor.enter(line)
            elif line.strip() not in ("", "!", "end"):
                editor.enter(line.strip())
        assert flat.render(block_end=False) == loaded.render(block_end=False)
