"""eAPI of the lab: requests and responses without a transport."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from netmod.lab import Lab
from netmod.lab.eos import api_config
from netmod.lab.eos.command_api import answer
from netmod.lab.server import PathFaults
from tests.unit.lab_eos import lab_of, switch, typed


@pytest.fixture
def lab() -> Lab:
    return lab_of(switch("a"), switch("b"))


def asked(lab: Lab, body: object, faults: PathFaults | None = None) -> dict[str, Any]:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = answer(lab.devices["a"], lab.fabric, "netmod", text, faults or PathFaults())
    return dict(json.loads(response))


def request(*commands: object, encoding: str = "json", **more: object) -> dict[str, object]:
    params = {"version": 1, "cmds": list(commands), "format": encoding, **more}
    return {"jsonrpc": "2.0", "method": "runCmds", "params": params, "id": "7"}


def run(lab: Lab, *commands: object, encoding: str = "json", **more: object) -> Any:
    response = asked(lab, request("enable", *commands, encoding=encoding, **more))
    assert response["id"] == "7"
    assert "error" not in response, response
    return response["result"][1:]


def refused(lab: Lab, *commands: object, encoding: str = "json", **more: object) -> dict[str, Any]:
    return dict(asked(lab, request("enable", *commands, encoding=encoding, **more))["error"])


def test_values_and_text_say_the_same(lab: Lab) -> None:
    [values, host] = run(lab, "show version", "show hostname")
    [text, _] = run(lab, "show version", "show hostname", encoding="text")
    assert f"Serial number: {values['serialNumber']}\n" in text["output"]
    assert host == {"hostname": "a", "fqdn": "a"}


def test_text_is_what_the_terminal_shows(lab: Lab) -> None:
    for command in ("show running-config", "show lldp neighbors", "show mac security interface"):
        assert run(lab, command, encoding="text") == [{"output": typed(lab, "a", command)}]
    [part] = run(lab, "show running-config | section mac security", encoding="text")
    assert part["output"].startswith("mac security\n   profile P\n")


def test_the_configuration_as_values_is_nested(lab: Lab) -> None:
    commands = run(lab, "show running-config")[0]["cmds"]
    assert "description a cable" in commands["interface Ethernet1/1"]["cmds"]
    assert commands["hostname a"] is None


def test_configuration_goes_on_from_command_to_command(lab: Lab) -> None:
    assert run(lab, "configure", "interface Et1/1", "description new", "end") == [{}] * 4
    assert "   description new\n" in typed(lab, "a", "show running-config")
    assert run(lab, "write memory") == [{"messages": ["Copy completed successfully."]}]
    assert run(lab, "write memory", encoding="text") == [
        {"output": "Copy completed successfully.\n"}
    ]


def test_every_request_begins_outside_of_configuration(lab: Lab) -> None:
    run(lab, "configure", "interface Et1/1")
    assert refused(lab, "description new")["code"] == 1002


def test_a_session_outlives_the_request_that_opened_it(lab: Lab) -> None:
    run(lab, "configure session s", "hostname other", "end")
    assert run(lab, "show configuration sessions")[0]["sessions"]["s"]["state"] == "pending"
    run(lab, "configure session s commit", encoding="text")
    assert lab.devices["a"].hostname == "other"


def test_a_banner_comes_as_the_input_of_its_command(lab: Lab) -> None:
    banner = {"cmd": "banner login", "input": "Only for staff.\nElse go.\n"}
    run(lab, "configure session s", banner, "hostname other", "end")
    text = typed(lab, "a", "show session-config named s")
    assert "banner login\nOnly for staff.\nElse go.\nEOF\n" in text
    assert "hostname other\n" in text


@pytest.mark.parametrize("enable", ["enable", {"cmd": "enable", "input": "word"}])
def test_both_forms_of_a_command_are_taken(lab: Lab, enable: object) -> None:
    result = asked(lab, request(enable, {"cmd": "show running-config", "revision": 1}))["result"]
    assert result[0] == {}


@pytest.mark.parametrize(
    ("commands", "code", "reason", "errors"),
    [
        (
            ["show nothing"],
            1002,
            "CLI command 2 of 2 'show nothing' failed: invalid command",
            ["Invalid input (at token 1: 'nothing')"],
        ),
        (
            ["show ver"],
            1002,
            "CLI command 2 of 2 'show ver' failed: invalid command",
            ["Incomplete token (at token 1: 'ver')"],
        ),
        (
            ["show mac security"],
            1002,
            "CLI command 2 of 2 'show mac security' failed: invalid command",
            ["Incomplete command"],
        ),
        (
            ["configure session none abort"],
            1000,
            "CLI command 2 of 2 'configure session none abort' failed: could not run command",
            ["Cannot abort session none (session does not exist)"],
        ),
        (
            ["show inventory"],
            1003,
            "CLI command 2 of 2 'show inventory' failed: unconverted command",
            None,
        ),
        (
            ["configure", "int Et1/1"],
            1002,
            "CLI command 3 of 3 'int Et1/1' failed: invalid command",
            ["Incomplete token (at token 0: 'int')"],
        ),
        (
            ["configure", "no int Et1/1"],
            1002,
            "CLI command 3 of 3 'no int Et1/1' failed: invalid command",
            ["Incomplete token (at token 1: 'int')"],
        ),
    ],
)
def test_errors_as_eos_gives_them(
    lab: Lab, commands: list[str], code: int, reason: str, errors: list[str] | None
) -> None:
    error = refused(lab, *commands)
    assert (error["code"], error["message"]) == (code, reason)
    assert len(error["data"]) == len(commands) + 1
    assert error["data"][-1]["errors"] == (errors or error["data"][-1]["errors"])
    assert error["data"][:-1] == [{}] * len(commands)


def test_a_failure_in_text_has_the_output_too(lab: Lab) -> None:
    error = refused(lab, "show hostname", "show nothing", encoding="text")
    assert error["data"][1]["output"].startswith("Hostname: a\n")
    assert error["data"][2]["output"] == "% Invalid input (at token 1: 'nothing')\n"


def test_it_stops_at_the_first_command_that_fails(lab: Lab) -> None:
    lines = ["configure session s", "hostname first", "nonsense", "hostname second", "end"]
    error = refused(lab, *lines)
    assert "4 of 6 'nonsense'" in error["message"]
    assert len(error["data"]) == 4
    assert "hostname first\n" in typed(lab, "a", "show session-config named s")


def test_abbreviations_where_they_are_asked_for(lab: Lab) -> None:
    assert run(lab, "sh ver", encoding="text", autoComplete=True)[0]["output"].startswith("Arista")
    run(lab, "conf", "int et1/1", "desc new", autoComplete=True)
    assert "   description new\n" in typed(lab, "a", "show running-config")


@pytest.mark.parametrize("command", ["configure", "write memory", "show running-config"])
def test_without_enable_nothing_privileged_is_done(lab: Lab, command: str) -> None:
    error = asked(lab, request(command))["error"]
    assert error["code"] == 1002
    assert "privileged mode required" in error["data"][0]["errors"][0]
    assert "result" in asked(lab, request("show version"))


ROLE = """\
role watcher
   10 deny mode exec command configure session \\S+ commit
   20 deny mode config command (no )?hostname
   30 permit command .*
