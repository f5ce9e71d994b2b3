"""The part of a config that the encryption of one link is, at each of its ends."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from netmod.errors import TemplateError
from netmod.intent.context import Contexts
from netmod.intent.rendering import problem_of, render_template
from netmod.inventory import Inventory, Link, MacsecPolicy


def render_link(
    inventory: Inventory, templates: Path, link: Link, policies: Mapping[str, MacsecPolicy]
) -> dict[str, str]:
    """The config of `link` alone, by device; `<platform>/parts/link.j2` renders it.

    `policies` by device take the place of the one that the link names: a rollout gives the same
    link another one on its way. Secrets are placeholders. Raises `TemplateError`.
    """
    found: dict[str, str] = {}
    failures = []
    for end in link.managed_ends:
        device = inventory.devices[end.device]
        contexts = Contexts(_with(inventory, link, policies.get(end.device)))
        template = f"{device.platform}/parts/link.j2"
        result = render_template(templates, template, contexts.of(device))
        if isinstance(result, str):
            found[end.device] = result
        else:
            failures.append(problem_of(*result, [end.device]))
    if failures:
        raise TemplateError(failures)
    return found


def _with(inventory: Inventory, link: Link, policy: MacsecPolicy | None) -> Inventory:
    """The inventory with this link alone, encrypted by another policy where one is given."""
    policies = dict(inventory.policies)
    if policy is not None and link.encryption is not None:
        policies[policy.id] = policy
        encryption = link.encryption.model_copy(update={"policy": policy.id})
        link = link.model_copy(update={"encryption": encryption})
    return dataclasses.replace(inventory, links={link.id: link}, policies=policies)
