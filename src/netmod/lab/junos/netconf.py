"""NETCONF of Junos: RFC 6241 and Junos' own requests, over the one candidate of the device."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from netmod.lab.device import Device
from netmod.lab.fabric import Fabric
from netmod.lab.junos.database import Database, Fault
from netmod.lab.junos.loading import LoadProblem, load_set, load_text, load_xml
from netmod.lab.junos.rpcs import COMMANDS, JUNOS, REQUESTS, wants_text
from netmod.lab.junos.shell import JunosShell
from netmod.lab.junos.tree import braces, set_lines
from netmod.lab.junos.xml import configuration
from netmod.lab.netconf import NetconfSession
from netmod.lab.netconf_agent import CandidateAgent, Confirmation, Locks, Operation
from netmod.lab.netconf_xml import (
    Element,
    RpcError,
    RpcErrors,
    child,
    children,
    element,
    local,
    number,
    select,
    text_of,
)
from netmod.lab.statements import Statement

_XNM = "http://xml.juniper.net/xnm/1.1/xnm"
_NETCONF = "urn:ietf:params:netconf:"
_DEFAULT_MINUTES = 10
_LONGEST_MINUTES = 65535
_OLDEST = 49


class JunosAgent(CandidateAgent):
    """One session on one device."""

    capabilities = (
        f"{_NETCONF}base:1.0",
        f"{_NETCONF}capability:candidate:1.0",
        f"{_NETCONF}capability:confirmed-commit:1.0",
        f"{_NETCONF}capability:validate:1.0",
        "http://xml.juniper.net/netconf/junos/1.0",
        "http://xml.juniper.net/dmi/system/1.0",
    )
    namespaces: Mapping[str, str] = {"junos": JUNOS}

    def __init__(self, device: Device, fabric: Fabric, user: str, number: int) -> None:
        super().__init__(device, fabric, user, number)
        self._database = Database(device)

    def operations(self) -> Mapping[str, Operation]:
        return {
            **{name: self._request(function) for name, function in REQUESTS.items()},
            "command": self._command,
            "get-configuration": self._get_configuration,
            "load-configuration": self._load_configuration,
            "lock-configuration": self._lock_configuration,
            "unlock-configuration": self._unlock_configuration,
            "commit-configuration": self._commit_configuration,
        }

    def unknown(self, operation: Element) -> RpcError:
        where = {"bad-element": local(operation)}
        return RpcError("operation-failed", "syntax error", info=where)

    # --- RFC 6241

    @property
    def locks(self) -> Locks:
        return self._database.locks

    def state(self, filters: list[Element]) -> list[Element]:
        return select(filters, [configuration(self._database.tree.root)])

    def shown(self, source: str, filters: list[Element] | None) -> list[Element]:
        root = self._database.candidate if source == "candidate" else self._database.tree.root
        whole = [configuration(root)]
        return whole if filters is None else select(filters, whole)

    def edit(self, config: Element, *, replace: bool) -> None:
        root = _empty() if replace else self._database.candidate.copy()
        problems = [one for below in children(config) for one in _loaded(root, below)]
        if problems:
            raise RpcErrors([_error(one).element() for one in problems])
        self._database.replace(root)

    def discard(self) -> None:
        self._database.discard()

    def may_lock_candidate(self) -> None:
        if self._database.is_changed():
            raise RpcError("lock-denied", "configuration database modified")

    def check(self) -> None:
        _raise(self._database.check())

    def commit(self, confirmation: Confirmation | None, persist_id: str | None) -> None:
        if persist_id is not None or (confirmation and confirmation.persist is not None):
            raise RpcError("unknown-element", "persist is not supported")
        if confirmation is None:
            _raise(self._database.commit(self.user, "netconf"))
            return
        wait = timedelta(seconds=confirmation.seconds)
        _raise(self._database.commit(self.user, "netconf", wait=wait, session=self.number))

    def cancel(self, persist_id: str | None) -> bool:
        if persist_id is not None:
            raise RpcError("unknown-element", "persist-id is not supported")
        waits = self._database.tree.commits.trial is not None
        self._database.tree.take_back(self.device.lab_now())
        return waits

    def end(self) -> None:
        """What was edited under the lock of the session goes with it."""
        if self.locks.owners.get("candidate") == self.number:
            self._database.discard()
        super().end()

    def leave(self) -> None:
        trial = self._database.tree.commits.trial
        if trial is not None and trial.session == self.number:
            self._database.tree.take_back(self.device.lab_now())

    # --- Junos' own requests

    def _request(self, function: Callable[[Device, Fabric, Element], Element]) -> Operation:
        return lambda request: [function(self.device, self.fabric, request)]

    def _command(self, request: Element) -> list[Element]:
        """A command of the command line, its output as XML or as text."""
        command = " ".join(text_of(request).split())
        known = COMMANDS.get(command)
        if known is not None and not wants_text(request):
            return [known(self.device, self.fabric, request)]
        lines = JunosShell(self.device, self.fabric, self.user).answer(command)
        if lines and lines[-1] in ("unknown command.", "syntax error.", "missing argument."):
            where = {"bad-element": command.partition(" ")[0]}
            raise RpcError("operation-failed", "syntax error", info=where)
        return [element("output", text="\n" + "".join(line + "\n" for line in lines))]

    def _get_configuration(self, request: Element) -> list[Element]:
        if request.get("compare"):
            return [self._compared(request)]
        committed = request.get("database") == "committed"
        root = self._database.tree.root if committed else self._database.candidate
        form = (request.get("format") or "xml").lower()
        if form == "text":
            lines = [self._last(committed=committed), *braces(root)]
            return [_text("configuration-text", lines)]
        if form == "set":
            return [_text("configuration-set", list(set_lines(root)))]
        if form != "xml":
            raise RpcError("operation-failed", f"format {form} is not supported")
        whole = configuration(root)
        wanted = child(request, "configuration")
        if wanted is None or not children(wanted):
            return [whole]
        return select([wanted], [whole]) or [element("configuration")]

    def _last(self, *, committed: bool) -> str:
        moment = self.device.changed.astimezone(self.device.view.time_zone)
        records = self._database.tree.commits.records
        user = records[0].user if records else "root"
        by = f"commit: {moment:%Y-%m-%d %H:%M:%S %Z} by {user}"
        return f"## Last {by}" if committed else f"## Last changed: {moment:%Y-%m-%d %H:%M:%S %Z}"

    def _compared(self, request: Element) -> Element:
        """`show | compare rollback N`; a line's end where nothing differs."""
        chosen = number(request.get("rollback") or "0")
        lines = None if chosen is None else self._database.compare(chosen)
        if request.get("compare") != "rollback" or lines is None:
            raise RpcError("operation-failed", f"rollback {request.get('rollback')} is not there")
        output = element("configuration-output", text="\n" + "".join(f"{one}\n" for one in lines))
        return element("configuration-information", output)

    def _load_configuration(self, request: Element) -> list[Element]:
        self.locks.check("candidate", self.number)
        back = request.get("rollback")
        if back is not None:
            chosen = number(back)
            if chosen is None or chosen > _OLDEST or not self._database.rollback(chosen):
                raise RpcError("operation-failed", f"rollback {back} does not exist")
            return [element("load-configuration-results", element("ok"))]
        problems = self._load(request)
        errors = sum(one.severity == "error" for one in problems)
        shown = [_error(one).element() for one in problems]
        if errors:
            count = element("load-error-count", text=str(errors))
            raise RpcErrors([element("load-configuration-results", *shown, count)])
        return [element("load-configuration-results", *shown, element("ok"))]

    def _load(self, request: Element) -> list[LoadProblem]:
        action = request.get("action") or "merge"
        if action not in ("merge", "replace", "override", "update", "set"):
            raise RpcError("operation-failed", f"action {action} is not supported")
        below = children(request)
        if len(below) != 1:
            raise RpcError("missing-element", "there is nothing to load")
        content, kind = below[0].text or "", local(below[0])
        whole = action in ("override", "update")
        root = _empty() if whole else self._database.edited()
        tags: bool = action == "replace"
        if kind == "configuration-set" and action == "set":
            problems = load_set(root, content)
        elif kind == "configuration-text" and action != "set":
            problems = load_text(root, content, "replace" if tags else "merge")
        elif kind == "configuration" and action != "set":
            problems = load_xml(root, below[0], "replace" if tags else "merge")
        else:
            raise RpcError("operation-failed", f"{kind} cannot be loaded as {action}")
        if whole:
            self._database.replace(root)
        return problems

    def _lock_configuration(self, _: Element) -> list[Element]:
        owner = self.locks.owners.get("candidate")
        if owner is not None:
            words = f"configuration database locked by session {owner}"
            raise RpcError("lock-denied", words, info={"session-id": str(owner)})
        self.may_lock_candidate()
        self.locks.owners["candidate"] = self.number
        return []

    def _unlock_configuration(self, _: Element) -> list[Element]:
        if self.locks.owners.get("candidate") != self.number:
            raise RpcError("operation-failed", "configuration database is not locked")
        del self.locks.owners["candidate"]
        return []

    def _commit_configuration(self, request: Element) -> list[Element]:
        self.locks.check("candidate", self.number)
        if child(request, "check") is not None:
            return _results(self._database.check(), "commit-check-success")
        wait = _wait(request) if child(request, "confirmed") is not None else None
        comment = text_of(request, "log")
        wrong = self._database.commit(self.user, "netconf", wait=wait, comment=comment)
        return _results(wrong, "commit-success")


