from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmod.devices import check_command
from netmod.devices.guard import PIPES
from netmod.errors import CommandRefused

ALLOWED = [
    "show version",
    "show running-config",
    "show mka sessions interface HundredGigE1/0/3",
    "show macsec mka session detail",
    "show running-config | include ^key chain",
    "show running-config | section macro|include mka",
    "show running-config|begin interface",
    "show interfaces | exclude down",
    "show logging | count error",
    "show macsec mka session | json",
    "show mac security interface detail | json",
    "show configuration | display set | no-more",
    'show running-config | section "^interface"',
    "show interface Te0/0/0/1.100",
    "show ip route vrf MGMT 10.0.0.1",
    "show crypto ipsec sa peer 2001:db8::1",
]
REFUSED = [
    # not a show command
    "",
    "   ",
    "show",
    "sh version",
    "sho version",
    "SHOW version",
    "configure terminal",
    "reload",
    "write memory",
    "copy running-config tftp:",
    "do show version",
    "clear counters",
    "no show version",
    "debug all",
    "start shell",
    "showversion",
    # writing
    "show running-config | redirect flash:x",
    "show running-config | tee flash:x",
    "show running-config | append flash:x",
    "show configuration | save /tmp/x",
    "show running-config | file disk0:x",
    "show running-config > bootflash:x",
    "show running-config >> bootflash:x",
    "show running-config < x",
    "show running-config file x",
    "show running-config | include a | redirect flash:x",
    "show running-config | REDIRECT flash:x",
    # pipes off the list, and abbreviated ones
    "show running-config | redir flash:x",
    "show running-config | r flash:x",
    "show running-config | inc x",
    "show running-config | i x",
    "show running-config | bash",
    "show running-config | vsh",
    "show interfaces | refresh 1",
    "show version |",
    "show version | | include x",
    "show version || include x",
    "show running-config | include",
    "show configuration | display",
    "| include x",
    # several commands in one
    "show version\nreload",
    "show version\rreload",
    "show version ; reload",
    "show version & reload",
    "show version\x00",
    "show version\x1a",
    "show version\t",
    "show ver?",
    "show `reboot`",
    "show $(reboot) \\n",
    "show {version}",
    "show versiøn",
    "show version\u2028reload",
    # keys in clear
    "show key chain KC mode decrypt",
    "show key chain KC mode dec",
    "show key chain KC m d",
    "show key chain KC MODE DECRYPT",
    "show key chain KC mo decrypt",
    "show key chain decrypt",
    'show key chain KC mode "decrypt"',
    # loads the device, or writes a file of its own
    "show tech-support",
    "show tech",
    "show te",
    "show TECH-SUPPORT",
    "show techsupport",
    "show " + "a" * 400,
]


@pytest.mark.parametrize("command", ALLOWED)
def test_harmless_commands_pass_unchanged(command: str) -> None:
    assert check_command(command) == command


@pytest.mark.parametrize("command", REFUSED)
def test_everything_else_is_refused(command: str) -> None:
    with pytest.raises(CommandRefused) as refused:
        check_command(command)
    assert refused.value.hint
    assert refused.value.code == "command-refused"
    assert refused.value.message.isprintable()


@pytest.mark.parametrize(
    "command", ["show key chain", "show key ch KC", "show k c", "show KEY Chain"]
)
def test_keys_in_clear_are_refused_where_the_platform_prints_them(command: str) -> None:
    for platform in ("cisco_ios", "cisco_iosxe"):
        with pytest.raises(CommandRefused, match="keys in clear"):
            check_command(command, platform)
    for platform in ("cisco_nxos", "cisco_iosxr", None):
        assert check_command(command, platform) == command


def test_surrounding_blanks_go() -> None:
    assert check_command("  show version ") == "show version"


@given(st.text())
def test_what_passes_is_one_show_command_in_full(text: str) -> None:
    try:
        command = check_command(text)
    except CommandRefused:
        return
    assert command.startswith("show ")
    assert command.isascii()
    assert command.isprintable()


words = st.lists(
    st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1), min_size=1, max_size=4
)


@given(
    words, st.lists(st.tuples(st.sampled_from([*sorted(PIPES), "redirect", "tee", "i", ""]), words))
)
def test_accepted_pipes_are_on_the_list(
    show: list[str], pipes: list[tuple[str, list[str]]]
) -> None:
    text = "show " + " ".join(show)
    text += "".join(f" | {pipe} {' '.join(rest)}" for pipe, rest in pipes)
    try:
        command = check_command(text)
    except CommandRefused:
        return
    assert not set(command) & set(">;<&`?\\{}~!\n\r")
    for segment in command.split("|")[1:]:
        assert segment.split()[0] in PIPES
    assert not {"redirect", "tee", "append", "save", "file"} & set(command.split())
    assert check_command(command) == command


@given(
    st.sampled_from(ALLOWED), st.sampled_from(list(">;<&`?\\{}~!\n\r\0\t\x1b")), st.integers(0, 60)
)
def test_one_forbidden_character_anywhere_is_enough(command: str, bad: str, place: int) -> None:
    with pytest.raises(CommandRefused):
        check_command(command[:place] + bad + command[place:])
