from __future__ import annotations

import re
import socket
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from paramiko import AuthenticationException, BadAuthenticationType, ECDSAKey

from netmod.devices import NETMIKO_TYPES, Target
from netmod.devices.client import ChangedHostKey, Client, UnknownHostKey, check_trusted
from netmod.devices.connection import PREPARATION, Ending, StrictConnection, driver
from netmod.devices.inline import InlineTransport
from netmod.devices.login_errors import explain


def connection(device_type: str) -> StrictConnection:
    return driver(device_type)(device_type=device_type, host="192.0.2.1", host_keys=())


CONNECTIONS = [connection(device_type) for device_type in NETMIKO_TYPES.values()]


@given(st.text(alphabet="ab\r\n #", max_size=40))
@example("\n\r\n")
@example("\r\n\r\n")
@example("\r\r\n\r")
def test_tidy_is_netmikos_own_normalising(text: str) -> None:
    for one in CONNECTIONS:
        assert one.tidy(text.encode()) == one.normalize_linefeeds(text)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"til Ullev\xc3\xa5l", "til Ullevål"),
        (b"til Ullev\xe5l", "til Ullevål"),
        (b"", ""),
    ],
)
def test_bytes_become_text_without_loss(data: bytes, text: str) -> None:
    assert CONNECTIONS[0].tidy(data) == text


@pytest.mark.parametrize(
    ("tail", "idle", "reached"),
    [
        ("output\ncore1#", False, True),
        ("output\ncore1# ", False, True),
        ("output\n", True, False),
        ("output\ncore1#\n", True, False),
        ("output\ncore1#show", True, False),
        ("output core1#", False, False),
        ("output core1#", True, True),  # no final newline, and nothing follows
        ("output\ncore11#", True, False),
        ("output\ncoreX#", True, False),
        ("output\n --More-- ", False, False),
        ("output\n --More-- ", True, True),
        ("output\n---(more 12%)---", True, True),
    ],
)
def test_where_an_output_ends(tail: str, idle: bool, reached: bool) -> None:
    assert Ending("core1#").reached(tail, idle) is reached


def test_a_prompt_is_no_pattern() -> None:
    prompt = "RP/0/RP0/CPU0:a.b+c[1]#"
    assert Ending(prompt).start(f"x\n{prompt}") == 2
    assert Ending(prompt).start(f"x\n{prompt.replace('.', 'x')}") is None
    assert re.escape(prompt) != prompt


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("width\ncore1#length\ncore1#", True),
        ("width\nWidth set.\ncore1# length\nDone.\ncore1# ", True),
        ("width\n\n{master:0}\ncore1#length\n\n{master:0}\ncore1#", True),
        ("width\ncore1#", False),  # the second line was forgotten
        ("width\nlength\ncore1#\ncore1#", False),  # echoed before its turn
        ("width\nx core1#length\ncore1#", False),
        ("width\ncore1#length\n", False),
        ("notice\nwidth\ncore1#length\ncore1#", False),
        ("core1#width\ncore1#length\ncore1#", False),
        ("", False),
    ],
)
def test_whether_each_line_was_answered(text: str, answered: bool) -> None:
    assert Ending("core1#").answers_each(text, ("width", "length")) is answered


@pytest.mark.parametrize("device_type", NETMIKO_TYPES.values())
def test_drivers_keep_netmikos_behaviour_behind_our_rules(device_type: str) -> None:
    kind = driver(device_type)
    assert kind.__mro__[1] is StrictConnection
    assert driver(device_type) is kind


KEY, OTHER = ECDSAKey.generate(), ECDSAKey.generate()


@pytest.mark.parametrize(
    ("trusted", "error"),
    [
        ((KEY,), None),
        ((OTHER, KEY), None),  # two keys of one type, as while a device is replaced
        ((OTHER,), ChangedHostKey),
        ((), UnknownHostKey),
    ],
)
def test_only_a_known_key_is_trusted(
    trusted: tuple[ECDSAKey, ...], error: type[Exception] | None
) -> None:
    if error is None:
        check_trusted(KEY, trusted)
    else:
        with pytest.raises(error, match="SHA256:"):
            check_trusted(KEY, trusted)


@pytest.mark.parametrize("device_type", list(PREPARATION))
@given(
    lines=st.lists(st.sampled_from(["", "core1#", "{master:0}", "[edit]", "\b#", "x" * 90])),
    end=st.sampled_from(["", "\n", "\n{master:0}\n", "\n\n{backup}\n", "x"]),
    repeats=st.integers(0, 40),
)
def test_stripping_the_ends_of_a_text_leaves_what_stripping_the_whole_does(
    device_type: str, lines: list[str], end: str, repeats: int
) -> None:
    one = connection(device_type)
    one.base_prompt = "core1"
    text = "\n".join(["show version", *lines, *["interface Te1/1"] * repeats * 3]) + end + "core1#"
    expected = one.strip_prompt(one.strip_command("show version", text))
    assert one.strip_both("show version", text) == expected


def test_a_device_that_sends_on_and_on_does_not_stretch_a_time_limit() -> None:
    more = iter([True] * 9)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        transport: Any = InlineTransport(ours)
        transport.active = True
        transport._input = SimpleNamespace(fetch=lambda wait: next(more))
        transport._loop = SimpleNamespace(switch=lambda: None, dead=False)
        assert not transport._work_until(lambda: False, 0.0)
        assert transport._work_until(lambda: True, 0.0)


def test_a_password_that_is_the_first_of_two_steps_is_no_login() -> None:
    key = ECDSAKey.generate()
    transport: Any = SimpleNamespace(
        start_client=lambda timeout: None,
        initial_kex_done=True,
        get_remote_server_key=lambda: key,
        auth_password=lambda username, password: ["publickey"],
    )
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(BadAuthenticationType) as caught:
        Client(lambda sock: transport, [key]).connect(
            sock=ours, username="u", password="p", timeout=1, auth_timeout=1, banner_timeout=1
        )
    assert caught.value.allowed_types == ["publickey"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("authentication timeout", "in time"),
        ("Authentication timeout.", "in time"),
        ("Authentication failed.", "refused the login"),
    ],
)
def test_a_login_that_got_no_answer_is_not_called_refused(told: str, words: str) -> None:
    target = Target("core1", "192.0.2.1", 22, "cisco_iosxe", "OSL", ())
    failure = explain(AuthenticationException(told), target, key_exchange_done=True)
    assert words in failure.message
    assert failure.code == "authentication"  # a password was sent: once is enough
