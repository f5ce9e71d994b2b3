"""An evidence pack → whether every verdict in it follows from its captures. Needs no project."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

import netmod
from netmod.compliance import (
    Assessment,
    Checked,
    Declared,
    TrustScope,
    assess,
    check_requirements,
    find_checks,
    load_catalogue,
    of_trust,
)
from netmod.errors import InputError, NetmodError, Problem
from netmod.evidence import Misfit, PackManifest, Snapshot, Unpacked, open_pack, read_snapshot
from netmod.facts import FactsDocument
from netmod.observe import read_snapshot_facts

SNAPSHOT, CATALOGUE, DECLARED = "snapshot", "compliance", "declared.json"
FACTS, VERDICTS, FINDINGS = "facts.json", "verdicts.json", "findings.json"
REGION = "region"
_READERS = ("facts.py", "evidence", "observe", "platforms")
_JUDGES = ("compliance", "inventory")


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What follows from a pack's captures, and the files that say it, by name."""

    snapshot: Snapshot
    facts: FactsDocument
    assessment: Assessment
    checked: Checked

    @property
    def files(self) -> dict[str, bytes]:
        """Facts, verdicts and findings as a pack holds them."""
        verdicts = self.assessment.model_dump_json(indent=1, exclude={"findings"})
        return {
            FACTS: _file(self.facts.model_dump_json(indent=1)),
            VERDICTS: _file(verdicts),
            FINDINGS: _file(self.checked.model_dump_json(indent=1)),
        }


def _file(text: str) -> bytes:
    return text.encode() + b"\n"


def recompute(folder: Path, subject: str, at: datetime) -> Recomputed:
    """Read the captures of an unpacked pack, and judge them at a time. Raises `NetmodError`."""
    snapshot = read_snapshot(folder / SNAPSHOT)
    facts = read_snapshot_facts(snapshot, now=at)
    declared = Declared.model_validate_json((folder / DECLARED).read_bytes())
    inventory = declared.inventory()
    checks = find_checks()
    catalogue = load_catalogue(folder / CATALOGUE, root=folder, checks=checks)
    assessment = assess(inventory, facts, catalogue, at)
    checked = check_requirements(
        assessment, inventory, facts, catalogue, checks, declared.surroundings
    )
    if subject != REGION:
        scope = TrustScope(inventory, assessment, subject)
        assessment, checked = of_trust(assessment, checked, catalogue, scope)
    return Recomputed(snapshot, facts, assessment, checked)


@cache
def engine() -> Mapping[str, str]:
    """Digests of the code that reads captures, and of the code that judges facts."""
    return {"readers": _digest(_READERS), "judges": _digest(_JUDGES)}


