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
BOUNDS: dict[str, Bound] = {"on": "on", "off": "off", "none": "none", "at-least": "at-least"}


class Minimum(Model):
    """How many at the least."""

    minimum: int = Field(default=2, ge=1)


@dataclass(frozen=True)
class Row:
    """One check: the fact by its name in `HardeningFacts`, the bound, and its words in English."""

    id: str
    fact: str
    bound: Bound
    what: str
    purpose: str


_TABLE = """
telnet-off             | telnet_enabled      | off      | telnet                         | Telnet is not served.
http-off               | http_server         | off      | the HTTP server                | HTTP without TLS is not served.
ssh-version-2          | ssh_v2              | on       | SSH version 2 only             | SSH is served in version 2 only.
source-route-off       | source_route        | off      | IP source routing              | IP source routing is refused.
root-login-off         | root_login_ssh      | off      | login as root over SSH         | Nobody logs in as root over SSH.
snmp-traps-v3          | snmp_v2c_trap_host  | off      | SNMP v1/v2c notification       | SNMP notifications are not sent in version 1 or 2c.
syslog-servers         | logging_hosts       | at-least | syslog servers                 | Log messages go to at least two syslog servers.
ntp-servers            | ntp_servers         | at-least | NTP servers                    | Time comes from at least two servers.
passwords-not-clear    | plaintext_passwords | none     | passwords in clear             | No password or key stands in clear in the configuration.
no-open-users          | nopassword_users    | none     | users without password         | No user logs in without a password.
management-acl         | vty_acl             | on       | a management access list       | An access list limits from where the device is managed.
control-plane-policing | copp                | on       | control-plane protection       | The control plane is protected by a policy or filter.
login-block            | login_block         | on       | blocking of failed logins      | Repeated failed logins are blocked.
login-banner           | banner_login        | on       | a login banner                 | A banner is shown before login.
"""  # noqa: E501 a table is read by its columns


def _row(line: str) -> Row:
    name, fact, bound, what, purpose = (cell.strip() for cell in line.split("|"))
    if bound not in BOUNDS:
        raise ValueError(f"{name}: {bound!r} is no bound")
    return Row(name, fact, BOUNDS[bound], what, purpose)


ROWS = tuple(_row(line) for line in _TABLE.strip().splitlines())


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
