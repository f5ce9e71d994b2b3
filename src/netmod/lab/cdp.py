"""`show cdp neighbors detail`, which IOS-XE and IOS-XR print alike."""

from __future__ import annotations

from netmod.lab.commands import Context


def neighbors_detail(context: Context, _: tuple[str, ...]) -> list[str]:
    """`show cdp neighbors detail`."""
    if not context.device.view.cdp:
        return ["% CDP is not enabled"]
    lines: list[str] = []
    found = context.fabric.neighbors(context.device, "cdp")
    for one in found:
        lines += [
            "-------------------------",
            f"Device ID: {one.device.hostname}",
            "Entry address(es):",
            f"Platform: cisco {one.device.model},  Capabilities: Router",
            f"Interface: {one.local_port},  Port ID (outgoing port): {one.port}",
            "Holdtime : 150 sec",
            "",
            "Version :",
            *one.device.description,
            "",
            "advertisement version: 2",
            "",
        ]
    return [*lines, f"Total cdp entries displayed : {len(found)}"]
