"""hier_config's proposal; a module of its own because importing hier_config takes time."""

from __future__ import annotations

from hier_config import Platform, WorkflowRemediation, get_hconfig
from hier_config.exceptions import DuplicateChildError

from netmod.platforms import Statement


def propose(platform: str, running: str, intended: str) -> list[Statement] | None:
    """The lines that take `running` to `intended`; None for texts it does not take.

    `platform` is the name of hier_config's platform.
    """
    chosen = Platform[platform]
    try:
        work = WorkflowRemediation(get_hconfig(chosen, running), get_hconfig(chosen, intended))
        lines = list(work.remediation_config.all_children_sorted())
    except DuplicateChildError:
        return None
    tree = Statement("", 0)
    stack = [tree]
    for line in lines:
        statement = Statement(line.text, 0)
        del stack[line.depth() :]
        stack[-1].children.append(statement)
        stack.append(statement)
    return tree.children
