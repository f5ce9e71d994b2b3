"""Inventory and templates → the configs that devices should have."""

from netmod.intent.known import KnownConfigs
from netmod.intent.link_part import render_link
from netmod.intent.rendering import Rendered, render
from netmod.intent.writing import write_rendered

__all__ = ["KnownConfigs", "Rendered", "render", "render_link", "write_rendered"]
