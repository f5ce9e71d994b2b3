"""No line crashes a persona: neither in a configuration that is loaded, nor at its terminal."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmod.intent import render
from netmod.inventory import Inventory, load_inventory
from netmod.lab import PERSONAS, Lab, ManualClock
from netmod.lab.shell import open_shell
from tests.unit.lab_pair import NOON

Change = Callable[[st.DataObject, list[str]], list[str]]
ROOT = Path(__file__).parents[2]
TOPICS = ("macsec", "mka", "key", "cak", "ckn", "life", "mtu", "clock", "time-zone", "interface",
          "channel-group", "bundle", "rekey", "window", "offset", "lldp", "address", "start-time")  # fmt: skip
VALUES = (
    "abc", "-1", "0", "30", "99999999999", "1/0/1", "2026-02-31.10:00", "infinite", "duration",
    "00:00:00", "99:99:99", "31", "February", "2026", "0001", "9999", "local", "Europe/Oslo", "25",
    "must-secure", "seconds", "gcm-aes-256", '"', "^", "[", "]", "{", "}", ";", "\u00b2", "no",
    "mtu", "lifetime", "start-time", "clock", "timezone", "exit", "Ethernet1/1", "xe-0/0/0",
)  # fmt: skip
KINDS = (
    (r"\d{1,3}(\.\d{1,3}){3}(/\d+)?", ("192.0.2.1", "255.0.255.0", "300.1.2.3", "192.0.2.1/99")),
    (r"\d\d:\d\d:\d\d", ("00:00:00", "24:00:00", "23:59:60", "99:99:99")),
    (r'"?\d{4}-\d+-\d+\.\d\d:\d\d.*', ("2026-02-31.10:00", "0000-00-00.00:00", "9999-12-31.23:59")),
    (r"(?i)(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*", ("Feb", "february", "Apr", "june")),
    (r"\d+", ("0", "1", "29", "31", "32", "256", "2025", "0001", "9999", "99999999999", "\u00b2")),
)  # fmt: skip
"""Words that a persona reads values from, by kind, and others of the kind that may mean nothing."""
ENTER = {"juniper_junos": "configure", "arista_eos": "configure", "cisco_iosxr": "configure"}


@pytest.fixture(scope="module")
def sample() -> Inventory:
    return load_inventory(ROOT / "inventory")


@pytest.fixture(scope="module")
def config(sample: Inventory) -> dict[str, tuple[str, list[str]]]:
    """For each platform a device and those lines of its config that the lab reads values from."""
    found = {}
    for platform in PERSONAS:
        device = next(one for one in sample.devices.values() if one.platform == platform)
        (rendered,) = render(sample, ROOT / "templates", [device])
        lines = rendered.text.splitlines()
        kept = [one for one in lines if any(topic in one for topic in TOPICS)]
        found[platform] = (device.name, kept[:120])
    return found


def twisted(data: st.DataObject, lines: list[str]) -> list[str]:
    """The lines with other values of the same kind: grammars take them, and readers must."""
    chance = data.draw(st.randoms(use_true_random=False))
    return [
        re.sub(r"\S+", lambda word: _other(chance, word[0]), line)
        if chance.random() < 0.5
        else line
        for line in lines
    ]


def _other(chance: random.Random, word: str) -> str:
    values = next((values for kind, values in KINDS if re.fullmatch(kind, word)), None)
    return word if values is None or chance.random() < 0.5 else chance.choice(values)


def damaged(data: st.DataObject, lines: list[str]) -> list[str]:
    """The lines with other words in some of them, and some of words alone."""
    words = sorted({word for line in lines for word in line.split()} | set(VALUES))
    result = list(lines)
    for number in data.draw(st.lists(st.integers(0, len(lines) - 1), min_size=1, max_size=12)):
        margin = result[number][: len(result[number]) - len(result[number].lstrip())]
        parts = result[number].split() or [""]
        at = data.draw(st.integers(0, len(parts)))
        parts[at : at + data.draw(st.integers(0, 2))] = [data.draw(st.sampled_from(words))]
        result[number] = margin + " ".join(parts)
    return result


@pytest.mark.parametrize("platform", PERSONAS)
@settings(max_examples=60)
@given(data=st.data(), change=st.sampled_from((damaged, twisted)))
def test_any_configuration_can_be_read(
    config: dict[str, tuple[str, list[str]]], platform: str, data: st.DataObject, change: Change
) -> None:
    persona = PERSONAS[platform]
    tree = persona.tree(persona.grammar)
    tree.load("\n".join(change(data, config[platform][1])))
    persona.read(tree)


@pytest.mark.parametrize("platform", PERSONAS)
@settings(max_examples=15)
@given(data=st.data(), change=st.sampled_from((damaged, twisted)))
def test_any_line_can_be_typed(
    sample: Inventory,
    config: dict[str, tuple[str, list[str]]],
    platform: str,
    data: st.DataObject,
    change: Change,
) -> None:
    host, lines = config[platform]
    some = data.draw(st.integers(0, max(0, len(lines) - 20)))
    lab = Lab(sample, {host: ""}, clock=ManualClock(NOON), station="")
    device = lab.devices[host]
    shell = open_shell(device, lab.fabric)
    for line in (
        ENTER.get(platform, "configure terminal"),
        *change(data, lines[some : some + 20]),
    ):
        assert list(shell.receive(line + "\n"))
        _ = device.view
    for line in ("", "commit", "end", "yes", "show running-config"):
        assert list(shell.receive(line + "\n"))
    _ = device.view


@pytest.mark.parametrize("line", ["mtu abc", "mtu", "mtu 99999999999"])
def test_a_size_that_is_none_is_refused(sample: Inventory, line: str) -> None:
    host = next(one.name for one in sample.devices.values() if one.platform == "cisco_iosxe")
    lab = Lab(sample, {host: "hostname a\n"}, clock=ManualClock(NOON), station="")
    shell = open_shell(lab.devices[host], lab.fabric)
    replies = [
        reply
        for typed in ("configure terminal", "interface TenGigabitEthernet1/0/1", line)
        for reply in shell.receive(typed + "\n")
    ]
    assert "%" in replies[-1].output
    assert lab.devices[host].view.ports["TenGigabitEthernet1/0/1"].mtu is None


@pytest.mark.parametrize("platform", ["cisco_iosxe", "cisco_nxos", "cisco_iosxr", "arista_eos"])
def test_lines_below_one_that_leads_nowhere_are_rejected(platform: str) -> None:
    persona = PERSONAS[platform]
    tree = persona.tree(persona.grammar)
    text = "hostname a\n more\n  still\nbogus words\n below\nhostname b\n"
    assert tree.load(text) == [(2, "more"), (3, "still"), (4, "bogus words"), (5, "below")]
