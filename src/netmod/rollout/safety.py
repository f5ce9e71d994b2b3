"""How each platform takes changes, and whether a device gets back from one that goes wrong."""

from __future__ import annotations

from collections.abc import Mapping

from netmod.platforms._change import ChangeRules
from netmod.platforms.eos.change import RULES as EOS
from netmod.platforms.ios.change import RULES as IOS
from netmod.platforms.iosxr.change import RULES as IOSXR
from netmod.platforms.junos.change import RULES as JUNOS
from netmod.platforms.nxos.change import RULES as NXOS

CHANGE_RULES: Mapping[str, ChangeRules] = {
    "cisco_ios": IOS,
    "cisco_iosxe": IOS,
    "cisco_nxos": NXOS,
    "cisco_iosxr": IOSXR,
    "juniper_junos": JUNOS,
    "arista_eos": EOS,
}
"""By platform; one that is not in it is not changed."""