username netmod role watcher secret sha512 x
aaa authorization commands all default local
"""


@pytest.mark.parametrize(
    ("commands", "denied"),
    [
        (["configure session s", "end", "configure session s commit"], 3),
        (["configure", "hostname other"], 2),
        (["configure", "no hostname"], 2),
        (["configure", "do configure session s commit"], 2),
        (["configure", "interface Et1/1", "description new"], None),
        (["show running-config"], None),
    ],
)
def test_a_role_decides_what_a_user_may(commands: list[str], denied: int | None) -> None:
    lab = lab_of(switch("a") + ROLE, switch("b"))
    assert lab.rejected == {}
    if denied is None:
        run(lab, *commands)
        return
    error = refused(lab, *commands)
    command = commands[denied - 1]
    place = f"CLI command {denied + 1} of {len(commands) + 1} '{command}'"
    assert error["code"] == 1005
    assert error["message"] == f"{place} failed: permission to run command denied"
    told = typed(lab, "a", *commands)
    assert told == f"% Authorization denied for command '{command}'\n"


def test_roles_mean_nothing_without_authorization(lab: Lab) -> None:
    text = switch("a") + ROLE.replace("aaa authorization commands all default local\n", "")
    run(lab_of(text, switch("b")), "configure", "hostname other")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", -32700),
        (b"[]", -32600),
        ({"method": "runCmds", "id": 1}, -32600),
        ({**request(), "method": "other"}, -32601),
        (request(streaming=True), -32602),
        ({**request(), "params": {"version": 1}}, -32602),
        ({**request(), "params": {"version": 1, "cmds": [3]}}, -32602),
        ({**request(), "params": {"version": 9, "cmds": []}}, -32602),
    ],
)
def test_requests_that_are_none(lab: Lab, body: object, code: int) -> None:
    response = asked(lab, body)
    assert response["error"]["code"] == code
    assert "data" not in response["error"]


def test_an_unknown_parameter_is_named(lab: Lab) -> None:
    message = asked(lab, request(streaming=True))["error"]["message"]
    assert "unexpected keyword argument 'streaming'" in message


def test_a_session_that_drops_has_done_what_it_said_and_no_more(lab: Lab) -> None:
    run(lab, "configure session s", "hostname other", "end")
    faults = PathFaults(drop=re.compile("commit"))
    with pytest.raises(ConnectionResetError):
        asked(lab, request("enable", "configure session s commit", "write memory"), faults)
    assert lab.devices["a"].hostname == "other"
    assert "hostname a\n" in typed(lab, "a", "show startup-config")


def test_an_output_may_lose_its_second_half(lab: Lab) -> None:
    faults = PathFaults(truncate=re.compile("running-config"))
    body = request("enable", "show running-config", encoding="text")
    output = asked(lab, body, faults)["result"][1]["output"]
    assert output
    assert typed(lab, "a", "show running-config").startswith(output)
    assert not output.endswith("end\n")


@pytest.mark.parametrize(
    ("lines", "on"),
    [
        ([], False),
        (["management api http-commands"], False),
        (["management api http-commands", "no shutdown"], True),
        (["management api http-commands", "no shutdown", "no protocol https"], False),
        (
            [
                "management api http-commands",
                "no shutdown",
                "exit",
                "no management api http-commands",
            ],
            False,
        ),
    ],
)
def test_the_configuration_decides_whether_it_answers(lab: Lab, lines: list[str], on: bool) -> None:
    typed(lab, "a", "configure", *lines)
    assert api_config.enabled(lab.devices["a"]) is on
    text = typed(lab, "a", "show management api http-commands")
    assert (f"HTTPS server:       {'running' if on else 'shutdown'}") in text
    values = json.loads(typed(lab, "a", "show management api http-commands | json"))
    assert values["httpsServer"]["running"] is on
