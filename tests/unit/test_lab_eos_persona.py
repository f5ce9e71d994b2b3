"""EOS of the lab: what its terminal says, and what its configuration means."""

from __future__ import annotations

import json

import pytest

from netmod.lab import Lab
from tests.unit import lab_pair
from tests.unit.lab_eos import lab_of, prompt, switch, traffic, typed


@pytest.fixture
def lab() -> Lab:
    made = lab_of(switch("a"), switch("b"))
    assert made.rejected == {}
    return made


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["show clock"], "a#"),
        (["configure"], "a(config)#"),
        (["conf t", "interface et1/1"], "a(config-if-Et1/1)#"),
        (["conf t", "mac security", "profile P"], "a(config-mac-security-profile-P)#"),
        (["conf t", "interface et1/1", "mac security"], "a(config-mac-security)#"),
        (["conf t", "interface et1/1", "end"], "a#"),
    ],
)
def test_prompts(lab: Lab, lines: list[str], expected: str) -> None:
    assert prompt(lab, *lines) == expected


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("show nothing", "% Invalid input (at token 1: 'nothing')"),
        ("nothing", "% Invalid input (at token 0: 'nothing')"),
        ("show mac security", "% Incomplete command"),
        ("show mac security m s", "% Invalid input (at token 4: 's')"),
        ("show i", "% Ambiguous command (at token 1: 'i')"),
        ("show clock | sum x", "% Invalid input (at token 3: 'sum')"),
    ],
)
def test_errors_are_in_the_vendors_words(lab: Lab, line: str, words: str) -> None:
    assert typed(lab, "a", line) == words + "\n"


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("terminal width 511", "Width set to 511 columns."),
        ("terminal length 0", "Pagination disabled."),
    ],
)
def test_terminal_settings_are_confirmed(lab: Lab, line: str, answer: str) -> None:
    assert typed(lab, "a", line) == answer + "\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("cipher aes512-gcm", "cipher aes128-gcm"),
        ("traffic unprotected maybe", "traffic unprotected allow active-sak"),
        ("mka key-server priority 256", "mka key-server priority 255"),
        ("key zz 7 02", "key 0f 7 02 fallback"),
    ],
)
def test_a_profile_takes_known_values_only(lab: Lab, wrong: str, right: str) -> None:
    start = ("conf t", "mac security", "profile P")
    assert "% In" in typed(lab, "a", *start, wrong)
    assert typed(lab, "a", *start, right) == ""
    assert f"      {right}\n" in typed(lab, "a", "show running-config")


def test_what_it_prints_it_takes_again(lab: Lab) -> None:
    text = typed(lab, "a", "show running-config")
    assert text.startswith("! Command: show running-config\n! device: a (")
    assert text.endswith("end\n")
    assert "banner login\nOnly for staff.\nEOF\n" in text
    again = lab_of(text, switch("b"))
    assert again.rejected == {}
    assert typed(again, "a", "show running-config") == text
    assert traffic(again) == "encrypted"


def test_running_and_startup_differ_until_they_are_saved(lab: Lab) -> None:
    typed(lab, "a", "conf t", "hostname other")
    assert "hostname a\n" in typed(lab, "a", "show startup-config")
    assert "Copy completed" in typed(lab, "a", "write memory")
    assert "hostname other\n" in typed(lab, "a", "show startup-config")


def test_json_of_the_version_says_what_the_text_says(lab: Lab) -> None:
    values = json.loads(typed(lab, "a", "show version | json"))
    text = typed(lab, "a", "show version")
    assert f"Serial number: {values['serialNumber']}\n" in text
    assert f"Software image version: {values['version']}\n" in text
    assert "unconverted" in typed(lab, "a", "show inventory | json")


def test_a_secured_session(lab: Lab) -> None:
    detail = typed(lab, "a", "show mac security interface detail")
    assert "Controlled port: True" in detail
    assert "Traffic: Protected" in detail
    assert "Success: Yes" in typed(lab, "a", "show mac security participants detail")
    assert "Secured interfaces: 1" in typed(lab, "a", "show mac security status")


def test_the_key_in_use_is_that_of_both_ends(lab: Lab) -> None:
    keys = {
        name: typed(lab, name, "show mac security interface").splitlines()[2].split()[-1]
        for name in ("a", "b")
    }
    assert keys["a"] == keys["b"] != "None"


@pytest.mark.parametrize(
    ("policy", "controlled", "seen"),
    [
        ("drop", "False", "blocked"),
        ("allow active-sak", "False", "blocked"),
        ("allow", "True", "clear"),
    ],
)
def test_another_key_secures_nothing(policy: str, controlled: str, seen: str) -> None:
    a, b = (switch(name).replace("unprotected drop", f"unprotected {policy}") for name in "ab")
    lab = lab_of(a.replace("kc/1", "kc/9"), b)
    assert traffic(lab) == seen
    detail = typed(lab, "a", "show mac security interface detail")
    assert f"Controlled port: {controlled}" in detail
    assert "Key in use: None" in detail
    assert "Protected" not in detail
    assert "Success: No" in typed(lab, "a", "show mac security participants")


def test_a_fallback_key_takes_over() -> None:
    a, b = (
        switch(name).replace("      mka key", "      key 02bb 7 <fb> fallback\n      mka key", 1)
        for name in "ab"
    )
    lab = lab_of(a.replace("kc/1", "kc/9"), b)
    assert lab.rejected == {}
    assert traffic(lab) == "encrypted"
    _, first, second = typed(lab, "a", "show mac security participants").split("CKN: ")
    assert "Principal: No" in first
    assert "Default: Yes" in second
    assert "Principal: Yes" in second


def test_a_profile_that_is_not_defined_has_no_session(lab: Lab) -> None:
    typed(lab, "a", "conf t", "interface et1/1", "mac security profile MISSING")
    assert "CKN" not in typed(lab, "a", "show mac security participants")
    assert traffic(lab) == "blocked"


def test_lldp_is_on_unless_it_is_turned_off(lab: Lab) -> None:
    assert '- System Name: "b"' in typed(lab, "a", "show lldp neighbors detail")
    typed(lab, "b", "conf t", "no lldp run")
    assert "detected 0 LLDP" in typed(lab, "a", "show lldp neighbors detail")


def test_it_meets_ios_xr() -> None:
    lab = lab_of(
        switch("a"),
        lab_pair.XR.replace("hostname xr", "hostname b"),
        far="cisco_iosxr",
        far_port=lab_pair.XR_PORT,
    )
    assert lab.rejected == {}
    assert traffic(lab) == "encrypted"
    assert traffic(lab, "b", lab_pair.XR_PORT) == "encrypted"
