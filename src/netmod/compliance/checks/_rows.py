"""Checks of which only the fact and the bound differ: one table.

A row asks that a fact is true or false, that a list or count has at least `minimum` entries, or
that a count is zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from netmod.compliance._model import Model
from netmod.compliance.checks._base import (
    DeviceCheck,
    DeviceSubject,
    Documentation,
    Judgement,
    NoInputs,
)

Bound = Literal["on", "off", "none", "at-least"]


class Minimum(Model):
    """How many at the least."""

    minimum: int = Field(default=2, ge=1)


@dataclass(frozen=True)
class Row:
    """One check: the fact by its name in `HardeningFacts`, the bound, and its words in English."""

    id: str
    fact: str
    bound: Bound
    purpose: str
    what: str


ROWS = (
    Row("telnet-off", "telnet_enabled", "off", "Telnet is not served.", "telnet"),
    Row("http-off", "http_server", "off", "HTTP without TLS is not served.", "the HTTP server"),
    Row("ssh-version-2", "ssh_v2", "on", "SSH is served in version 2 only.", "SSH version 2 only"),
    Row("source-route-off", "source_route", "off", "IP source routing is refused.",
        "IP source routing"),
    Row("root-login-off", "root_login_ssh", "off", "Nobody logs in as root over SSH.",
        "login as root over SSH"),
    Row("snmp-traps-v3", "snmp_v2c_trap_host", "off",
        "SNMP notifications are not sent in version 1 or 2c.", "SNMP v1/v2c notification"),
    Row("syslog-servers", "logging_hosts", "at-least",
        "Log messages go to at least two syslog servers.", "syslog servers"),
    Row("ntp-servers", "ntp_servers", "at-least",
        "Time comes from at least two servers.", "NTP servers"),
    Row("passwords-not-clear", "plaintext_passwords", "none",
        "No password or key stands in clear in the configuration.", "passwords in clear"),
    Row("no-open-users", "nopassword_users", "none",
        "No user logs in without a password.", "users without password"),
    Row("management-acl", "vty_acl", "on",
        "An access list limits from where the device is managed.", "a management access list"),
    Row("control-plane-policing", "copp", "on",
        "The control plane is protected by a policy or filter.", "control-plane protection"),
    Row("login-block", "login_block", "on",
        "Repeated failed logins are blocked.", "blocking of failed logins"),
    Row("login-banner", "banner_login", "on",
        "A banner is shown before login.", "a login banner"),
)  # fmt: skip


class FactCheck(DeviceCheck[Model]):
    """A row of the table as a check."""

    def __init__(self, row: Row) -> None:
        self.id = row.id
        self.row = row
        self.inputs: type[Model] = Minimum if row.bound == "at-least" else NoInputs

    @property
    def documentation(self) -> Documentation:
        """The row's purpose, with the conditions that follow from its bound."""
        passes, fails = {
            "on": (f"{self.row.what} is on.", f"{self.row.what} is off."),
            "off": (f"{self.row.what} is off.", f"{self.row.what} is on."),
            "none": (f"there are no {self.row.what}.", f"there are {self.row.what}."),
            "at-least": (
                f"at least `minimum` {self.row.what} (2 unless set).",
                f"fewer {self.row.what}, or none.",
            ),
        }[self.row.bound]
        example = f"- {self.id}" + (": {minimum: 2}" if self.row.bound == "at-least" else "")
        unknown = f"the captures do not decide `{self.row.fact}`."
        return Documentation(self.row.purpose, passes, fails, "never.", unknown, example)

    def judge(self, subject: DeviceSubject, inputs: Model) -> Iterable[Judgement]:
        value = subject.facts.hardening.value(self.row.fact)
        what = self.row.what
        if value is None:
            why = f"the captures do not tell about {what}"
            yield Judgement("unknown", "fact-not-seen", why, {"fact": self.row.fact})
        elif self.row.bound in ("on", "off"):
            outcome: Literal["pass", "fail"] = (
                "pass" if bool(value) is (self.row.bound == "on") else "fail"
            )
            state = "on" if value else "off"
            why = f"{what} is {state}"
            yield Judgement(outcome, f"fact-{state}", why, {"fact": self.row.fact})
        else:
            count = value if isinstance(value, int) else len(value)
            least = inputs.minimum if isinstance(inputs, Minimum) else 0
            met = count >= least if least else count == 0
            parameters = {"fact": self.row.fact, "count": str(count)}
            why = f"{count} {what}"
            if least:
                parameters["minimum"] = str(least)
                why += f"; {least} are asked for"
            yield Judgement("pass" if met else "fail", "fact-count", why, parameters)
