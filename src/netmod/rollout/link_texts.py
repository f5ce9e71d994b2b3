"""What each step of a link's encryption sends to one end, as texts with placeholders for secrets.

The steps lead from what runs to what is intended, over should-secure at both ends. Each text is
small: it has what the step changes. In each of them the order of the lines keeps traffic passing,
as some devices put every line in force at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netmod.rollout.link_dialects import (
    Binding,
    Dialect,
    Path,
    Tree,
    at,
    binding_of,
    lines_of,
    named,
    names_in,
    put,
)
from netmod.rollout.link_parts import (
    LinkEnd,
    all_ports,
    defined,
    definitions,
    differences,
    in_order,
    in_use,
    port_name,
    port_path,
    ports_part,
    put_leaf,
    scope,
    sections,
)

_OVERWRITES = 2
"""Statements of a port whose first words are the same take each other's place."""


def as_intended(end: LinkEnd) -> bool:
    """Whether the link's part of what runs is the intended one, secrets apart."""
    additions, extra = differences(end, end.intended, scope(end))
    return not additions and not extra


def relax(end: LinkEnd) -> str:
    """Should-secure with everything else as it runs: what is encrypted stays so."""
    if not end.must:
        return ""
    tree: Tree = {}
    gone: list[Path] = []
    for port, binding in zip(end.ports, end.bindings, strict=True):
        if binding is None or not binding.must:
            continue
        if end.dialect.carrier == "interface":
            put(tree, (*port_path(end, port), *end.dialect.relaxed), {})
        elif end.dialect.carrier == "policy":
            put(tree, named(end.dialect.policy, end.copy), _relaxed_copy(end, binding.policy))
            put(tree, (*port_path(end, port), _bind_line(end.dialect, binding, end.copy)), {})
        else:
            section = named(end.dialect.policy, binding.policy or "")
            put(tree, (*section, *end.dialect.relaxed), {})
            gone += _exclusive(end, section, end.dialect.strict, end.running)
    return merge_text(end, tree, gone)


def give_keys(end: LinkEnd) -> str:
    """Keys, policies and profiles; on a port that is bound they are in force at once.

    An end that encrypts gets what is missing only: what it has is proved to work, and a secret
    cannot be compared.
    """
    wanted = definitions(end.relaxed)
    if end.dialect.carrier == "policy":
        for text, below in definitions(end.intended).items():
            wanted.setdefault(text, below)
    additions, extra = differences(end, wanted, scope(end, defined_only=True))
    relaxed = {end.dialect.strict[-1]} if end.must else set()
    gone = [path for path in extra if path[-1] not in relaxed and not in_use(end, path)]
    return merge_text(end, additions if end.secured else wanted, gone)


def bind(end: LinkEnd) -> str:
    """Should-secure with the intended keys; what a port has beside that goes."""
    wanted = ports_part(end, end.relaxed)
    additions, extra = differences(end, wanted, scope(end, ports_only=True))
    gone = [path for path in extra if not _overwritten(path, wanted)]
    return merge_text(end, additions, gone, after=_strays(end))


def enforce(end: LinkEnd) -> str:
    """From should-secure to must-secure; what was needed on the way is removed."""
    after = [named(end.dialect.policy, end.own)] if end.dialect.carrier == "policy" else []
    return _step(end, end.relaxed, end.intended, after)


def relax_again(end: LinkEnd) -> str:
    """Back from must-secure to should-secure, while the session goes on."""
    return _step(end, end.intended, end.relaxed)


def settle(end: LinkEnd) -> str:
    """Should-secure with the intended keys, from wherever the end is: it stops no traffic."""
    wanted = definitions(end.relaxed)
    _merge(wanted, ports_part(end, end.relaxed))
    gone = ""
    if end.words:
        for section in defined(end, end.relaxed):
            path = (*section, *end.dialect.strict)
            gone += _gone_for_sure(path, path)
    return gone + merge_text(end, wanted, ())


def unbind(end: LinkEnd) -> str:
    """Take off the ports what `bind` put there."""
    return _unbound(end, end.relaxed)


def _unbound(end: LinkEnd, tree: Tree) -> str:
    """The ports' lines go that were not there before; MACsec itself first, enforcement last."""
    part = ports_part(end, tree)
    gone = [
        (*section, line)
        for section in sections(end, part)
        for line in reversed(in_order(end, at(part, section) or {}))
        if at(end.running, (*section, line)) is None
    ]
    if end.words:
        return "".join(_gone_for_sure((*path, *(at(part, path) or {})), path[:4]) for path in gone)
    return merge_text(end, {}, gone)


def forget(end: LinkEnd) -> str:
    """Remove the link's own definitions that were not there before.

    A policy that links share stays: another link may use it by now.
    """
    gone = []
    for path in defined(end, end.relaxed):
        shared = end.dialect.carrier != "profile" and path in {
            named(end.dialect.policy, name)
            for name in names_in(end.intended, end.dialect.policy)
            if name != end.own
        }
        if not shared and at(end.running, path) is None:
            gone.append(path)
    if end.words:
        return "".join(
            _gone_for_sure((*path, "security-mode", "static-cak"), path) for path in gone
        )
    return merge_text(end, {}, gone)


def encrypt_at_once(end: LinkEnd) -> str:
    """Keys and must-secure in one: for a model that knows nothing between clear and encrypted."""
    wanted = definitions(end.intended)
    _merge(wanted, ports_part(end, end.intended))
    return merge_text(end, wanted, [])


def take_off(end: LinkEnd) -> str:
    """The opposite of `encrypt_at_once`: off the ports, then the keys."""
    return _unbound(end, end.intended) + forget(end)


