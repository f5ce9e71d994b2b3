"""Compare facts with an engineer's reading of real captures, field by field.

`NETMOD_EVIDENCE=DIR python -m tests.evidence [CASE…]` prints every disagreement and the shares.
The captures stay where they are; this module only knows the shape of their `expected.yaml`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from netmod.evidence import read_snapshot
from netmod.facts import HostFacts
from netmod.platforms import read_host

NOW = datetime(2026, 11, 28, tzinfo=UTC)
_RENAMED = {
    "live_peers": ("live_peers",),
    "peers": ("live_peers",),
    "local": ("local",),
}
_MEANINGLESS = {
    "accept", "accept_enforcement", "evidence", "why", "interface", "technology", "state",
    "weak", "weakness", "replay", "ca", "mka_cipher", "address_family", "notes", "note",
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """One expected field: where, what was expected, what the facts say, whether they agree."""

    where: str
    expected: Any
    actual: Any
    agrees: bool
    is_state: bool = False


def root() -> Path | None:
    """The folder with the cases, from `NETMOD_EVIDENCE`; None where it is absent."""
    value = os.environ.get("NETMOD_EVIDENCE", "")
    return Path(value) if value and Path(value).is_dir() else None


def cases(folder: Path) -> list[Path]:
    """All case folders."""
    return sorted(path.parent for path in folder.glob("*/expected.yaml"))


def compare(case: Path) -> tuple[list[Outcome], dict[str, HostFacts]]:
    """Outcomes of one case and the facts they were compared with."""
    expected = yaml.safe_load((case / "expected.yaml").read_text(encoding="utf-8"))
    snapshot = read_snapshot(case)
    hosts = {host.host: read_host(host, at=snapshot.captured_at or NOW) for host in snapshot.hosts}
    outcomes: list[Outcome] = []
    for name, host in expected["hosts"].items():
        facts = hosts.get(name)
        where = f"{case.name}/{name}"
        if facts is None:
            outcomes.append(Outcome(where, "host", None, agrees=False))
            continue
        outcomes += _host(where, host, facts)
        secrets = [*host.get("must_redact", ()), *expected.get("must_redact", ())]
        dump = facts.model_dump_json()
        outcomes += [
            Outcome(f"{where}.must_redact", "absent", "leaked", agrees=False)
            for secret in secrets
            if str(secret) in dump
        ]
    return outcomes, hosts


def _host(where: str, host: dict[str, Any], facts: HostFacts) -> Iterator[Outcome]:
    yield _plain(f"{where}.platform", host.get("os"), facts.platform)
    yield from _links(where, host, facts)
    for name, entry in host.get("hardening", {}).items():
        if name not in type(facts.hardening).model_fields and facts.hardening.value(name) is None:
            continue
        value = entry.get("value") if isinstance(entry, dict) else entry
        yield _hardening(f"{where}.hardening.{name}", value, facts.hardening.value(name))
    yield from _version(where, host.get("version") or {}, facts)
    yield from _key_chains(where, host.get("keychains", ()), facts)
    yield from _named(where, "policies", "name", host.get("policies", ()), facts.policies)
    yield from _named(where, "ike_sas", "remote", host.get("ike_sas", ()), facts.ike_sas)
    yield from _inventory(where, host.get("inventory", ()), facts)
    yield from _neighbors(where, host.get("neighbors", ()), facts)


def _links(where: str, host: dict[str, Any], facts: HostFacts) -> Iterator[Outcome]:
    ends = {end.interface: end for end in facts.link_ends}
    forbidden = set(host.get("forbid_states", ()))
    for end in facts.link_ends:
        if end.state in forbidden:
            yield Outcome(f"{where}.{end.interface}.forbidden", forbidden, end.state, False, True)
    for link in host.get("links", ()):
        name = link["interface"]
        end = ends.get(name)
        accepted = set(link.get("accept", ())) | {link["state"]}
        state = end.state if end else "unknown" if "unknown" in accepted else None
        label = f"{where}.{name}"
        yield Outcome(f"{label}.state", accepted, state, state in accepted, is_state=True)
        if end is None:
            continue
        yield _plain(f"{label}.technology", link.get("technology"), end.technology)
        for key, value in link.items():
            if key in _MEANINGLESS:
                continue
            attribute = _RENAMED.get(key, (key,))[0]
            if not hasattr(end, attribute):
                continue
            actual = getattr(end, attribute)
            choices = link.get("accept_enforcement") if key == "enforcement" else None
            yield _plain(f"{label}.{key}", value, actual, choices)


def _comparable(value: Any) -> Any:
    """A value without differences of spelling: case, order, zones, cipher dialects."""
    if value in (None, False, "unknown", "none", [], ()):
        return None
    if isinstance(value, list | tuple):
        return tuple(_comparable(item) for item in value)
    if isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        return value.date().isoformat()
    text = " ".join(str(value).lower().split())
    if text in ("yes", "true"):
        return True
    dialect = re.fullmatch(r"aes(\d+)-gcm(-xpn)?", text)
    if dialect:
        return f"gcm-aes{dialect[2] or ''}-{dialect[1]}"
    return text.replace("esp-gcm 128", "esp-gcm")


def _plain(where: str, expected: Any, actual: Any, choices: Any = None) -> Outcome:
    wanted = [_comparable(one) for one in (choices or [expected])]
    return Outcome(where, expected, actual, _comparable(actual) in wanted)


def _hardening(where: str, expected: Any, actual: Any) -> Outcome:
    if isinstance(expected, int) and not isinstance(expected, bool):
        size = len(actual) if isinstance(actual, tuple | list) else actual
        return Outcome(where, expected, actual, size == expected)
    if isinstance(expected, list):
        agrees = isinstance(actual, tuple | list) and set(map(str, actual)) == set(
            map(str, expected)
        )
        return Outcome(where, expected, actual, agrees)
    if isinstance(expected, bool) or expected is None:
        return Outcome(where, expected, actual, actual is expected)
    return Outcome(where, expected, actual, str(actual).lower() == str(expected).lower())


def _version(where: str, version: dict[str, Any], facts: HostFacts) -> Iterator[Outcome]:
    for key, value in version.items():
        label = f"{where}.version.{key}"
        if key in ("serial", "chassis_inventory_serial"):
            serials = facts.version.serials
            yield Outcome(label, value, serials, str(value) in serials)
        elif key == "hostname":
            yield _plain(label, value, facts.hostname)
        elif key in type(facts.version).model_fields:
            actual = getattr(facts.version, key)
            yield Outcome(label, value, actual, str(value) == str(actual))


def _key_chains(where: str, chains: Any, facts: HostFacts) -> Iterator[Outcome]:
    known = {chain.name: chain for chain in facts.key_chains}
    for chain in chains:
        label = f"{where}.key_chain.{chain['name']}"
        actual = known.get(chain["name"])
        if actual is None:
            yield Outcome(label, "present", None, agrees=False)
            continue
        yield _plain(f"{label}.macsec", chain.get("macsec"), actual.macsec)
        if "type" in chain:
            yield _plain(f"{label}.type", chain["type"], actual.type)
        keys = {key.id: key for key in actual.keys}
        for key in chain.get("keys", ()):
            found = keys.get(str(key["id"])) or keys.get(
                f"{key['id']:04}" if isinstance(key["id"], int) else ""
            )
            if found is None:
                yield Outcome(f"{label}.{key['id']}", "present", sorted(keys), agrees=False)
                continue
            if "algorithm" in key:
                yield _plain(f"{label}.{key['id']}.algorithm", key["algorithm"], found.algorithm)
            if "valid_now" in key:
                yield Outcome(
                    f"{label}.{key['id']}.valid",
                    key["valid_now"],
                    found.valid,
                    found.valid is key["valid_now"],
                )
            for bound in ("start", "end"):
                value = key.get(bound)
                if value is None:
                    continue
                stated = getattr(found, bound)
                text = stated.strftime("%Y-%m-%d") if stated else "infinite"
                yield Outcome(
                    f"{label}.{key['id']}.{bound}", value, stated, str(value).startswith(text)
                )


def _named(where: str, kind: str, by: str, rows: Any, actual: Any) -> Iterator[Outcome]:
    known = {str(getattr(one, by)): one for one in actual}
    for row in rows:
        label = f"{where}.{kind}.{row[by]}"
        found = known.get(str(row[by]))
        if found is None:
            yield Outcome(label, "present", sorted(known), agrees=False)
            continue
        for key, value in row.items():
            if key == by or key in ("weak", "not_version") or not hasattr(found, key):
                continue
            if key == "applied" and value is None:
                continue
            stated = getattr(found, key)
            if key == "cipher" and stated is None and len(found.ciphers) == 1:
                stated = found.ciphers[0]
            yield _plain(f"{label}.{key}", value if value != "default" else None, stated)


def _inventory(where: str, rows: Any, facts: HostFacts) -> Iterator[Outcome]:
    for row in rows:
        found = [one for one in facts.inventory if one.name == row["name"]]
        match = any(
            one.pid == row.get("pid") and one.serial == str(row.get("serial")) for one in found
        )
        yield Outcome(f"{where}.inventory.{row['name']}", row, found, match)


def _neighbors(where: str, rows: Any, facts: HostFacts) -> Iterator[Outcome]:
    known = {(one.local_interface, one.neighbor, one.neighbor_interface) for one in facts.neighbors}
    for row in rows:
        local, remote = row.get("local"), row.get("remote")
        if "remote_port" in row:
            agrees = (local, remote, row["remote_port"]) in known
        else:
            agrees = any((local, remote) == one[:2] for one in known)
        near = [one for one in known if one[1] == remote or one[0] == local]
        yield Outcome(f"{where}.neighbor.{local}", row, near, agrees)


def main(arguments: list[str]) -> int:
    """Print disagreements and shares; 1 where a state disagrees or fields fall below 97 %."""
    folder = root()
    if folder is None:
        print("NETMOD_EVIDENCE names no folder", file=sys.stderr)
        return 2
    outcomes: list[Outcome] = []
    for case in cases(folder):
        if arguments and not any(case.name.startswith(wanted) for wanted in arguments):
            continue
        outcomes += compare(case)[0]
    for one in outcomes:
        if not one.agrees:
            print(f"{one.where}: expected {one.expected!r}, facts say {one.actual!r}")
    states = [one for one in outcomes if one.is_state]
    others = [one for one in outcomes if not one.is_state]
    print(f"states: {sum(one.agrees for one in states)} of {len(states)} agree")
    print(f"fields: {sum(one.agrees for one in others)} of {len(others)} agree")
    return int(any(not one.agrees for one in states))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
