"""MACsec keys of links: made, stored, rolled over, and listed with what runs out when.

A key is 256 bits of the system's randomness. Its secret goes from here into the store and nowhere
else; the inventory gets its name (CKN), its lifetime and the reference.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from netmod.credentials import Secret, Store, fingerprint, open_secrets, open_store
from netmod.errors import InputError, Problem
from netmod.inventory import (
    Inventory,
    KeyChain,
    Link,
    MacsecKey,
    load_inventory,
    with_entries,
    with_other_entry,
)
from netmod.jobs.changes import Change, read_texts, try_out
from netmod.jobs.clock import now
from netmod.jobs.inventory import project_at
from netmod.settings import Project

LIFETIME = timedelta(days=730)
OVERLAP = timedelta(days=30)
LEAD = timedelta(days=2)
"""How long before it begins a new key is made: the rollout that adds it needs a day."""
FINGERPRINT_KEY = "macsec/fingerprint"
_CKN_DIGITS = 64
"""Every platform takes a CKN of 64 digits (IOS-XE, IOS-XR, NX-OS, EOS and Junos take 2 to 64, an
even number), and none has to fill it up."""
_CAK_DIGITS = {"aes-128-cmac": 32, "aes-256-cmac": 64}
_CHAIN_LENGTH = 32

KeyState = Literal["current", "next", "ended"]


@dataclass(frozen=True, slots=True)
class NewKeys:
    """Keys to make: the change of the inventory, the references to store, and what it is about."""

    project: Project
    change: Change
    references: Mapping[str, int]
    """Reference → digits of the secret."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key of a link. `days` are left of it, None for a key without end; `stored` is None where
    nobody looked. `fingerprint` tells equal secrets, where they were looked at."""

    link: str
    chain: str
    fallback: bool
    ckn: str
    start: date
    end: date | None
    state: KeyState
    days: int | None
    stored: bool | None = None
    fingerprint: str = ""


def new_keys(
    root: Path | None, links: Sequence[str], policy: str | None, *, fill: bool = False
) -> NewKeys:
    """Key chains for links without; with `fill`, the secrets that links with one lack, too.

    Writes nothing. `policy` is the MACsec policy of links that get encryption; None takes the one
    that most links of their layer have. Raises `InputError`, also for links that lack nothing but
    secrets without `fill`: what is made up is not what devices may have.
    """
    project = project_at(root)
    inventory = load_inventory(project.inventory)
    before = read_texts(project.inventory)
    after = dict(before)
    notes = []
    for link in _links(inventory, links):
        if link.encryption is None:
            chosen = policy or _usual_policy(inventory, link)
            after |= _with_encryption(inventory, link, after, chosen, now().date())
            notes.append(f"{link.id}: a key chain, a fallback and the policy {chosen}")
    tried = try_out(project.inventory, after)
    known = open_secrets(project.settings.credentials, os.environ, project.credentials)
    references: dict[str, int] = {}
    for link in _links(tried, links):
        keys = [key for chain in _chains(tried, link) for key in chain.keys]
        lacking = [key for key in keys if known.find(key.secret) is None]
        if lacking and inventory.links[link.id].encryption is not None and not fill:
            hint = "store what its devices have; only where none has a key yet, add --fill"
            raise _refused(link.id, f"{lacking[0].secret} is not stored", hint)
        references |= {key.secret: _CAK_DIGITS[key.algorithm] for key in lacking}
    if references and known.find(FINGERPRINT_KEY) is None:
        references[FINGERPRINT_KEY] = _CAK_DIGITS["aes-256-cmac"]
    return NewKeys(project, _changed(project, before, after), references, tuple(notes))


def rollover(
    root: Path | None, links: Sequence[str], start: date | None, days: int | None
) -> NewKeys:
    """The next step of each link's rollover in the inventory. Writes nothing.

    A key that ends without a following one gets one, which begins on `start` or a month before the
    end and holds for `days`. A following key that has begun comes first. A key that has ended goes.
    Raises `InputError`.
    """
    project = project_at(root)
    inventory = load_inventory(project.inventory)
    before = read_texts(project.inventory)
    text = before["encryption.yaml"]
    today = now().date()
    references: dict[str, int] = {}
    notes = []
    for link in _links(inventory, links):
        if link.encryption is None:
            raise _refused(link.id, "it has no key chain", "run: netmod keys new " + link.id)
        chain = inventory.key_chains[link.encryption.key_chain]
        keys, note = _next_step(link, chain, today, start, days, _names(inventory))
        notes.append(f"{link.id}: {note}")
        if keys != chain.keys:
            entry = {"keys": [_entry(key) for key in keys]}
            text = with_other_entry(
                text, chain.id, entry, name="encryption.yaml", under="key_chains"
            )
            known = {key.secret for key in chain.keys}
            references |= {
                key.secret: _CAK_DIGITS[key.algorithm] for key in keys if key.secret not in known
            }
    after = {**before, "encryption.yaml": text}
    try_out(project.inventory, after)
    return NewKeys(project, _changed(project, before, after), references, tuple(notes))


def store_keys(new: NewKeys) -> str:
    """Make the secrets and store them; the name of the place. Raises `CredentialsError`."""
    settings = new.project.settings.credentials
    store: Store = open_store(settings, os.environ, new.project.credentials)
    values = {
        name: Secret(secrets.token_hex(digits // 2)) for name, digits in new.references.items()
    }
    if values:
        store.put(values)
    return store.name


def list_keys(root: Path | None, links: Sequence[str], *, look: bool = False) -> list[KeyRow]:
    """The keys of links, or of all, what ends first coming first.

    With `look` each secret is looked up, and shown by a keyed fingerprint where the project has a
    key for that (`macsec/fingerprint`). Raises `InputError` and `CredentialsError`.
    """
    project = project_at(root)
    inventory = load_inventory(project.inventory)
    today = now().date()
    chosen = _links(inventory, links) if links else inventory.links.values()
    rows = [row for link in chosen for row in _rows(inventory, link, today)]
    if look:
        rows = _looked_up(project, inventory, rows)
    return sorted(rows, key=lambda row: (row.end or date.max, row.link, row.fallback, row.start))


def running_out(rows: Sequence[KeyRow], days: int) -> list[KeyRow]:
    """The keys that end within `days` and that no other key of their chain follows."""
    last: dict[str, date] = {}
    for row in rows:
        last[row.chain] = max(last.get(row.chain, date.min), row.end or date.max)
    return [
        row
        for row in rows
        if row.days is not None and row.days <= days and row.end == last[row.chain]
    ]


def _rows(inventory: Inventory, link: Link, today: date) -> Iterator[KeyRow]:
    for chain in _chains(inventory, link):
        fallback = link.encryption is not None and chain.id != link.encryption.key_chain
        for key in chain.keys:
            ended = key.end is not None and key.end < today
            state: KeyState = "next" if key.start > today else "ended" if ended else "current"
            days = (key.end - today).days if key.end is not None else None
            yield KeyRow(link.id, chain.id, fallback, key.ckn, key.start, key.end, state, days)


def _looked_up(project: Project, inventory: Inventory, rows: list[KeyRow]) -> list[KeyRow]:
    known = open_secrets(project.settings.credentials, os.environ, project.credentials)
    by = known.find(FINGERPRINT_KEY)
    references = {
        key.ckn: key.secret for chain in inventory.key_chains.values() for key in chain.keys
    }
    found = []
    for row in rows:
        secret = known.find(references[row.ckn])
        shown = fingerprint(secret, by) if secret is not None and by is not None else ""
        found.append(replace(row, stored=secret is not None, fingerprint=shown))
    return found


def _links(inventory: Inventory, names: Sequence[str]) -> list[Link]:
    found = []
    for name in names:
        link = inventory.links.get(name)
        if link is None:
            raise _refused(name, "there is no such link", "see: netmod inventory links")
        if link.encrypted_by != "own" or len(link.managed_ends) != 2:
            raise _refused(name, "its encryption is not ours", "keys are for links of our own")
        if link.encryption is not None and link.encryption.technology != "macsec":
            raise _refused(name, "it is not encrypted with MACsec", "name links with MACsec")
        found.append(link)
    return found


def _chains(inventory: Inventory, link: Link) -> tuple[KeyChain, ...]:
    if link.encryption is None:
        return ()
    names = (link.encryption.key_chain, link.encryption.fallback_key_chain)
    return tuple(inventory.key_chains[name] for name in names if name is not None)


def _usual_policy(inventory: Inventory, link: Link) -> str:
    """The policy that most links of the layer have."""
    count: dict[str, int] = {}
    for other in inventory.links.values():
        if other.layer == link.layer and other.encryption is not None:
            count[other.encryption.policy] = count.get(other.encryption.policy, 0) + 1
    if not count:
        hint = "name one: --policy " + "|".join(sorted(inventory.policies))
        raise _refused(link.id, f"no link of the layer {link.layer} has a policy", hint)
    return max(sorted(count), key=lambda name: count[name])


def _with_encryption(
    inventory: Inventory, link: Link, texts: Mapping[str, str], policy: str, today: date
) -> dict[str, str]:
    """The two files with encryption for a link."""
    if policy not in inventory.policies:
        known = ", ".join(sorted(inventory.policies))
        raise _refused(link.id, f"there is no policy {policy}", f"policies are: {known}")
    chain = f"KC-{link.id.upper()}"[: _CHAIN_LENGTH - 3]
    names = _names(inventory)
    place = f"macsec/{link.id.lower()}"
    end = today + LIFETIME
    keys = {"ckn": new_ckn(names), "secret": f"{place}/1", "start": today, "end": end}
    fallback = {"ckn": new_ckn(names), "secret": f"{place}/fallback", "start": today}
    encryption = {"policy": policy, "key_chain": chain, "fallback_key_chain": f"{chain}-FB"}
    return {
        "encryption.yaml": with_entries(
            texts["encryption.yaml"],
            {chain: {"keys": [keys]}, f"{chain}-FB": {"keys": [fallback]}},
            name="encryption.yaml",
            under="key_chains",
        ),
        "links.yaml": with_entries(
            texts["links.yaml"], {"encryption": encryption}, name="links.yaml", under=link.id
        ),
    }


def _next_step(
    link: Link, chain: KeyChain, today: date, start: date | None, days: int | None, names: set[str]
) -> tuple[tuple[MacsecKey, ...], str]:
    """The keys of the chain as they are to be next, and what that is."""
    begun = [key for key in chain.keys if key.start <= today]
    latest = max(begun, key=lambda key: key.start, default=None)
    if latest is None:
        raise _refused(link.id, f"no key of {chain.id} has begun", "correct its dates")
    ended = tuple(key for key in chain.keys if key.end is not None and key.end < today)
    kept = tuple(key for key in chain.keys if key not in ended)
    if ended and latest in kept:
        count = f"{len(ended)} key{'s' if len(ended) > 1 else ''}"
        return kept, f"{count} ended and can go, once the link runs on {latest.ckn[:8]}…"
    if chain.keys[0] != latest:
        ordered = (latest, *(key for key in chain.keys if key != latest))
        return ordered, f"{latest.ckn[:8]}… has begun and comes first"
    following = [key for key in chain.keys if key.start > today]
    if following:
        return chain.keys, f"the next key begins on {min(key.start for key in following)}"
    return (*chain.keys, _following(link, chain, latest, today, start, days, names)), "a new key"


def _following(
    link: Link,
    chain: KeyChain,
    latest: MacsecKey,
    today: date,
    start: date | None,
    days: int | None,
    names: set[str],
) -> MacsecKey:
    """The key that takes over from the latest one."""
    if start is None:
        start = max(latest.end - OVERLAP if latest.end else today + LEAD, today + LEAD)
    if start < today + LEAD:
        hint = f"begin it on {today + LEAD} or later: both ends must have it before"
        raise _refused(link.id, f"a key cannot begin on {start}", hint)
    if latest.end is not None and start > latest.end:
        hint = f"let it begin by {latest.end - OVERLAP}, so that the two overlap"
        raise _refused(link.id, f"the key in use ends on {latest.end}", hint)
    numbers = [key.secret.rpartition("/")[2] for key in chain.keys]
    number = max((int(one) for one in numbers if one.isdecimal()), default=len(numbers)) + 1
    return MacsecKey(
        ckn=new_ckn(names),
        secret=f"{latest.secret.rpartition('/')[0]}/{number}",
        algorithm=latest.algorithm,
        start=start,
        end=start + (timedelta(days=days) if days else LIFETIME),
    )


def new_ckn(names: set[str]) -> str:
    """A name for a key that no other has; it is added to `names`.

    It does not end in a zero byte: some outputs fill names up with those.
    """
    while True:
        name = secrets.token_hex(_CKN_DIGITS // 2)
        if name not in names and not name.endswith("00"):
            names.add(name)
            return name


def _names(inventory: Inventory) -> set[str]:
    return {key.ckn for chain in inventory.key_chains.values() for key in chain.keys}


def _entry(key: MacsecKey) -> dict[str, Any]:
    """A key as the inventory's file has it."""
    return key.model_dump(exclude_none=True, exclude_defaults=True)


def _changed(project: Project, before: Mapping[str, str], after: Mapping[str, str]) -> Change:
    changed = {name: text for name, text in after.items() if before.get(name) != text}
    return Change(project.inventory, before, changed)


def _refused(subject: str, why: str, hint: str) -> InputError:
    return InputError([Problem(subject, 0, why, hint)])
