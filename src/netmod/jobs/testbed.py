"""Inventory → pyATS testbed: the same devices, logins by reference, and the same way to them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from netmod.credentials import variable_of
from netmod.errors import OutputError
from netmod.inventory import Device, Inventory, select
from netmod.jobs.collect import Access, check_legacy_hosts, login_rules
from netmod.jobs.inventory import load, project_at
from netmod.settings import Project

PYATS_OS = {
    "cisco_ios": "ios",
    "cisco_iosxe": "iosxe",
    "cisco_nxos": "nxos",
    "cisco_iosxr": "iosxr",
    "juniper_junos": "junos",
    "arista_eos": "eos",
}
"""netmod's platform ids → the `os` of pyATS."""

_PYATS_PLATFORMS = (
    ("cisco_iosxe", "C9", "cat9k"),
    ("cisco_iosxe", "C8", "cat8k"),
    ("cisco_nxos", "N9K", "n9k"),
    ("cisco_nxos", "N7K", "n7k"),
    ("cisco_iosxr", "ASR-9", "asr9k"),
)
"""Beginnings of model names for which unicon has a plug-in of their own."""

_COMMON = ("NETMOD_USERNAME", "NETMOD_PASSWORD", "NETMOD_ENABLE_PASSWORD")
_LEGACY = (
    "KexAlgorithms=+diffie-hellman-group-exchange-sha1,diffie-hellman-group14-sha1,"
    "diffie-hellman-group1-sha1",
    "HostKeyAlgorithms=+ssh-rsa",
    "Ciphers=+aes256-cbc,aes192-cbc,aes128-cbc,3des-cbc",
)


def write_testbed(
    root: Path | None, terms: Sequence[str], out: Path, access: Access | None = None
) -> int:
    """Write a testbed of the devices that a filter selects, and return how many they are.

    With `access` (a lab) of those that it has endpoints for, under its addresses. Raises
    `OutputError` where `out` cannot be written.
    """
    project = project_at(root)
    inventory = load(project.root)
    check_legacy_hosts(project, inventory)
    devices = select(inventory, terms)
    if access is not None:
        devices = [device for device in devices if device.name in access.endpoints]
    document = pyats_testbed(project, inventory, devices, access)
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"{out}: {error.strerror or 'cannot be written'}", hint="name another --out FILE"
        ) from None
    return len(devices)


def pyats_testbed(
    project: Project,
    inventory: Inventory,
    devices: Sequence[Device],
    access: Access | None = None,
) -> dict[str, Any]:
    """The testbed as the document that pyATS loads. No secret stands in it.

    Logins are names of variables: the common ones of netmod, and for devices with a login of
    their own those that netmod would read it from. unicon connects with OpenSSH, so that the jump
    host of `ssh_config` and the host keys of `known_hosts` hold there too.
    """
    rules = {} if access else login_rules(project, inventory, devices)
    known_hosts = access.known_hosts if access else project.root / "known_hosts"
    endpoints = access.endpoints if access else {}
    return {
        "testbed": {"name": "netmod", "credentials": _named(*_COMMON)},
        "devices": {
            device.name: _device(
                device,
                endpoints.get(device.name, (device.address, device.port)),
                _ssh_options(project, known_hosts, device),
                rules,
            )
            for device in devices
        },
    }


def _device(
    device: Device, endpoint: tuple[str, int], ssh_options: str, rules: Mapping[str, str]
) -> dict[str, Any]:
    model = str(device.data.get("model") or "")
    address, port = endpoint
    found: dict[str, Any] = {"os": PYATS_OS[device.platform]}
    for platform, beginning, name in _PYATS_PLATFORMS:
        if device.platform == platform and model.startswith(beginning):
            found["platform"] = name
    if model:
        found["model"] = model
    found["type"] = device.role
    if device.name in rules:
        found["credentials"] = _credentials_of(rules[device.name])
    found["connections"] = {
        "defaults": {"class": "unicon.Unicon"},
        "cli": {
            "protocol": "ssh",
            "ip": address,
            "port": port,
            "ssh_options": ssh_options,
            # unicon configures a device when it connects (console, logging) unless told not to
            "arguments": {"init_config_commands": []},
        },
    }
    found["custom"] = {
        "abstraction": {"order": ["os", "platform"] if "platform" in found else ["os"]},
        "netmod": {"site": device.site, "domain": device.domain, "role": device.role},
    }
    return found


def _credentials_of(login: str) -> dict[str, dict[str, str]]:
    parts = ("username", "password", "enable_password")
    return _named(*(variable_of(f"{login}/{part}") for part in parts))


def _named(username: str, password: str, enable: str) -> dict[str, dict[str, str]]:
    return {
        "default": {"username": f"%ENV{{{username}}}", "password": f"%ENV{{{password}}}"},
        "enable": {"password": f"%ENV{{{enable}}}"},
    }


def _ssh_options(project: Project, known_hosts: Path, device: Device) -> str:
    """Options of OpenSSH, as one text: the jump host, and host keys that must be known."""
    words = []
    config = project.root / "ssh_config"
    if config.exists():
        words += ["-F", str(config)]
    # the inner quotes are for ssh, which takes a blank for the end of a file's name
    options = [f'UserKnownHostsFile="{known_hosts.resolve()}"', "GlobalKnownHostsFile=none"]
    options += ["StrictHostKeyChecking=yes"]
    if device.name in project.settings.collect.legacy_ssh:
        options += _LEGACY
    words += [word for option in options for word in ("-o", option)]
    return shlex.join(words)
