"""`netmod evidence`: seal what a snapshot proves, and verify a pack anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from netmod.cli._options import Format, SnapshotOption
from netmod.cli._run import FINDINGS, INCOMPLETE

if TYPE_CHECKING:
    from netmod.jobs.verify import Verification

evidence = typer.Typer(
    help="Seal what a snapshot proves, and verify a pack on any machine.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(evidence, name="evidence")


@evidence.command()
def seal(
    context: typer.Context,
    snapshot: SnapshotOption,
    out: Annotated[Path, typer.Option("--out", help="New file for the pack.", metavar="FILE")],
    trust: Annotated[
        str | None, typer.Option(help="Only what concerns this trust.", metavar="ID")
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            help="Ed25519 private key, PEM, mode 0600; default: the secret evidence.key.",
            metavar="FILE",
        ),
    ] = None,
) -> None:
    """Seal captures, facts, verdicts and catalogue into one signed file."""
    from netmod.jobs.evidence import seal as job

    sealed = job(context.obj, snapshot, out, trust=trust, key=key)
    manifest = sealed.manifest
    typer.echo(f"sealed {out}: {len(manifest.files)} files, {manifest.subject} no. "
               f"{manifest.sequence}")  # fmt: skip
    typer.echo(f"manifest SHA-256: {sealed.sha256}")
    typer.echo(f"public key: {manifest.public_key}")


@evidence.command()
def verify(
    packs: Annotated[list[Path], typer.Argument(metavar="PACK...", help="Packs, in any order.")],
    public_key: Annotated[
        Path | None,
        typer.Option(help="Public key, PEM, that came on another way.", metavar="FILE"),
    ] = None,
    format_: Format = "table",
) -> int:
    """Check packs, and recompute every verdict from their captures. Needs no project, no network.

    Exits with 0 where all of it is proven, 1 where something does not fit, 3 where nobody vouches
    for the key or this netmod reads captures in another way.
    """
    from netmod.cli._show import print_json
    from netmod.jobs.verify import verify as job

    done = job(packs, public_key)
    if format_ == "json":
        print_json([_values(one) for one in done])
    else:
        for one in done:
            for line in _lines(one):
                typer.echo(line)
    if any(one.misfits for one in done):
        return FINDINGS
    return 0 if all(one.proven for one in done) else INCOMPLETE


def _lines(one: Verification) -> Iterator[str]:
    manifest = one.manifest
    verdict = "DOES NOT FIT" if one.misfits else "proven" if one.proven else "not decided"
    yield f"{one.path}: {verdict}"
    for misfit in one.misfits:
        place = "" if misfit.start is None else f", byte {misfit.start}"
        yield f"  {misfit.part}{place}: {misfit.text}"
    if manifest is None:
        return
    captured = manifest.captured_at or "at an unknown time"
    yield (f"  {manifest.subject} no. {manifest.sequence}, captured {captured}, judged "
           f"{manifest.judged_at}, netmod {manifest.tool_version}")  # fmt: skip
    if not one.vouched:
        yield f"  signed with the key {manifest.public_key}, which nothing here vouches for"
        if not one.misfits:
            yield "  hint: name the key that you have from its owner, with --public-key"
    if one.undecided:
        yield f"  {one.undecided}"
        yield f"  hint: verify it with netmod {manifest.tool_version}"
    for difference in one.differences:
        yield f"  other here: {difference}"
    if not one.misfits and not one.undecided:
        yield "  every verdict follows from the captures"
    if manifest.previous is not None:
        seen = "that was given" if one.follows else "that was not given here"
        yield f"  follows the pack {manifest.sequence - 1} {seen} ({manifest.previous})"


def _values(one: Verification) -> dict[str, Any]:
    summary = ("subject", "sequence", "previous", "captured_at", "judged_at", "tool_version",
               "public_key")  # fmt: skip
    told = None if one.manifest is None else one.manifest.model_dump(mode="json")
    return {
        "pack": f"{one.path}",
        "proven": one.proven,
        "vouched": one.vouched,
        "follows": one.follows,
        "undecided": one.undecided,
        "differences": one.differences,
        "misfits": [misfit.model_dump(mode="json") for misfit in one.misfits],
        "manifest": None if told is None else {name: told[name] for name in summary},
    }
