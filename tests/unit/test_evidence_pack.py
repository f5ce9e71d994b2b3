"""Evidence packs: the same bytes each time, and no part that can be tampered with unseen."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from netmod import cli
from netmod.compliance import TrustScope, of_trust
from netmod.errors import CredentialsError, EvidenceError, InputError, OutputError
from netmod.evidence import PackManifest, describe, public_bytes, write_pack
from netmod.evidence import _archive as archive
from netmod.evidence.pack import PackedFile, _described
from netmod.jobs import check as judging
from netmod.jobs import verify as verifying
from netmod.jobs.evidence import Sealed, seal
from netmod.jobs.verify import Verification, verify
from tests.unit.evidence_project import write_project, write_snapshot

AT = datetime(2026, 11, 28, 5, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
Contents = dict[str, bytes]


def pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def key_file(path: Path, content: bytes = pem(KEY), mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def public_file(path: Path, key: Ed25519PrivateKey = KEY) -> Path:
    path.write_bytes(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return path


class Bench:
    """A project, a snapshot, keys, and packs of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = write_project(folder / "project")
        self.snapshot = write_snapshot(folder / "snapshot")
        self.key = key_file(folder / "key.pem")
        self.public = public_file(folder / "key.pub")

    def seal(self, name: str, at: datetime = AT, **values: str) -> Sealed:
        return seal(self.project, self.snapshot, self.folder / name, key=self.key,
                    clock=lambda: at, **values)  # type: ignore[arg-type]  # fmt: skip

    def verify(self, *names: str) -> tuple[Verification, ...]:
        return verify([self.folder / name for name in names], self.public)

    def tampered(
        self, change: Callable[[Contents], None], source: str = "pack.zip"
    ) -> Verification:
        """The pack with other contents, put together again as netmod does."""
        with zipfile.ZipFile(self.folder / source) as opened:
            contents = {name: opened.read(name) for name in opened.namelist()}
        change(contents)
        target = self.folder / "tampered.zip"
        archive.write_archive(target, contents, {})
        return self.verify("tampered.zip")[0]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    made = Bench(tmp_path_factory.mktemp("packs"))
    made.seal("pack.zip")
    made.seal("nord.zip", trust="nord")
    made.seal("second.zip", AT + timedelta(days=1))
    return made


def names(bench: Bench, pack: str = "pack.zip") -> list[str]:
    with zipfile.ZipFile(bench.folder / pack) as opened:
        return opened.namelist()


def told(one: Verification) -> list[tuple[str, str]]:
    return [(misfit.part, misfit.reason) for misfit in one.misfits]


def resealed(contents: Contents, key: Ed25519PrivateKey, **update: object) -> None:
    """Hash and sign everything anew, as somebody with the code of netmod can."""
    manifest = PackManifest.model_validate_json(contents.pop("manifest.json"))
    del contents["manifest.sig"]
    again = manifest.model_copy(
        update={
            "public_key": public_bytes(key.public_key()),
            "files": tuple(archive_of(contents)),
            **update,
        }
    )
    contents["manifest.json"] = again.as_bytes()
    contents["manifest.sig"] = base64.b64encode(key.sign(again.as_bytes())) + b"\n"


def archive_of(contents: Contents) -> list[PackedFile]:
    return [_described(name, contents[name]) for name in sorted(contents)]


def test_a_pack_is_proven_where_its_key_is_known(bench: Bench) -> None:
    (one,) = bench.verify("pack.zip")
    assert one.proven
    assert (one.misfits, one.differences, one.undecided) == ((), (), "")
    (unknown,) = verify([bench.folder / "pack.zip"])
    assert not unknown.proven
    assert not unknown.vouched
    assert not unknown.misfits


def test_it_holds_everything_and_no_secret(bench: Bench) -> None:
    found = set(names(bench))
    assert {"manifest.json", "manifest.sig", "README.txt", "declared.json", "facts.json",
            "verdicts.json", "findings.json", "compliance/requirements.yaml",
            "compliance/waivers.yaml", "snapshot/snapshot.yaml",
            "snapshot/bjo-we1/show_running-config.txt"} <= found  # fmt: skip
    with zipfile.ZipFile(bench.folder / "pack.zip") as opened:
        everything = b"".join(opened.read(name) for name in found)
    assert b"s3cretWord" not in everything
    assert b"192.0.2." not in everything
    assert b"PRIVATE" not in everything
    verdicts = json.loads(zipfile.ZipFile(bench.folder / "pack.zip").read("verdicts.json"))
    words = {one["id"]: one["verdict"]["verdict"] for one in verdicts["links"]}
    assert words == {"sn-bjo-hal": "configured", "sn-fje-bjo": "unencrypted", "sn-hav-hal": "unencrypted"}  # fmt: skip


