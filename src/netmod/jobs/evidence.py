"""A snapshot → an evidence pack: captures, facts, verdicts and catalogue, hashed and signed.

What is sealed is judged from the pack's own files, by the same function that verifies it: a pack
cannot say anything that its captures do not give.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import BaseModel, ConfigDict, ValidationError

from netmod import __version__
from netmod.compliance import (
    Catalogue,
    TrustScope,
    assess,
    declared,
    find_checks,
    load_catalogue,
)
from netmod.credentials import Secret, open_secrets, read_secret_file
from netmod.errors import CredentialsError, EvidenceError, InputError, OutputError, Problem
from netmod.evidence import (
    PackManifest,
    Snapshot,
    describe,
    public_bytes,
    read_snapshot,
    redacted_files,
    write_pack,
)
from netmod.inventory import Inventory, load_inventory
from netmod.jobs.clock import now
from netmod.jobs.inventory import project_at
from netmod.jobs.surroundings import surroundings_of
from netmod.jobs.verify import CATALOGUE, DECLARED, REGION, SNAPSHOT, Recomputed, engine, recompute
from netmod.observe import read_snapshot_facts
from netmod.settings import Project

_CHAIN = "chain.jsonl"
_README = """\
An evidence pack of netmod: what devices said (redacted), what was read out of it, and what was
concluded, with the requirements that it was judged by.

  netmod evidence verify PACK --public-key KEY.pem

checks it on any machine, without a network, and recomputes every verdict from the captures.
Without netmod: manifest.json has the SHA-256 of every file, and manifest.sig is the base64 of an
Ed25519 signature over manifest.json.

  base64 -d manifest.sig > manifest.raw
  openssl pkeyutl -verify -rawin -pubin -inkey KEY.pem -in manifest.json -sigfile manifest.raw

The public key has to come to you on another way than the pack.

  snapshot/        what devices said, one file a command
  declared.json    trusts, sites, devices and links that were declared
  compliance/      requirements, waivers, and what suppliers state
  facts.json       what was read out of the captures, with file and lines
  verdicts.json    what is concluded about each link, and coverage
  findings.json    the result of every requirement on every link and device
