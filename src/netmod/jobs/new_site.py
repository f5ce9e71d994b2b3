"""A new site of the project, from the blueprint of its class."""

from __future__ import annotations

import re
from pathlib import Path

from netmod.errors import InputError, Problem
from netmod.intent import render
from netmod.inventory import NewSite, load_inventory, plan_site, read_blueprint
from netmod.jobs.changes import Change, read_texts, try_out
from netmod.jobs.clock import now
from netmod.jobs.inventory import project_at

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


def new_site(root: Path | None, site: NewSite) -> Change:
    """The change that adds a site of its class's blueprint to the project. Writes nothing.

    The changed inventory is checked as a whole, and its new and changed devices are rendered.
    Raises `InputError` or `TemplateError` with what is wrong.
    """
    for value in (site.id, site.short):
        if not _NAME.fullmatch(value):
            message = f"{value!r} is no name of a site"
            raise InputError([Problem("site new", 0, message, "use a-z, 0-9 and '-'")])
    project = project_at(root)
    inventory = load_inventory(project.inventory, may_be_empty=True)
    blueprint = read_blueprint(project.inventory, site.site_class)
    before = read_texts(project.inventory)
    after = plan_site(inventory, blueprint, site, before, now().date())
    tried = try_out(project.inventory, after)
    added = [one for name, one in tried.devices.items() if name not in inventory.devices]
    linked = {end.device for one in added for link in tried.links_of(one.name)
              for end in link.managed_ends}  # fmt: skip
    for _ in render(tried, project.templates, [tried.devices[name] for name in sorted(linked)]):
        pass  # what cannot be rendered raises at the end
    chains = [chain for name, chain in tried.key_chains.items() if name not in inventory.key_chains]
    secrets = tuple(key.secret for chain in chains for key in chain.keys)
    return Change(project.inventory, before, after, secrets)
