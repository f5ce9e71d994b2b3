"""Commands on devices: `devices trust`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from netmod.cli._options import Filter
from netmod.cli._run import FAILED, INCOMPLETE

if TYPE_CHECKING:
    from netmod.devices import KeyScan

devices = typer.Typer(
    help="The devices themselves: whose host keys are trusted.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(devices, name="devices")


@devices.callback()
def _group() -> None:
    """Keeps `trust` a command of its own while it is the only one."""


@devices.command()
def trust(
    context: typer.Context,
    terms: Filter = None,
    lab: Annotated[
        str | None, typer.Option(help="Ask this running lab instead.", metavar="NAME")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask. A changed key still needs --replace.")
    ] = False,
    replace: Annotated[
        list[str] | None,
        typer.Option(help="Host whose changed key is to be recorded; repeat it.", metavar="HOST"),
    ] = None,
) -> int:
    """Show the host keys of devices, and record the new ones in known_hosts.

    Only the key exchange runs: no login, no password. Exits with 0 where every device's key is
    recorded, 3 where a device gave none, 4 where a key is left that was not recorded.
    """
    from netmod.jobs.devices import record, scan_host_keys, to_record

    access = None
    if lab is not None:
        from netmod.jobs.lab import access as lab_access

        access = lab_access(context.obj, lab)
    named = replace or ()
    scan = scan_host_keys(context.obj, terms or (), access, replace=named)
    _show(scan)
    chosen = to_record(scan, named)
    if chosen and _confirmed(len(chosen), yes=yes):
        record(scan, chosen)
        typer.echo(f"recorded {len(chosen)} host keys in {scan.path}")
        left = len(scan.of_state("changed", "revoked", "new")) - len(chosen)
    else:
        left = len(scan.of_state("changed", "revoked", "new"))
        typer.echo("nothing to record" if not left else f"{scan.path} is as it was")
    if left:
        return FAILED
    return INCOMPLETE if scan.of_state("failed") else 0


def _show(scan: KeyScan) -> None:
    from netmod.cli._show import console, table

    rows = [
        (key.host, key.name, key.state, key.algorithm, key.fingerprint)
        for key in scan.keys
        if key.state != "failed"
    ]
    if rows:
        columns = ("host", "address", "state", "type", "fingerprint")
        console().print(table("", columns, rows))
    for key in scan.of_state("failed"):
        typer.echo(f"{key.host}: {key.message}", err=True)
        typer.echo(f"  hint: {key.hint}", err=True)
    for key in scan.of_state("changed"):
        typer.echo(f"{key.host}: CHANGED, known is {', '.join(key.known)}", err=True)
        typer.echo(
            "  hint: somebody may stand in between. Compare the fingerprint on the device's "
            f"console; if it is right, add --replace {key.host}",
            err=True,
        )
    for key in scan.of_state("revoked"):
        typer.echo(f"{key.host}: shows a REVOKED key, which is never trusted", err=True)
        typer.echo("  hint: give the device a new host key, and see who has the old one", err=True)
    for fingerprint, hosts in scan.shared().items():
        typer.echo(f"warning: {', '.join(hosts)} show the same key {fingerprint}", err=True)


def _confirmed(number: int, *, yes: bool) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty():
        typer.echo("nobody is there to confirm: compare the fingerprints, then add --yes", err=True)
        return False
    try:
        return typer.confirm(f"Did you compare them with the devices? Record {number} host keys")
    except typer.Abort:
        raise KeyboardInterrupt from None