def test_the_same_is_sealed_as_the_same_bytes(bench: Bench, tmp_path: Path) -> None:
    again = Bench(tmp_path)
    again.seal("pack.zip")
    assert (tmp_path / "pack.zip").read_bytes() == (bench.folder / "pack.zip").read_bytes()


def test_another_process_comes_to_the_same(bench: Bench) -> None:
    code = (
        "import sys, pathlib; from netmod.jobs.verify import verify;"
        "(one,) = verify([pathlib.Path(sys.argv[1])], pathlib.Path(sys.argv[2]));"
        "sys.exit(0 if one.proven else 1)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(bench.folder / "pack.zip"), str(bench.public)],
        env={**os.environ, "PYTHONHASHSEED": "77"}, cwd="/", check=False,
    )  # fmt: skip
    assert done.returncode == 0


def test_every_file_is_missed_when_changed_removed_or_renamed(bench: Bench) -> None:
    for name in names(bench):
        if name in ("manifest.json", "manifest.sig"):
            continue

        def change(contents: Contents, name: str = name) -> None:
            contents[name] = contents[name][:-1] + b"#"

        def remove(contents: Contents, name: str = name) -> None:
            del contents[name]

        def rename(contents: Contents, name: str = name) -> None:
            contents[f"{name}.old"] = contents.pop(name)

        assert told(bench.tampered(change)) == [(name, "changed")]
        assert told(bench.tampered(remove)) == [(name, "missing")]
        assert told(bench.tampered(rename)) == [(f"{name}.old", "added"), (name, "missing")]


def test_two_files_cannot_change_places(bench: Bench) -> None:
    one, other = (f"snapshot/{host}/show_running-config.txt" for host in ("bjo-we1", "hav-we1"))

    def exchange(contents: Contents) -> None:
        contents[one], contents[other] = contents[other], contents[one]

    assert told(bench.tampered(exchange)) == [(one, "changed"), (other, "changed")]


@pytest.mark.parametrize(
    "name", ["snapshot/new-we1/show_version.txt", "compliance/suppliers.yaml", "x"]
)
def test_nothing_can_be_added(bench: Bench, name: str) -> None:
    found = bench.tampered(lambda contents: contents.update({name: b"x\n"}))
    assert told(found) == [(name, "added")]


def test_the_place_of_a_change_is_named(bench: Bench) -> None:
    size = len(zipfile.ZipFile(bench.folder / "pack.zip").read("facts.json"))
    assert size > 9000

    def at(position: int) -> Callable[[Contents], None]:
        def change(contents: Contents) -> None:
            text = bytearray(contents["facts.json"])
            text[position] ^= 1
            contents["facts.json"] = bytes(text)

        return change

    for position in (0, 4095, 4096, 9000):
        (misfit,) = bench.tampered(at(position)).misfits
        assert misfit.start == position // 4096 * 4096
    longer = bench.tampered(lambda one: one.update({"facts.json": one["facts.json"] + b" "}))
    assert longer.misfits[0].start in (size, size // 4096 * 4096)
    assert f"{size + 1} bytes and had {size}" in longer.misfits[0].text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"subject": "region"', b'"subject": "nord"'),
        (b'"judged_at": "2026', b'"judged_at": "2025'),
        (b'"previous": null', b'"previous": "aa"'),
        (b'"sequence": 1', b'"sequence": 2'),
    ],
)
def test_the_manifest_is_signed(bench: Bench, old: bytes, new: bytes) -> None:
    def change(contents: Contents) -> None:
        assert old in contents["manifest.json"]
        contents["manifest.json"] = contents["manifest.json"].replace(old, new)

    assert ("manifest.sig", "signature") in told(bench.tampered(change))


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "signature"), (b"AAAA", "signature"), (b"\xff\xfe", "signature"), (None, "missing")],
)
def test_a_broken_signature(bench: Bench, content: bytes | None, reason: str) -> None:
    def change(contents: Contents) -> None:
        if content is None:
            del contents["manifest.sig"]
        else:
            contents["manifest.sig"] = content

    assert told(bench.tampered(change)) == [("manifest.sig", reason)]


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff", None])
def test_a_broken_manifest(bench: Bench, content: bytes | None) -> None:
    def change(contents: Contents) -> None:
        if content is None:
            del contents["manifest.json"]
        else:
            contents["manifest.json"] = content

    found = bench.tampered(change)
    assert found.manifest is None
    assert told(found) == [("manifest.json", "missing" if content is None else "manifest")]


