"""What a runbook may say: the model of `tasks/NAME.yaml`. See docs/rollout.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator

from netmod.rollout.gate_parameters import Gate
from netmod.rollout.model import ChangeKind, Value
from netmod.rollout.terms import Duration, FunctionName, Named, Percent, Sentence
from netmod.rollout.waves import Canary, Waves, WavesByShare
from netmod.rollout.windows import Windows
from netmod.settings import SecretName

# --- what is changed


class Commit(Value):
    """How long devices wait for the confirmation before they go back by themselves."""

    confirm_within: Annotated[Duration, Field(ge=60, le=7200)] = 300


class IntendedChange(Commit):
    """The intended config as a whole: it takes the place of what runs, or is added to it.

    Secrets cannot be compared offline. A device that differs in nothing else is left alone unless
    `unseen_secrets` is `push`.
    """

    kind: Literal["intended"]
    how: ChangeKind = "replace"
    unseen_secrets: Literal["leave", "push"] = "leave"


class RemediationChange(Commit):
    """The commands that take what runs to the intended config, where these are proved to."""

    kind: Literal["remediation"]


class LinkEncryptionChange(Commit):
    """Encryption of links, make before break: see "Link encryption" in docs/rollout.md."""

    kind: Literal["link-encryption"]


class KeyRolloverChange(Commit):
    """A new key beside the one in use, whose lifetimes overlap; the old one goes later."""

    kind: Literal["key-rollover"]


class RestoreChange(Commit):
    """What the plan named with `--of` did is taken back, its last wave first."""

    kind: Literal["restore"]


class SoftwareCheck(Value):
    """Nothing is changed: which devices do not run the software that the inventory declares."""

    kind: Literal["software-check"]


class TaskChange(Commit):
    """What a Nornir task function says for each device: config lines of an operator's own.

    `function` stands in `file`, a `.py` beside the runbook. It is called when the plan is made,
    with Nornir's task and `running`, and returns the text for that device, with placeholders for
    secrets; "" leaves it alone. It has no connection: what it says is compared, approved and sent
    as any other change, under the platform's safety class. `undo` says what takes it back.
    """

    kind: Literal["task"]
    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+\.py$")]
    function: FunctionName
    undo: FunctionName | None = None
    parameters: Mapping[str, str | int | float | bool] = {}


Change = Annotated[
    IntendedChange
    | RemediationChange
    | LinkEncryptionChange
    | KeyRolloverChange
    | RestoreChange
    | SoftwareCheck
    | TaskChange,
    Field(discriminator="kind"),
]


class Soak(Value):
    """How long is waited before gates are looked at again: after a change, and after a wave."""

    change: Duration = 0
    wave: Duration = 0


# --- when it may not go on


class Limit(Value):
    """How many units may fail, and what share of them; what is exceeded first stops."""

    failures: int | None = Field(default=None, ge=0)
    percent: Percent | None = None

    @model_validator(mode="after")
    def _some(self) -> Limit:
        if self.failures is None and self.percent is None:
            raise ValueError("a limit without a number is none | give failures, percent or both")
        return self


class Budget(Value):
    """Failures that are borne: over all, and within each trust, site and platform.

    Unreachable, unknown and lost count as failures. Whatever is exceeded stops its trust at once;
    `others` says whether the other trusts stop, too. `then` says whether what was confirmed before
    stays when everything was stopped by failures, or is taken back.
    """

    overall: Limit = Limit(failures=0)
    trust: Limit | None = None
    site: Limit | None = None
    platform: Limit | None = None
    others: Literal["stop", "go-on"] = "stop"
    then: Literal["stay", "roll-back"] = "stay"


class Limits(Value):
    """How many units are worked on at a time: in all, and at one site."""

    at_once: int = Field(default=10, ge=1)
    per_site: int = Field(default=1, ge=1)


class Readiness(Value):
    """What a site must have before it is changed, and whether it has another way in.

    `contact` is who is on site, by name and telephone; with `contact_required` a site without one
    waits. `out_of_band` says that its devices are reached when its links are down.
    """

    ready_from: AwareDatetime | None = None
    contact: str | None = None
    contact_required: bool = False
    out_of_band: bool = False


class Sites(Value):
    """Readiness by site, and of those that are not named."""

    otherwise: Readiness = Readiness()
    named: Mapping[str, Readiness] = {}

    def of(self, site: str) -> Readiness:
        """That of one site."""
        return self.named.get(site, self.otherwise)


class Approval(Value):
    """Who must agree to the plan. The author never counts; nor do those of `not_by`.

    An approval holds for `valid`, and a plan that was not started by then has to be made again.
    """

    needed: bool = True
    number: int = Field(default=1, ge=1, le=5)
    not_by: tuple[str, ...] = ()
    valid: Annotated[Duration, Field(ge=3600, le=30 * 86400)] = 72 * 3600


Event = Literal["started", "wave", "paused", "halted", "rolled-back", "finished"]


class Notify(Value):
    """Who is told of what; `to` are references of secrets, as the URLs hold tokens."""

    to: tuple[SecretName, ...] = ()
    on: tuple[Event, ...] = ("started", "paused", "halted", "rolled-back", "finished")


Rule = Literal["no-way-back", "no-second-path", "expected-outage", "encryption-in-config"]


class Override(Value):
    """A rule that does not hold for one device or link, because of a reason that somebody gives.

    `no-way-back`: the device has no timer for the change, no out-of-band access and no second
    path. `no-second-path`: the link is the only way to something. `expected-outage`: the link
    cannot be encrypted without being down for a moment. `encryption-in-config`: a config changes
    how one end of a link is encrypted.
    """

    rule: Rule
    subject: Named
    reason: Sentence
    until: date | None = None


class CalendarFile(Value):
    """An iCalendar file beside the runbook whose events are freezes, those that recur too."""

    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+\.ics$")]
    trusts: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()


class WindowsSection(Windows):
    """`windows` of a runbook: with the files of which a plan keeps what they say."""

    calendars: tuple[CalendarFile, ...] = ()
    known_until: None = None


class LinkSelection(Value):
    """Links by layer and by id; both given, both must hold."""

    layers: tuple[str, ...] = ()
    ids: tuple[Named, ...] = ()

    @model_validator(mode="after")
    def _some(self) -> LinkSelection:
        if not self.layers and not self.ids:
            raise ValueError("links without a layer or an id | give layers, ids or both")
        return self


_OF_LINKS = ("link-encryption", "key-rollover")


class Runbook(Value):
    """`tasks/NAME.yaml`: a named operation. What it leaves out has the default that is safer.

    `select` are filter terms, all of which must hold; those at the shell come on top. `exclude`
    are devices and links that are left alone, each with the reason. `after` names for a device,
    link or site those that must be done before it.
    """

    about: Sentence
    select: tuple[str, ...] = ()
    links: LinkSelection | None = None
    exclude: Mapping[Named, Sentence] = {}
    change: Change
    canary: Canary | None = None
    waves: Waves = WavesByShare(by="share")
    gates: Mapping[str, Gate] = {}
    before: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    after_wave: tuple[str, ...] = ()
    soak: Soak = Soak()
    windows: WindowsSection = WindowsSection()
    budget: Budget = Budget()
    limits: Limits = Limits()
    sites: Sites = Sites()
    after: Mapping[Named, tuple[Named, ...]] = {}
    approval: Approval = Approval()
    notify: Notify = Notify()
    overrides: tuple[Override, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Runbook:
        if (self.change.kind in _OF_LINKS) != (self.links is not None):
            needs = "needs" if self.links is None else "has no"
            raise ValueError(
                f"change {self.change.kind} {needs} links | "
                "links are for link-encryption and key-rollover"
            )
        named = (*self.before, *self.between, *self.after_wave)
        unknown = sorted({name for name in named if name not in self.gates})
        if unknown:
            raise ValueError(f"no gate is called {unknown[0]!r} | declare it below gates")
        unused = sorted({*self.gates} - {*named})
        if unused:
            raise ValueError(
                f"gate {unused[0]!r} is never looked at | "
                "name it in before, between or after_wave, or remove it"
            )
        return self

    @property
    def confirm_within(self) -> int:
        """How many seconds devices wait for the confirmation."""
        return self.change.confirm_within if isinstance(self.change, Commit) else 0

    def override(self, rule: Rule, subject: str, today: date) -> Override | None:
        """The override of a rule for a device or link that holds today."""
        return next(
            (
                one
                for one in self.overrides
                if (one.rule, one.subject) == (rule, subject)
                and (one.until is None or one.until >= today)
            ),
            None,
        )