def _wait(request: Element) -> timedelta:
    text = text_of(request, "confirm-timeout")
    minutes = number(text) if text else _DEFAULT_MINUTES
    if minutes is None or not 1 <= minutes <= _LONGEST_MINUTES:
        words = f"Value {text} is not within range (1..{_LONGEST_MINUTES})"
        raise RpcError("operation-failed", words, info={"bad-element": "confirm-timeout"})
    return timedelta(minutes=minutes)


def _results(wrong: list[Fault], success: str) -> list[Element]:
    """What a commit says. Raises `RpcErrors` where something is wrong."""
    engine = element("routing-engine", element("name", text="re0"))
    if wrong:
        engine.extend(_refusals(wrong))
        raise RpcErrors([element("commit-results", engine)])
    engine.append(element(success))
    return [element("commit-results", engine), element("ok")]


def _refusals(wrong: list[Fault]) -> list[Element]:
    errors = [
        RpcError(
            "operation-failed",
            reason,
            kind="application",
            path=f"[edit {' '.join(path)}]",
            info={"bad-element": statement},
        )
        for path, statement, reason in wrong
    ]
    last = RpcError("operation-failed", "configuration check-out failed", kind="application")
    return [one.element() for one in (*errors, last)]


def _raise(wrong: list[Fault]) -> None:
    if wrong:
        raise RpcErrors(_refusals(wrong))


def _loaded(root: Statement, config: Element) -> list[LoadProblem]:
    """The problems of loading what stands below `config` of the RFC."""
    if local(config) == "configuration":
        return load_xml(root, config, "replace")
    if local(config) == "configuration-text":
        return load_text(root, config.text or "", "replace")
    return [LoadProblem(0, "syntax error", local(config))]


def _error(problem: LoadProblem) -> RpcError:
    return RpcError(
        "operation-failed",
        problem.message,
        severity=problem.severity,
        info={"bad-element": problem.element},
    )


def _text(name: str, lines: list[str]) -> Element:
    body = "\n" + "".join(line + "\n" for line in lines)
    return element(name, text=body, namespace=_XNM)


def _empty() -> Statement:
    return Statement("", "global")


def open_netconf(device: Device, fabric: Fabric, user: str, _: str) -> NetconfSession:
    """A NETCONF session on a Junos device."""
    number = device.sessions.number()
    return NetconfSession(JunosAgent(device, fabric, user, number), device.sessions, number)
