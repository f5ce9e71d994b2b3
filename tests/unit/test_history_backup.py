"""Which outputs may take the place of the last backup."""

from __future__ import annotations

import pytest

from netmod.history.backup import Backup, refusal, same_but_times
from netmod.platforms import platform

IOS = "\n".join(
    ["!", "version 17.9", "hostname sw1", *(f"interface Gi1/0/{n}" for n in range(20)), "end", ""]
)
JUNOS = "system {\n    host-name sw1;\n}\n"


def language_of(name: str) -> object:
    known = platform(name)
    assert known is not None
    return known.language.whole if known.language else None


def refused(text: str, *, host: str = "sw1", name: str = "cisco_iosxe", **values: object) -> object:
    backup = Backup(host, text, language_of(name) if name else None)  # type: ignore[arg-type]
    return refusal(backup, **{"previous_size": 0, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        (IOS, "cisco_iosxe", None),
        (IOS + "\n\n", "cisco_iosxe", None),
        ("", "cisco_iosxe", "empty"),
        (" \n\r\n", "", "empty"),
        ("% Invalid input detected at '^' marker.\n", "cisco_iosxe", "error-output"),
        ("                ^\n% Invalid command at '^' marker.\n", "cisco_nxos", "error-output"),
        ("error: permission denied\n", "juniper_junos", "error-output"),
        ("Command authorization failed\n", "", "error-output"),
        ("syntax error, expecting <command>.\n", "juniper_junos", "error-output"),
        ("Unknown command: show\n", "", "error-output"),
        (IOS.replace("end\n", ""), "cisco_iosxe", "cut"),
        (IOS[: len(IOS) // 2], "cisco_iosxe", "cut"),
        (IOS.removesuffix("\n").removesuffix("end"), "arista_eos", "cut"),
        (JUNOS, "juniper_junos", None),
        (JUNOS.removesuffix("}\n"), "juniper_junos", "cut"),
        (IOS.replace("sw1", "sw2"), "cisco_iosxe", "other-host"),
        (JUNOS.replace("sw1", "sw2"), "juniper_junos", "other-host"),
        (JUNOS.replace("sw1", "sw1-re0"), "juniper_junos", None),
        ('config system global\n    set hostname "sw1"\nend\n', "", None),
        ('config system global\n    set hostname "sw2"\nend\n', "", "other-host"),
        ("set system host-name sw2\nset system services ssh\n", "", "other-host"),
        ("error-recovery cause all\n" * 12, "", None),
    ],
)
def test_refusals(text: str, name: str, reason: str | None) -> None:
    assert refused(text, name=name) == reason


@pytest.mark.parametrize(
    ("host", "reason"),
    [("sw1", None), ("SW1", None), ("sw1.ous.example", None), ("sw11", "other-host")],
)
def test_the_hostname_with_and_without_a_domain(host: str, reason: str | None) -> None:
    assert refused(IOS, host=host) == reason


@pytest.mark.parametrize(
    ("previous", "confirmed", "reason"),
    [
        (0, False, None),
        (len(IOS), False, None),
        (len(IOS) * 2, False, None),
        (len(IOS) * 2 + 2, False, "shrunk"),
        (len(IOS) * 9, True, None),
    ],
)
def test_a_config_that_shrank(previous: int, confirmed: bool, reason: str | None) -> None:
    assert refused(IOS, previous_size=previous, confirmed=confirmed) == reason


def test_a_person_confirms_the_size_and_nothing_else() -> None:
    assert refused(IOS[:40], previous_size=9999, confirmed=True) == "cut"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("!Time: Fri Nov 27 04:00:01 2026", "!Time: Sat Nov 28 04:00:01 2026"),
        ("!Running configuration last done at: Fri", "!Running configuration last done at: Sat"),
        ("Current configuration : 12345 bytes", "Current configuration : 12346 bytes"),
        ("ntp clock-period 17179862", "ntp clock-period 17179869"),
        ("Fri Nov 27 04:00:01.123 UTC", "Sat Nov 28 04:00:01.123 UTC\r"),
        ("! NVRAM config last updated at 04:00:00", "! NVRAM config last updated at 05:00:00"),
        ("Using 5 out of 9 bytes", "Using 6 out of 9 bytes"),
    ],
)
def test_times_of_printing_are_no_change(one: str, other: str) -> None:
    assert same_but_times(f"a\n{one}\nb\n", f"a\n{other}\nb\n")
    assert not same_but_times(f"a\n{one}\nb\n", f"a\n{other}\nc\n")
    assert not same_but_times(f"a\n{one}\nb\n", "a\nhostname sw1\nb\n")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ntp server 192.0.2.1", "ntp server 192.0.2.2"),
        ("! Last configuration change at 04:00", "! Last configuration change at 05:00"),
        ("hostname Sat", "hostname Sun"),
        ("", "\n"),
    ],
)
def test_everything_else_is_a_change(one: str, other: str) -> None:
    assert not same_but_times(f"a\n{one}\nb\n", f"a\n{other}\nb\n")