def own_policies(end: LinkEnd) -> Iterator[str]:
    """The policies or profiles that the link's part defines."""
    yield from names_in(end.intended, end.dialect.policy)


def other_users(end: LinkEnd, policy: str) -> Iterator[str]:
    """Ports of the device that are no ports of the link and name this policy or profile."""
    mine = {port_path(end, port) for port in end.ports}
    for section in all_ports(end):
        if section not in mine:
            bound = binding_of(end.running, end.dialect, port_name(end, section))
            if bound is not None and bound.policy == policy:
                yield port_name(end, section)


def changed_policies(end: LinkEnd) -> Iterator[str]:
    """Policies of the intended part that run otherwise than intended."""
    for name in own_policies(end):
        path = named(end.dialect.policy, name)
        section = at(end.running, path)
        if section is not None:
            wanted: Tree = {}
            put(wanted, path, at(end.intended, path) or {})
            had: Tree = {}
            put(had, path, section)
            if differences(end, wanted, had) != ({}, []):
                yield name


def _relaxed_copy(end: LinkEnd, policy: str | None) -> Tree:
    """The policy that runs, should-secure."""
    section = at(end.running, named(end.dialect.policy, policy)) if policy else None
    kept = {text: below for text, below in (section or {}).items() if text != end.dialect.strict[0]}
    return {**kept, end.dialect.relaxed[0]: {}}


def _own_policy(end: LinkEnd) -> Tree:
    return at(end.relaxed, named(end.dialect.policy, end.own)) or {}


def _bind_line(dialect: Dialect, binding: Binding, policy: str) -> str:
    fallback = dialect.bind_fallback.format(binding.fallback) if binding.fallback else ""
    return dialect.bind.format(chain=binding.chain, fallback=fallback, policy=policy)


def _strays(end: LinkEnd) -> list[Path]:
    """Policies that no port names any more once the link's ports have theirs: the copy that was
    relaxed, and those that ran here and that no link is to have."""
    bound = {one.policy for one in end.bindings if one is not None and one.policy}
    if end.dialect.carrier == "policy" and end.must:
        bound.add(end.copy)
    return [
        named(end.dialect.policy, name)
        for name in sorted(bound - {end.own, *end.keep})
        if name == end.copy
        or (at(end.running, named(end.dialect.policy, name)) and not any(other_users(end, name)))
    ]


def _overwritten(path: Path, wanted: Tree) -> bool:
    """Whether a statement of a port gives way to a wanted one, without being removed."""
    words = path[-1].split(" ")[:_OVERWRITES]
    return any(
        other.split(" ")[:_OVERWRITES] == words and len(words) == _OVERWRITES
        for other in at(wanted, path[:-1]) or {}
    )


def _exclusive(end: LinkEnd, section: Path, statement: Path, tree: Tree) -> list[Path]:
    """A statement that stands beside its opposite on Junos unless it is deleted."""
    path = (*section, *statement)
    return [path] if end.words and at(tree, path) is not None else []


def _step(end: LinkEnd, old: Tree, new: Tree, after: Iterable[Path] = ()) -> str:
    """From one known part to another; both name the same keys."""
    strict = new is end.intended
    wanted = end.dialect.strict if strict else end.dialect.relaxed
    other = end.dialect.relaxed if strict else end.dialect.strict
    tree: Tree = {}
    gone: list[Path] = []
    if end.dialect.carrier == "interface":
        for port in end.ports:
            put(tree, (*port_path(end, port), *wanted), {})
    elif end.dialect.carrier == "policy":
        if not strict:  # the intended policy came with the keys, the link's own may be gone
            put(tree, named(end.dialect.policy, end.own), _own_policy(end))
        tree |= ports_part(end, new)
    else:
        for section in defined(end, new):
            put_leaf(tree, (*section, *wanted))
            gone += _exclusive(end, section, other, old)
    before = "".join(_gone_for_sure(path, path) for path in gone)
    return before + merge_text(end, tree, (), after=after)


def merge_text(
    end: LinkEnd, tree: Tree, gone: Iterable[Path], *, after: Iterable[Path] = ()
) -> str:
    """A merge: what is added, what goes from its sections, and what goes when nothing names it."""
    if end.words:
        lines = ["delete " + " ".join(path) for path in gone]
        lines += lines_of(tree, words=True)
        lines += ["delete " + " ".join(path) for path in after]
        return "".join(f"{line}\n" for line in lines)
    whole: Tree = {}
    for path in gone:
        put_leaf(whole, (*path[:-1], f"no {_negated(path[-1])}"))
    _merge(whole, tree)
    after = list(after)
    if after and whole and end.dialect.typed:
        # `no mka policy X` of a port that is still open would take off the port's own
        put_leaf(whole, (list(whole)[-1], "exit"))
    for path in after:
        put_leaf(whole, (*path[:-1], f"no {path[-1]}"))
    return "".join(f"{line}\n" for line in lines_of(whole, words=False))


def _gone_for_sure(leaf: Path, path: Path) -> str:
    """On Junos, `path` removed whether it is there or not: it refuses to delete what is not."""
    return f"set {' '.join(leaf)}\ndelete {' '.join(path)}\n"


def _negated(line: str) -> str:
    """What stands behind `no`: a key is named without its secret."""
    words = line.split(" ")
    is_key = words[0] == "key" and words[1:2] != ["chain"]
    return " ".join(words[:2]) if is_key else line


def _merge(tree: Tree, other: Tree) -> None:
    for text, below in other.items():
        _merge(tree.setdefault(text, {}), below)
