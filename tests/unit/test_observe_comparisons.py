"""What was compared before is not compared again, and what is known is what comparing gives."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmod.drift import Compared, Configs, compare_configs
from netmod.observe import Store, _comparisons, compare_hosts
from netmod.platforms import platform, platforms, without_preamble, without_times

SECTIONS = st.sampled_from(
    (
        "hostname h", "interface Ethernet1\n description <secret:a>\n mtu 9000", "ntp server 10.0.0.1",
        "interface Ethernet1\n description x\n mtu 9000", "username a secret 5 <secret:user>",
        "username a secret 5 $1$<redacted>", "ip access-list extended A\n permit ip any any\n deny ip any any",
        "ip access-list extended A\n deny ip any any\n permit ip any any", "banner motd ^C hush ^C",
        "system {\n    host-name h;\n}", "!Time: Sat Nov 28 11:07:46 2026", "Sat Nov 28 11:07:46.123 UTC",
        "!Time: Sun Nov 29 11:07:46 2026", "snmp-server community hush RO", "end",
    )
)  # fmt: skip
TEXTS = st.lists(SECTIONS, max_size=6).map("\n".join)
CONFIGS = st.builds(
    Configs,
    st.sampled_from([one.id for one in platforms()]),
    TEXTS,
    TEXTS.map(lambda text: f"{text}\nend\n"),
    st.none() | TEXTS.map(lambda text: f"{text}\nend\n"),
)


def fresh(configs: Configs) -> Compared:
    chosen = platform(configs.platform)
    assert chosen is not None
    return compare_configs(configs, chosen.language)


def compared(configs: Configs, store: Store) -> Compared:
    ((_, found),) = compare_hosts({"h": configs}, store)
    return found


@settings(max_examples=150)
@given(nights=st.lists(CONFIGS, min_size=1, max_size=4))
def test_known_is_fresh_whatever_is_compared(nights: list[Configs]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        for configs in (*nights, *nights):
            assert compared(configs, store) == fresh(configs)


BASE = Configs("cisco_nxos", "hostname h\n", "!Time: Sat Nov 28 11:07:46 2026\nhostname g\nend\n")


def test_the_time_of_printing_is_no_other_config(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    first = compared(BASE, store)
    assert first.config is not None
    ((change, line),) = [(one.change, one.running_line) for one in first.config.differences]
    assert (change, line) == ("changed", 2)
    monkeypatch.setattr(_comparisons, "compare_configs", refuse)
    later = BASE.running.replace("Sat Nov 28", "Sun Nov 29")
    assert compared(dataclasses.replace(BASE, running=later), store) == first


def refuse(*_: object) -> None:
    raise AssertionError("it was compared before")


OTHERS = (
    {"intended": "hostname i\n"},
    {"running": "hostname h\nend\n"},
    {"startup": "hostname g\nend\n"},
    {"startup": ""},
    {"platform": "arista_eos"},
)


@pytest.mark.parametrize("change", OTHERS, ids=str)
def test_what_differs_in_anything_is_compared(
    change: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    compared(BASE, store)
    other = dataclasses.replace(BASE, **change)
    asked: list[Configs] = []
    monkeypatch.setattr(
        _comparisons, "compare_configs", lambda one, _: asked.append(one) or fresh(one)
    )
    assert compared(other, store) == fresh(other)
    assert compared(other, store) == fresh(other)
    assert asked == [other]


def test_other_rules_compare_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    compared(BASE, store)
    monkeypatch.setattr(_comparisons, "_digest_of_rules", lambda: "another netmod")
    monkeypatch.setattr(_comparisons, "compare_configs", refuse)
    with pytest.raises(AssertionError, match="before"):
        compared(BASE, store)


def test_a_damaged_file_is_nothing_known(tmp_path: Path) -> None:
    store, right = Store(tmp_path), fresh(BASE)
    compared(BASE, store)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for content in (b"", whole[:-9], whole.replace(b"hostname g", b"hostname h"), b"\x00" * 300):
        path.write_bytes(content)
        assert compared(BASE, store) == right


def test_many_are_compared_in_processes_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_comparisons, "WORTH_A_POOL", 0)
    several = {f"h{n}": dataclasses.replace(BASE, intended=f"hostname i{n}\n") for n in range(5)}
    found = dict(compare_hosts(several, Store(tmp_path)))
    assert found == {host: fresh(one) for host, one in several.items()}
    assert list(found) == list(several)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Sat Nov 28 11:07:46.123 UTC\n!! x\n", "\n!! x\n"),
        ("!Time: Sat Nov 28 11:07:46 2026\r\nversion 9\r\n", "\nversion 9\r\n"),
        ("banner motd #\nSat is a day\n#\n", "banner motd #\nSat is a day\n#\n"),
        (30 * "x\n" + "!Time: now\n", 30 * "x\n" + "!Time: now\n"),
        ("", ""),
    ],
)
def test_times_of_printing_leave_blank_lines(text: str, left: str) -> None:
    assert without_times(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\nBuilding configuration...\n\nCurrent configuration : 9 bytes\n!\n! x\nhostname h\n!\nend\n", "hostname h\n!\nend\n"),
        ("Using 9 out of 99 bytes\r\n!\r\nhostname h\r\n", "hostname h\n"),
        ("Sat Nov 28 11:07:46.123 UTC\nBuilding configuration...\n!! IOS XR\nbanner motd #\n!!!\n#\n", "banner motd #\n!!!\n#\n"),
        ("system {\n}\n", "system {\n}\n"),
        ("!\n\n", ""),
    ],
)  # fmt: skip
def test_a_config_begins_with_its_first_statement(text: str, left: str) -> None:
    assert without_preamble(text) == left


@settings(max_examples=60)
@given(os=st.sampled_from(["cisco_ios", "cisco_iosxe"]), text=TEXTS)
def test_what_boots_is_what_runs_where_the_statements_are_the_same(os: str, text: str) -> None:
    running = f"Building configuration...\n!\n{text}\nend\n"
    configs = Configs(os, "hostname h\n", running, f"Using 9 out of 99 bytes\n{text}\nend\n")
    found = fresh(configs)
    assert found.config is None or found.startup == ()