def _digest(rooms: Sequence[str]) -> str:
    home = Path(netmod.__file__).parent
    found = hashlib.sha256()
    for room in rooms:
        place = home / room
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            found.update(path.relative_to(home).as_posix().encode() + b"\0")
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying a pack gave.

    `misfits` are what is wrong with it. `differences` are verdicts and findings that this
    netmod's readers or checks, which are not the ones that it was sealed with, do not come to:
    they say nothing against the pack, and it is `undecided`. `follows` says that the pack before
    it was given and is the one that it names.
    """

    path: Path
    manifest: PackManifest | None
    vouched: bool
    misfits: tuple[Misfit, ...]
    differences: tuple[str, ...] = ()
    undecided: str = ""
    follows: bool = False

    @property
    def proven(self) -> bool:
        """Whether it is whole, by the trusted key, and every verdict follows from its captures."""
        return self.vouched and not self.misfits and not self.undecided


def verify(paths: Sequence[Path], public_key: Path | None = None) -> tuple[Verification, ...]:
    """Verify packs, and that those of one subject follow each other.

    `public_key` is a PEM file. Raises `InputError` where it holds no Ed25519 key, `EvidenceError`
    where a file is no pack.
    """
    trusted = None if public_key is None else read_public_key(public_key)
    done = []
    sealed: dict[tuple[str, int], str] = {}
    for path in paths:
        with TemporaryDirectory(prefix="netmod-verify-") as folder:
            unpacked = open_pack(path, Path(folder), trusted)
            done.append(_verified(path, unpacked, Path(folder)))
        if unpacked.manifest is not None:
            key = (unpacked.manifest.subject, unpacked.manifest.sequence)
            sealed.setdefault(key, unpacked.sha256)
    return tuple(_chained(one, sealed) for one in done)


def read_public_key(path: Path) -> Ed25519PublicKey:
    """An Ed25519 public key in PEM. Raises `InputError`."""
    hint = "write it with: openssl pkey -in KEY -pubout"
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise InputError([Problem(f"{path}", 0, error.strerror or "cannot be read")]) from None
    except ValueError:
        raise InputError([Problem(f"{path}", 0, "is no public key in PEM", hint)]) from None
    if not isinstance(key, Ed25519PublicKey):
        raise InputError([Problem(f"{path}", 0, "is no Ed25519 key", hint)])
    return key


def _verified(path: Path, unpacked: Unpacked, folder: Path) -> Verification:
    manifest = unpacked.manifest
    if manifest is None or unpacked.misfits:
        return Verification(path, manifest, unpacked.vouched, unpacked.misfits)
    try:
        again = recompute(folder, manifest.subject, manifest.judged_at)
    except (NetmodError, ValueError) as error:
        told = error.message if isinstance(error, NetmodError) else "a document of another schema"
        if manifest.engine == engine():
            misfit = Misfit(part=DECLARED, reason="verdict", text=f"cannot be judged: {told}")
            return Verification(path, manifest, unpacked.vouched, (misfit,))
        undecided = f"{_other_engine(manifest)}, and they cannot judge it: {told}"
        return Verification(path, manifest, unpacked.vouched, (), (), undecided)
    wrong = tuple(_wrong(folder, again.files))
    if not wrong or manifest.engine == engine():
        return Verification(path, manifest, unpacked.vouched, wrong)
    differences = tuple(_differences(folder, again))
    return Verification(path, manifest, unpacked.vouched, (), differences, _other_engine(manifest))


def _wrong(folder: Path, files: Mapping[str, bytes]) -> Iterator[Misfit]:
    """The files that do not say what follows from the captures, with the first byte of each."""
    for name, expected in files.items():
        path = folder / name
        if not path.is_file():
            yield Misfit(part=name, reason="missing", text="is not in the pack")
            continue
        stored = path.read_bytes()
        if stored != expected:
            start = _first_difference(stored, expected)
            line = stored.count(b"\n", 0, start) + 1
            text = f"line {line} does not follow from the captures"
            yield Misfit(part=name, reason="verdict", text=text, start=start)


def _first_difference(one: bytes, other: bytes) -> int:
    shorter = min(len(one), len(other))
    return next((at for at in range(shorter) if one[at] != other[at]), shorter)


def _other_engine(manifest: PackManifest) -> str:
    here = engine()
    parts = [name for name in here if manifest.engine.get(name) != here[name]]
    return (
        f"the {' and '.join(parts)} of this netmod ({netmod.__version__}) are not those that it "
        f"was sealed with ({manifest.tool_version})"
    )


def _differences(folder: Path, again: Recomputed) -> Iterator[str]:
    """Verdicts and findings that are other ones now."""
    try:
        verdicts = Assessment.model_validate_json((folder / VERDICTS).read_bytes())
        findings = Checked.model_validate_json((folder / FINDINGS).read_bytes())
    except (OSError, ValueError):
        yield "the verdicts and findings in it have a form that this netmod does not read"
        return
    before = {one.id: one.word for one in verdicts.links}
    after = {one.id: one.word for one in again.assessment.links}
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield f"{name}: {before.get(name, 'no link')} then, {after.get(name, 'no link')} here"
    told = {one.id: one for one in findings.findings}
    for one in again.checked.findings:
        other = told.get(one.id)
        if other is None or other.outcome != one.outcome:
            then = other.outcome if other is not None else "not judged"
            yield f"{one.check} of {one.subject}: {then} then, {one.outcome} here"


def _chained(one: Verification, sealed: Mapping[tuple[str, int], str]) -> Verification:
    """Whether the pack before it, where that was given, is the one that it names."""
    manifest = one.manifest
    if manifest is None:
        return one
    text = ""
    if (manifest.previous is None) != (manifest.sequence == 1):
        text = "names a pack before it" if manifest.previous else "names no pack before it"
        text = f"is number {manifest.sequence} and {text}"
    before = sealed.get((manifest.subject, manifest.sequence - 1))
    if not text and before is not None and before != manifest.previous:
        text = f"does not follow the pack {manifest.sequence - 1} that was given"
    if text:
        misfit = Misfit(part="manifest.json", reason="chain", text=text)
        return replace(one, misfits=(*one.misfits, misfit))
    return replace(one, follows=before is not None)