def test_another_key(bench: Bench) -> None:
    found = bench.tampered(lambda contents: resealed(contents, OTHER))
    assert told(found) == [("manifest.sig", "other-key")]
    assert not found.vouched


def test_a_signature_of_the_right_key_under_the_name_of_another(bench: Bench) -> None:
    def change(contents: Contents) -> None:
        resealed(contents, KEY, public_key=public_bytes(OTHER.public_key()))

    assert ("manifest.sig", "signature") in told(bench.tampered(change))


FALSE = [
    ("verdicts.json", b'"verdict": "unencrypted"', b'"verdict": "encrypted"'),
    ("findings.json", b'"outcome": "fail"', b'"outcome": "pass"'),
    ("facts.json", b'"state": "unsecured"', b'"state": "secured"'),
]


@pytest.mark.parametrize(("name", "old", "new"), FALSE)
def test_a_false_verdict_is_found_whoever_signed_it(
    bench: Bench, name: str, old: bytes, new: bytes
) -> None:
    places = []

    def change(contents: Contents) -> None:
        places.append(contents[name].index(old))
        contents[name] = contents[name].replace(old, new, 1)
        resealed(contents, KEY)

    (misfit,) = bench.tampered(change).misfits
    assert (misfit.part, misfit.reason) == (name, "verdict")
    begins = next(n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    assert misfit.start == places[0] + begins


def test_a_milder_catalogue_gives_other_findings(bench: Bench) -> None:
    def change(contents: Contents) -> None:
        text = contents["compliance/requirements.yaml"]
        assert b"layers: [stamnett]" in text
        contents["compliance/requirements.yaml"] = text.replace(
            b"layers: [stamnett]", b"layers: [dci]"
        )
        resealed(contents, KEY)

    assert {part for part, _ in told(bench.tampered(change))} == {"verdicts.json", "findings.json"}


def test_a_link_that_is_no_longer_declared(bench: Bench) -> None:
    def change(contents: Contents) -> None:
        declared = json.loads(contents["declared.json"])
        del declared["links"][0]
        contents["declared.json"] = json.dumps(declared).encode()
        resealed(contents, KEY)

    assert ("verdicts.json", "verdict") in told(bench.tampered(change))


def test_what_cannot_be_judged_does_not_fit(bench: Bench) -> None:
    def change(contents: Contents) -> None:
        contents["compliance/requirements.yaml"] = b"requirements: {\n"
        resealed(contents, KEY)

    (misfit,) = bench.tampered(change).misfits
    assert misfit.reason == "verdict"
    assert "cannot be judged" in misfit.text


def test_packs_follow_each_other(bench: Bench) -> None:
    second, first = bench.verify("second.zip", "pack.zip")
    assert first.proven
    assert second.proven
    assert (first.follows, second.follows) == (False, True)
    assert second.manifest is not None
    assert second.manifest.sequence == 2
    (alone,) = bench.verify("second.zip")
    assert alone.proven
    assert not alone.follows


def test_a_pack_before_that_was_exchanged(bench: Bench) -> None:
    def change(contents: Contents) -> None:
        resealed(contents, KEY, judged_at=AT + timedelta(hours=1))

    bench.tampered(change)
    second, _ = bench.verify("second.zip", "tampered.zip")
    assert told(second) == [("manifest.json", "chain")]


def test_a_chain_that_begins_in_the_middle(bench: Bench) -> None:
    found = bench.tampered(lambda one: resealed(one, KEY, sequence=3))
    assert told(found) == [("manifest.json", "chain")]
    found = bench.tampered(lambda one: resealed(one, KEY, previous="a" * 64))
    assert told(found) == [("manifest.json", "chain")]


def test_a_reader_of_another_version_says_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    other = {**verifying.engine(), "readers": "0" * 64}

    def change(contents: Contents) -> None:
        name, old, new = FALSE[0]
        contents[name] = contents[name].replace(old, new, 1)
        resealed(contents, KEY, engine=other, tool_version="0.0.9")

    found = bench.tampered(change)
    assert not found.misfits
    assert not found.proven
    assert "0.0.9" in found.undecided
    assert [one.partition(":")[0] for one in found.differences] == ["sn-fje-bjo"]


def test_another_version_that_comes_to_the_same_proves_it(bench: Bench) -> None:
    other = {"readers": "0" * 64, "judges": "0" * 64}
    assert bench.tampered(lambda one: resealed(one, KEY, engine=other)).proven


def test_another_version_that_cannot_judge_says_so(bench: Bench) -> None:
    def change(contents: Contents) -> None:
        text = contents["compliance/requirements.yaml"]
        contents["compliance/requirements.yaml"] = text.replace(b"telnet-off", b"check-to-come")
        resealed(contents, KEY, engine={"readers": "0" * 64, "judges": "0" * 64})

    found = bench.tampered(change)
    assert not found.misfits
    assert "cannot judge" in found.undecided


def test_a_trusts_pack_is_about_that_trust_alone(bench: Bench) -> None:
    found = names(bench, "nord.zip")
    hosts = {
        name.split("/")[1]
        for name in found
        if name.startswith("snapshot/") and name.count("/") == 2
    }
    assert hosts == {"bjo-we1", "fje-we1", "hal-bl1"}
    with zipfile.ZipFile(bench.folder / "nord.zip") as opened:
        verdicts = json.loads(opened.read("verdicts.json"))
        everything = b"".join(map(opened.read, opened.namelist()))
    assert {one["id"] for one in verdicts["links"]} == {"sn-bjo-hal", "sn-fje-bjo"}
    assert b"hav-we1" not in everything
    assert b"SAK-77" not in everything
    (one,) = bench.verify("nord.zip")
    assert one.proven


def test_a_trusts_part_is_the_same_of_the_region_and_of_its_own_pack(
    bench: Bench, tmp_path: Path
) -> None:
    judged = judging.check(bench.project, bench.snapshot)
    assert judged.inventory is not None
    assert judged.catalogue is not None
    assert judged.checked is not None
    for trust in ("nord", "sor", "felles"):
        scope = TrustScope(judged.inventory, judged.assessment, trust)
        assessment, checked = of_trust(judged.assessment, judged.checked, judged.catalogue, scope)
        own = bench.seal(f"{tmp_path.name}-{trust}.zip", trust=trust).recomputed
        assert own.assessment.coverage == assessment.coverage
        assert [one.id for one in own.assessment.links] == [one.id for one in assessment.links]
        assert own.checked.tallies == checked.tallies
        assert own.checked.catalogue == checked.catalogue
        assert own.assessment.hosts == assessment.hosts


def test_no_byte_of_the_archive_changes_what_is_read(bench: Bench, tmp_path: Path) -> None:
    """Wherever one byte is another one, the pack does not fit, or all contents are the same."""
    whole = (bench.folder / "pack.zip").read_bytes()
    for position in range(3, len(whole), max(1, len(whole) // 40)):
        broken = bytearray(whole)
        broken[position] ^= 0x11
        path = tmp_path / "broken.zip"
        path.write_bytes(bytes(broken))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                (one,) = verify([path], bench.public)
        except EvidenceError:
            continue
        assert not one.proven, position


def with_entry(source: Path, target: Path, entry: zipfile.ZipInfo, content: bytes) -> Path:
    target.write_bytes(source.read_bytes())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(target, "a") as opened:
            opened.writestr(entry, content)
    return target


@pytest.mark.parametrize(
    "name", ["../outside.txt", "/tmp/outside.txt", "snapshot/../../outside.txt", "a//b", "a/./b",
             "a\\..\\b", "line\nbreak", "snapshot/folder/"],
)  # fmt: skip
def test_a_name_that_leaves_the_folder(bench: Bench, tmp_path: Path, name: str) -> None:
    entry = archive._entry("x")
    entry.filename = name
    path = with_entry(bench.folder / "pack.zip", tmp_path / "bad.zip", entry, b"x")
    (one,) = verify([path], bench.public)
    assert [misfit.reason for misfit in one.misfits] == ["archive"]
    assert not one.proven
    assert not (tmp_path.parent / "outside.txt").exists()


def test_links_doubles_comments_and_foreign_bytes(bench: Bench, tmp_path: Path) -> None:
    source = bench.folder / "pack.zip"
    symlink = archive._entry("snapshot/link")
    symlink.external_attr = 0o120777 << 16
    double = archive._entry("facts.json")
    paths = [
        with_entry(source, tmp_path / "link.zip", symlink, b"/etc/passwd"),
        with_entry(source, tmp_path / "double.zip", double, b"{}"),
    ]
    whole = source.read_bytes()
    for name, content in {
        "before.zip": b"#!" + whole, "after.zip": whole + b"more", "cut-end.zip": whole[:-1],
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(content)
        paths.append(tmp_path / name)
    commented = tmp_path / "comment.zip"
    commented.write_bytes(whole)
    with zipfile.ZipFile(commented, "a") as opened:
        opened.comment = b"hello"
    for path in (*paths, commented):
        try:
            (one,) = verify([path], bench.public)
        except EvidenceError:
            continue
        assert [misfit.reason for misfit in one.misfits] == ["archive"], path.name


def test_sizes_are_bounded_before_anything_is_unpacked(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_FILE", 100)
    (one,) = bench.verify("pack.zip")
    assert "larger" in one.misfits[0].text
    monkeypatch.setattr(archive, "MAX_TOTAL", 100)
    (one,) = bench.verify("pack.zip")
    assert "larger" in one.misfits[0].text


def test_what_is_no_pack(bench: Bench, tmp_path: Path) -> None:
    text = tmp_path / "a.zip"
    text.write_text("no archive", encoding="utf-8")
    for path in (text, tmp_path / "absent.zip", tmp_path):
        with pytest.raises(EvidenceError):
            verify([path], bench.public)


def test_keys_that_are_none(bench: Bench, tmp_path: Path) -> None:
    open_to_all = key_file(tmp_path / "open.pem", mode=0o644)
    text = key_file(tmp_path / "text.pem", b"secretSecret")
    for path in (open_to_all, text, tmp_path / "absent.pem"):
        with pytest.raises(CredentialsError) as error:
            seal(bench.project, bench.snapshot, tmp_path / "p.zip", key=path)
        assert "secretSecret" not in f"{error.value.message}{error.value.hint}"
    with pytest.raises(CredentialsError, match="evidence/signing-key"):
        seal(bench.project, bench.snapshot, tmp_path / "p.zip")
    with pytest.raises(InputError):
        verify([bench.folder / "pack.zip"], text)
    assert not (tmp_path / "p.zip").exists()


def test_the_key_comes_from_where_secrets_are(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETMOD_SECRET_EVIDENCE_SIGNING_KEY", pem(KEY).decode())
    made = seal(bench.project, bench.snapshot, tmp_path / "p.zip", clock=lambda: AT)
    assert made.manifest.public_key == public_bytes(KEY.public_key())


def test_what_cannot_be_sealed(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no trust"):
        bench.seal("x.zip", trust="vest")
    with pytest.raises(OutputError, match="there already"):
        bench.seal("pack.zip")
    lone = tmp_path / "snapshot"
    (lone / "other-we1").mkdir(parents=True)
    (lone / "other-we1" / "show_version.txt").write_text("x\n", encoding="utf-8")
    with pytest.raises(EvidenceError, match="no host"):
        seal(bench.project, lone, tmp_path / "x.zip", trust="nord", key=bench.key)


def test_the_commands(
    bench: Bench,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(
            sys, "argv", ["netmod", "--project", f"{bench.project}", "evidence", *arguments]
        )
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), capsys.readouterr().out

    pack = f"{tmp_path / 'cli.zip'}"
    code, out = run(
        "seal",
        "--snapshot",
        f"{bench.snapshot}",
        "--out",
        pack,
        "--key",
        f"{bench.key}",
        "--trust",
        "sor",
    )
    assert code == 0
    assert "sor no. " in out
    code, out = run("verify", pack, "--public-key", f"{bench.public}")
    assert (code, "proven" in out, "every verdict follows" in out) == (0, True, True)
    code, out = run("verify", pack)
    assert (code, "not decided" in out, "--public-key" in out) == (3, True, True)
    bench.tampered(lambda one: one.update({"declared.json": b"{}"}))
    code, out = run("verify", f"{bench.folder / 'tampered.zip'}", "--public-key", f"{bench.public}")
    assert code == 1
    assert "declared.json, byte 0: is not what was sealed" in out
    code, out = run("verify", pack, "--format", "json")
    (told_,) = json.loads(out)
    assert (told_["proven"], told_["vouched"], told_["misfits"]) == (False, False, [])
    assert told_["manifest"]["subject"] == "sor"


def test_a_damaged_chain_stops_sealing(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.seal("pack.zip")
    chain = bench.project / ".netmod" / "evidence" / "chain.jsonl"
    chain.write_text(chain.read_text(encoding="utf-8")[:-9], encoding="utf-8")
    with pytest.raises(EvidenceError, match="damaged"):
        bench.seal("next.zip")
    assert not (tmp_path / "next.zip").exists()


def test_a_failed_write_leaves_nothing_behind(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError):
        seal(bench.project, bench.snapshot, tmp_path / "file" / "p.zip", key=bench.key)
    folder = tmp_path / "empty"
    folder.mkdir()
    manifest = PackManifest(
        subject="region", sequence=1, previous=None, judged_at=AT, captured_at=None,
        tool_version="0", engine={}, public_key="", files=describe(bench.snapshot),
    )  # fmt: skip
    with pytest.raises(OutputError):
        write_pack(folder, manifest, KEY, tmp_path / "pack.zip")
    assert not [path for path in tmp_path.iterdir() if "zip" in path.name]
