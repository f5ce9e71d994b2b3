"""Plans of rollouts at the terminal: waves, order, risks, what is left out, diffs, approvals.

Here stand the sentences for a plan's codes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from netmod.rollout import Plan, Stage, Unit
from netmod.rollout.approval import Judged, Standing

_REASONS = {
    "as-intended": "is as intended",
    "by-hand": "differs in {statements} statements that only a human may change",
    "by-name": "is excluded by the runbook: {why}",
    "clock-not-seen": "has an end whose clock was not seen: {where}",
    "clock-wrong": "has an end whose clock is {seconds} s wrong: {where}",
    "clocks-apart": "has ends whose clocks are {seconds} s apart",
    "config-cut": "has a config that cannot be compared: {why}",
    "encryption-differs": "differs in how links are encrypted ({lines} lines): that is "
    "changed at both ends, by a runbook of the kind link-encryption",
    "end-left-out": "has an end that is left out: {device}",
    "end-unseen": "has an end that was not seen: {device}",
    "expected-outage": "would be down for a moment, as {devices} can only demand encryption",
    "key-begins-too-soon": "has a new key that begins before both ends can have it",
    "key-in-use-unknown": "does not tell which key it uses",
    "key-chain-shared": "shares its key chain {chain} with {link}",
    "key-missing": "has a key that is not stored: {reference}",
    "key-not-valid": "has no key that is valid today in {chain}",
    "mtu-not-seen": "has a port that does not tell what frames it takes: {where}",
    "mtu-too-small": "has a port that takes {bytes} of the {needed} bytes it needs: {where}",
    "no-fallback": "has no fallback key to carry it over in {chain}",
    "no-second-path": "is the only way to {cuts_off}",
    "not-encrypted": "is not encrypted yet",
    "not-switched": "does not use its new key yet ({ckn})",
    "nothing-to-roll": "has no key to add or to remove",
    "nothing-to-send": "needs nothing to be sent",
    "no-contact": "has nobody on site, as the runbook demands",
    "no-way-back-after-confirmation": "cannot be taken back by what the plan knew",
    "noop": "is as intended; secrets that could not be compared: {secrets_unseen}",
    "not-active": "is {status}",
    "not-confirmed": "is not confirmed by its ends: {device} {interface} sees {seen}",
    "not-declared": "has no declared software",
    "not-macsec": "is not to be encrypted with MACsec",
    "not-ours": "is encrypted by others ({encrypted_by})",
    "not-proved": "differs ({differences} differences), and no commands are proved to help",
    "not-rendered": "has no intended config",
    "of-a-link": "was changed with a link: take that back with netmod rollout rollback",
    "old-key-unknown": "uses a key that the inventory does not have ({ckn})",
    "platform": "is of a platform that netmod does not change ({platform})",
    "policy-shared": "shares its policy {policy} with {port} on {device}",
    "software-right": "runs what is declared",
    "software-unknown": "does not tell its software; declared is {wanted}",
    "supplier-end": "has an end that {supplier} manages",
    "task-failed": "has no text, as the function failed: {why}",
    "task-silent": "is left alone by the function",
    "unreachable": "was not seen: {why}",
    "waits-for": "waits for {other}, which is left out",
}
_RISKS = {
    "closed": "may not be changed while the plan holds ({reason})",
    "crypto": "changes encryption",
    "cuts-off": "cuts off {count} devices if it does not come back: {devices}",
    "disruptive": "may interrupt traffic",
    "expected-outage": "is down for a moment",
    "left-to-a-human": "keeps {statements} statements for a human ({why})",
    "lock-out": "changes what lets people in",
    "no-timer": "does not go back by itself (class {safety_class})",
    "no-way-back": "has no timer, no out-of-band access and no second path",
    "no-way-back-after-confirmation": "cannot be taken back once it is confirmed",
    "no-second-path": "has no second path",
    "not-restored": "stays should-secure at {device} when it goes back: old keys are not known",
    "secret": "changes secrets",
    "secrets-unseen": "has {count} secrets that could not be compared",
    "single-path": "has no second path",
    "software-differs": "runs {found}, and not {wanted}",
    "way-back-is-partial": "leaves {statements} statements to a human when it is taken back",
}
_GRAVE = ("no-way-back", "expected-outage", "crypto", "lock-out", "no-timer", "cuts-off", "closed")
_REFUSALS = {
    "unreadable": "it is no approval",
    "other-plan": "it is of another plan, or of this one before it was made again",
    "bad-signature": "its signature is not of its text",
    "unknown-key": "the key is not in compliance/approvers",
    "other-name": "the key belongs to somebody else than it names",
    "author": "nobody approves what they planned themselves",
    "not-allowed": "the runbook does not let this person approve",
    "from-the-future": "it is from the future: correct the clock of the machine that signed it",
    "expired": "it, or the plan, has expired",
    "key-expired": "the key does not count any more, or not yet",
    "same-person": "this person has approved it already",
}
_NAMED = 12


def refusal(code: str) -> str:
    """Why an approval does not count."""
    return _REFUSALS.get(code, code)


def why_left_out(reason: str, parameters: Mapping[str, str]) -> str:
    """Why the plan leaves something alone."""
    if reason == "unreachable" and "why" not in parameters:
        reason = "end-unseen"
    return _sentence(_REASONS, reason, parameters)


def risk(code: str, parameters: Mapping[str, str]) -> str:
    """What may go wrong."""
    sentence = _sentence(_RISKS, code, parameters)
    override = parameters.get("override")
    return f"{sentence}; overridden: {override}" if override else sentence


def _sentence(table: Mapping[str, str], code: str, parameters: Mapping[str, str]) -> str:
    """The sentence of a code; the code with what is known where nothing better is."""
    shown = ", ".join(f"{name} {value}" for name, value in parameters.items() if value)
    if code not in table:
        return f"{code} ({shown})" if shown else code
    return table[code].format_map(defaultdict(lambda: "?", parameters))


def as_json(plan: Plan, approvals: Standing) -> dict[str, Any]:
    """The plan with its hash, the sentences of its codes, and what its approvals are worth."""
    values = plan.model_dump(mode="json")
    for kind, table in (("excluded", why_left_out), ("risks", risk)):
        for one in values[kind]:
            one["why"] = table(one.get("reason") or one["code"], one["parameters"])
    return {
        "hash": plan.hash,
        "plan": values,
        "approvals": {
            "needed": approvals.needed,
            "approved": approvals.is_approved,
            "counted": [_approval(one) for one in approvals.counted],
            "refused": [_approval(one) for one in approvals.refused],
        },
    }


def _approval(one: Judged) -> dict[str, Any]:
    statement = one.statement.model_dump(mode="json") if one.statement else None
    why = refusal(one.refusal) if one.refusal else ""
    return {
        "file": one.file, "statement": statement, "key": one.key, "refusal": one.refusal, "why": why
    }  # fmt: skip


def write(plan: Plan, approvals: Standing, target: Console) -> None:
    """Print all of a plan but its diffs."""
    _head(plan, approvals, target)
    units = [(wave.name, unit) for wave in plan.waves for unit in wave.units]
    if units:
        target.print(_waves(plan))
        target.print()
        target.print(_units(plan, units))
        target.print()
    _grouped(
        "risks",
        ((one.subject, _gravity(one.code), risk(one.code, one.parameters)) for one in plan.risks),
        target,
    )
    _grouped(
        "left out",
        ((one.subject, 0, why_left_out(one.reason, one.parameters)) for one in plan.excluded),
        target,
    )


def write_diffs(
    plan: Plan, text: Callable[[str], str], chosen: Iterable[str], target: Console
) -> None:
    """Print what changes, each diff once with those that it is for; of `chosen` devices, or all."""
    names = set(chosen)
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for wave in plan.waves:
        for unit in wave.units:
            for stage in unit.stages:
                for change in stage.changes:
                    if not names or change.device in names:
                        found[(stage.purpose, change.diff)].append(change.device)
    for (purpose, digest), devices in found.items():
        heading = f"{purpose}, {len(devices)} devices: {_few(devices, len(devices))}"
        target.print(Text(heading, style="bold"))
        for line in text(digest).splitlines():
            style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
            target.print(Text(f"  {line}", style=style))
        target.print()


def _head(plan: Plan, approvals: Standing, target: Console) -> None:
    kind = " ".join(str(plan.change[key]) for key in ("kind", "how") if plan.change.get(key))
    rows = [
        ("plan", plan.id),
        ("runbook", f"{plan.runbook} ({kind})"),
        ("made", f"{plan.made_at:%Y-%m-%d %H:%M} UTC by {plan.author} on {plan.host}"),
        ("from", f"what ran at {plan.captured_at:%Y-%m-%d %H:%M} UTC" if plan.captured_at else "-"),
        ("expires", f"{plan.expires_at:%Y-%m-%d %H:%M} UTC"),
        ("hash", plan.hash),
        ("approvals", f"{len(approvals.counted)} of {approvals.needed}"),
    ]
    if plan.restores:
        rows.insert(2, ("takes back", plan.restores))
    table = Table.grid(padding=(0, 2))
    for name, value in rows:
        table.add_row(Text(name, style="bold"), Text(value))
    for one in approvals.counted:
        if one.statement is not None:
            line = f"{one.statement.approver}, {one.statement.approved_at:%Y-%m-%d %H:%M} UTC"
            table.add_row("", Text(line))
    for one in approvals.refused:
        table.add_row("", Text(f"{one.file} does not count: {refusal(one.refusal or '')}"))
    target.print(table)
    target.print()


def _waves(plan: Plan) -> Table:
    table = _table(
        "wave", "units", "devices", "gates before", "gates between", "gates after", "soak"
    )
    for wave in plan.waves:
        between = dict.fromkeys(
            gate for unit in wave.units for stage in unit.stages for gate in stage.gates
        )
        _row(
            table,
            wave.name,
            len(wave.units),
            len({name for unit in wave.units for name in unit.devices}),
            ", ".join(wave.gates_before),
            ", ".join(between),
            ", ".join(wave.gates_after),
            f"{wave.soak} s" if wave.soak else "",
        )
    return table


def _units(plan: Plan, units: Iterable[tuple[str, Unit]]) -> Table:
    """Each unit with its steps; those of a link are in the order of its ends."""
    cut = {one.subject: one.parameters["count"] for one in plan.risks if one.code == "cuts-off"}
    table = _table("wave", "unit", "trust", "site", "steps", "after", "cuts off")
    for wave, unit in units:
        _row(
            table,
            wave,
            unit.id,
            unit.trust,
            unit.site,
            " → ".join(_step(stage, unit) for stage in unit.stages) or "looked at",
            ", ".join(unit.after),
            ", ".join(
                f"{name} {cut[name]}" if unit.links else cut[name]
                for name in (*unit.links, *unit.devices)
                if name in cut
            ),
        )
    return table


def _step(stage: Stage, unit: Unit) -> str:
    """What is sent where; of a link the devices in their order, and what has no timer."""
    parts = []
    for change in stage.changes:
        timer = f"{change.seconds} s" if change.seconds else f"class {change.safety_class}"
        if not unit.links:
            parts.append(f"({change.kind}, {timer})")
        else:
            parts.append(change.device if change.seconds else f"{change.device} ({timer})")
    return f"{stage.purpose} {', '.join(parts)}"


def _grouped(title: str, rows: Iterable[tuple[str, int, str]], target: Console) -> None:
    """Sentences with those that they are true of, the gravest first."""
    groups: dict[tuple[int, str], list[str]] = defaultdict(list)
    for subject, gravity, sentence in rows:
        groups[(gravity, sentence)].append(subject)
    if not groups:
        return
    table = _table(title, "", "")
    for (_, sentence), subjects in sorted(groups.items(), key=lambda one: one[0]):
        _row(table, _few(subjects, _NAMED), len(subjects) if len(subjects) > 1 else "", sentence)
    target.print(table)
    target.print()


def _gravity(code: str) -> int:
    return _GRAVE.index(code) if code in _GRAVE else len(_GRAVE)


def _few(names: Iterable[str], most: int) -> str:
    known = list(names)
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return ", ".join(known[:most]) + more


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _row(table: Table, *values: object) -> None:
    table.add_row(*(Text(str(value)) for value in values))