"""


class _Link(BaseModel):
    """One line of the chain: a pack that was sealed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: str
    sequence: int
    manifest: str
    sealed_at: datetime
    file: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A pack that was made: its file, what it says of itself, and the hash that the next one of
    its subject will name."""

    path: Path
    manifest: PackManifest
    sha256: str
    recomputed: Recomputed


def seal(
    root: Path | None,
    folder: Path,
    target: Path,
    *,
    trust: str | None = None,
    key: Path | None = None,
    clock: Callable[[], datetime] = now,
) -> Sealed:
    """Seal what a snapshot proves about the region, or about one trust.

    `key` is a PEM file of mode 0600; without one the key is the secret that `evidence.key` of the
    settings refers to. Raises `InputError` where the inventory has no such trust,
    `CredentialsError` where there is no usable key, `EvidenceError` where the snapshot's form
    cannot be sealed, `OutputError` where the pack cannot be written.
    """
    project = project_at(root)
    if target.exists():
        raise OutputError(f"{target} is there already", hint="packs are not replaced: name another")
    signer = _signer(project, key)
    inventory = load_inventory(project.inventory)
    if trust is not None and trust not in inventory.trusts:
        hint = f"trusts are {', '.join(inventory.trusts)}"
        raise InputError([Problem("--trust", 0, f"no trust {trust!r} in the inventory", hint)])
    snapshot, moment = read_snapshot(folder), clock()
    subject = trust or REGION
    with TemporaryDirectory(prefix="netmod-seal-") as name, _chain(project) as chain:
        stage = Path(name)
        hosts = _stage(stage, snapshot, inventory, project, trust, moment)
        again = recompute(stage, subject, moment)
        if _content(again.snapshot, hosts) != _content(snapshot, hosts):
            raise EvidenceError(
                f"{snapshot.root} has a form that cannot be sealed",
                hint="put outputs into <host>/<command>.txt; docs/snapshot.md shows all forms",
            )
        for file, content in again.files.items():
            (stage / file).write_bytes(content)
        before = [one for one in chain.links if one.subject == subject]
        manifest = PackManifest(
            subject=subject,
            sequence=len(before) + 1,
            previous=before[-1].manifest if before else None,
            judged_at=moment,
            captured_at=snapshot.captured_at,
            tool_version=__version__,
            engine=dict(engine()),
            public_key=public_bytes(signer.public_key()),
            files=describe(stage),
        )
        sha256 = write_pack(stage, manifest, signer, target)
        chain.add(
            _Link(
                subject=subject,
                sequence=manifest.sequence,
                manifest=sha256,
                sealed_at=moment,
                file=target.name,
            )
        )
    return Sealed(target, manifest, sha256, again)


def _stage(
    stage: Path,
    snapshot: Snapshot,
    inventory: Inventory,
    project: Project,
    trust: str | None,
    moment: datetime,
) -> Collection[str]:
    """Put everything that verdicts follow from into a folder; the hosts whose captures it has."""
    checks = find_checks()
    catalogue = load_catalogue(
        project.compliance, root=project.root, inventory=inventory, checks=checks
    )
    scope: TrustScope | None = None
    if trust is not None:
        facts = read_snapshot_facts(snapshot, now=moment)
        scope = TrustScope(inventory, assess(inventory, facts, catalogue, moment), trust)
    hosts_of = None if scope is None else scope.hosts
    part = declared(inventory, hosts_of, surroundings_of(project, inventory))
    (stage / DECLARED).write_text(part.as_json() + "\n", encoding="utf-8")
    (stage / "README.txt").write_text(_README, encoding="utf-8")
    _stage_catalogue(stage / CATALOGUE, project.compliance, catalogue, scope)
    hosts = {one.host for one in snapshot.hosts}
    chosen = hosts if scope is None else hosts & scope.hosts
    if not chosen:
        raise EvidenceError(
            "the snapshot has no host that the pack is about", hint="name another snapshot"
        )
    for name, content in redacted_files(snapshot.root, chosen):
        path = stage / SNAPSHOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return chosen


def _content(snapshot: Snapshot, hosts: Collection[str]) -> set[tuple[object, ...]]:
    """What a reader sees of some hosts: it must be the same in the pack as in the snapshot."""
    return {
        (host.host, host.platform, host.failure, one.file, one.command, one.exact, one.sha256,
         one.captured_at)
        for host in snapshot.hosts if host.host in hosts for one in host.captures
    }  # fmt: skip


def _stage_catalogue(
    folder: Path, source: Path, catalogue: Catalogue, scope: TrustScope | None
) -> None:
    """The catalogue's files. Of other trusts' waivers and statements a trust's pack holds none."""
    folder.mkdir()
    for name in ("requirements.yaml", "suppliers.yaml", "waivers.yaml"):
        if (source / name).is_file():
            shutil.copyfile(source / name, folder / name)
    if scope is not None:
        catalogue = scope.catalogue(catalogue)
        waivers = {name: one.model_dump(mode="json") for name, one in catalogue.waivers.items()}
        text = yaml.safe_dump({"waivers": waivers}, allow_unicode=True, width=10_000)
        (folder / "waivers.yaml").write_text(text, encoding="utf-8")
    for name in catalogue.attestations:
        (folder / "attestations").mkdir(exist_ok=True)
        for file in (name, f"{name}.sig"):
            path = source / "attestations" / file
            if path.is_file():
                shutil.copyfile(path, folder / "attestations" / file)


def _signer(project: Project, file: Path | None) -> Ed25519PrivateKey:
    """The private key that signs. Its text gets into no message."""
    where: str
    secret: Secret
    if file is not None:
        where, secret = f"{file}", read_secret_file(file)
    else:
        settings = project.settings
        where = settings.evidence.key
        secret = open_secrets(settings.credentials, os.environ, project.credentials).resolve(where)
    try:
        key = load_pem_private_key(secret.reveal().encode(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise CredentialsError(
            f"{where} holds no Ed25519 private key",
            hint="make one with: openssl genpkey -algorithm ed25519 -out KEY.pem",
        )
    return key


class _Chain:
    """The packs that were sealed here, in their order."""

    def __init__(self, path: Path, links: tuple[_Link, ...]) -> None:
        self._path = path
        self.links = links

    def add(self, link: _Link) -> None:
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(link.model_dump_json() + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise OutputError(f"{self._path}: {error.strerror}", hint="check its folder") from None


@contextmanager
def _chain(project: Project) -> Iterator[_Chain]:
    """The chain, which nobody else adds to meanwhile. Raises `EvidenceError` where its file was
    damaged: a pack that names no predecessor would look like the first."""
    path = project.evidence / _CHAIN
    with ExitStack() as held:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = held.enter_context(path.with_suffix(".lock").open("a", encoding="utf-8"))
            fcntl.flock(lock, fcntl.LOCK_EX)
            lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
            links = tuple(_Link.model_validate_json(line) for line in lines)
        except ValidationError:
            hint = "restore it from a backup, or from the packs' own manifests"
            raise EvidenceError(f"{path} is damaged", hint=hint) from None
        except OSError as error:
            raise OutputError(f"{path}: {error.strerror}", hint="check its folder") from None
        yield _Chain(path, links)
