"""eAPI: JSON-RPC requests over the command line of EOS. No transport, no waiting."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from netmod.lab.commands import CommandError
from netmod.lab.device import Device
from netmod.lab.eos.sessions import Refused
from netmod.lab.eos.shell import Denied, EosShell, Unconverted
from netmod.lab.fabric import Fabric
from netmod.lab.service import ApiFaults

PATH = "/command-api"

_PARSE_ERROR, _INVALID_REQUEST, _NO_METHOD, _INVALID_PARAMS = -32700, -32600, -32601, -32602
_NOT_RUN, _INVALID, _UNCONVERTED, _DENIED = 1000, 1002, 1003, 1005
_REASONS = {
    _NOT_RUN: "could not run command",
    _INVALID: "invalid command",
    _UNCONVERTED: "unconverted command",
    _DENIED: "permission to run command denied",
}
_PRIVILEGED = re.compile(
    r"(bash|clear|conf|configure|copy|delete|more|write)\b"
    r"|show (running-config|startup-config|session-config)\b"
)
_TEXT_HINT = (
    "Command cannot be used over the API at this time. To see ASCII output, "
    "set format='text' in your request"
)


class _Command(BaseModel):
    """`input` is what the command would ask for: the lines of a banner, the enable password."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cmd: str
    input: str = ""
    revision: int = 1


class _Params(BaseModel):
    """`autoComplete` takes abbreviations; without it every word is written out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1, "latest"]
    cmds: list[_Command | str]
    format: Literal["json", "text"] | None = None
    auto_complete: bool = Field(default=False, alias="autoComplete")
    expand_aliases: bool = Field(default=False, alias="expandAliases")


@dataclass(frozen=True, slots=True)
class _Failure(Exception):
    """A command that ended the request; `errors` in EOS's words."""

    code: int
    errors: list[str]


def answer(device: Device, fabric: Fabric, user: str, body: bytes, faults: ApiFaults) -> bytes:
    """The response to one request: each has a command line session of its own.

    Raises `ConnectionResetError` where `faults.drop` matches a command: that one was carried out,
    those behind it were not.
    """
    try:
        request = json.loads(body)
    except ValueError:
        return _error(None, _PARSE_ERROR, "Parse error")
    if not isinstance(request, dict) or not isinstance(request.get("params"), dict):
        return _error(None, _INVALID_REQUEST, "Invalid Request")
    number = request.get("id")
    if request.get("method") != "runCmds":
        return _error(number, _NO_METHOD, f"Method {request.get('method')} not found")
    try:
        params = _Params.model_validate(request["params"])
    except ValidationError as error:
        return _error(number, _INVALID_PARAMS, _told(error))
    run = _Run(EosShell(device, fabric, user), params, faults)
    results: list[dict[str, Any]] = []
    for index, one in enumerate(params.cmds, start=1):
        command = one if isinstance(one, _Command) else _Command(cmd=one)
        try:
            results.append(run.result(command))
        except _Failure as failure:
            place = f"CLI command {index} of {len(params.cmds)} '{command.cmd}'"
            message = f"{place} failed: {_REASONS[failure.code]}"
            data = [*results, run.failed(failure)]
            return _error(number, failure.code, message, data)
    return json.dumps({"jsonrpc": "2.0", "id": number, "result": results}).encode()


def _error(number: object, code: int, message: str, data: object = None) -> bytes:
    error = {"code": code, "message": message} | ({} if data is None else {"data": data})
    return json.dumps({"jsonrpc": "2.0", "id": number, "error": error}).encode()


def _told(error: ValidationError) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        return f"runCmds() got an unexpected keyword argument '{name}'"
    return f"Invalid params: {name}: {first['msg']}"


class _Run:
    """The commands of one request, one after the other on one command line."""

    def __init__(self, shell: EosShell, params: _Params, faults: ApiFaults) -> None:
        self._shell = shell
        self._exact = not params.auto_complete
        self._text = params.format == "text"
        self._faults = faults
        self._enabled = False

    def result(self, command: _Command) -> dict[str, Any]:
        """What one command gives. Raises `_Failure`."""
        text = command.cmd.strip()
        drop, truncate = self._faults.drop, self._faults.truncate
        lines = self._lines(text, command.input)
        if drop is not None and drop.search(text):
            raise ConnectionResetError(f"the session ended after {text!r}")
        if truncate is not None and truncate.search(text):
            lines = lines[: len(lines) // 2]
        if self._text:
            return {"output": "".join(line + "\n" for line in lines)}
        if text.startswith("show "):
            return self._model(lines)
        return {"messages": lines} if lines else {}

    @staticmethod
    def _model(lines: list[str]) -> dict[str, Any]:
        try:
            return dict(json.loads("\n".join(lines)))
        except ValueError:  # cut in half on the way
            raise ConnectionResetError("the answer was cut off") from None

    def failed(self, failure: _Failure) -> dict[str, Any]:
        """The entry of the command that failed, behind those of the commands before it."""
        if not self._text:
            return {"errors": failure.errors}
        output = "".join(f"% {one}\n" for one in failure.errors)
        return {"output": output, "errors": failure.errors}

    def _lines(self, text: str, answers: str) -> list[str]:
        shell = self._shell
        if text == "enable":
            self._enabled = True
            return []
        if not self._enabled and not shell.configuring and _PRIVILEGED.match(text.lower()):
            token = f"(at token 0: '{text.split(maxsplit=1)[0]}')"
            raise _Failure(_INVALID, [f"Invalid input (privileged mode required) {token}"])
        wants_model = not self._text and text.startswith("show ")
        try:
            lines = shell.run(f"{text} | json" if wants_model else text, exact=self._exact)
            for line in answers.splitlines():
                lines += shell.run(line) if shell.in_banner else []
            if shell.in_banner:
                shell.run("EOF")
        except CommandError as error:
            words = shell.device.persona.complaint(error, text, "")
            raise _Failure(_INVALID, [one.removeprefix("% ") for one in words]) from None
        except Refused as error:
            raise _Failure(_NOT_RUN, list(error.words)) from None
        except Denied:
            raise _Failure(_DENIED, [f"Authorization denied for command '{text}'"]) from None
        except Unconverted:
            raise _Failure(_UNCONVERTED, [_TEXT_HINT]) from None
        return lines
