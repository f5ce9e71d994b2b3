"""What each step of a key rollover sends to one end, with placeholders for secrets."""

from __future__ import annotations

from collections.abc import Iterator

from netmod.inventory import MacsecKey
from netmod.rollout.link_dialects import Path, Tree, at, named, names_in, put
from netmod.rollout.link_parts import LinkEnd, in_use, put_leaf
from netmod.rollout.link_texts import merge_text
from netmod.rollout.observations import same_name


def has(end: LinkEnd, ckn: str) -> bool:
    """Whether a key of that name stands in one of the link's chains."""
    return any(same_name(name, ckn) for _, name in _keys(end, end.running))


def stale(end: LinkEnd) -> list[Path]:
    """Keys in the link's chains that are not intended, without the one that is in use."""
    wanted = {name.casefold() for _, name in _keys(end, end.intended)}
    return [
        path
        for path, name in _keys(end, end.running)
        if name.casefold() not in wanted and not in_use(end, path)
    ]


def add(end: LinkEnd) -> str:
    """The keys that are missing, and nothing of those that are there."""
    tree: Tree = {}
    for path in _missing(end):
        put(tree, path, at(end.intended, path) or {})
    return merge_text(end, tree, ())


def add_no_more(end: LinkEnd) -> str:
    """The opposite of `add`."""
    return merge_text(end, {}, _missing(end))


def remove(end: LinkEnd) -> str:
    """The keys that are not intended any more."""
    return merge_text(end, {}, stale(end))


def primary(end: LinkEnd) -> str | None:
    """The CKN of the first key of a profile that holds one and a fallback; None for none."""
    return next(_profile_keys(end, end.running, fallback=False), None)


def take_new(end: LinkEnd) -> str:
    """The keys of the profile as intended."""
    wanted: Tree = {}
    for section in _profiles(end):
        below = at(end.intended, section) or {}
        put(wanted, section, {text: below[text] for text in below if text.startswith(_KEYS)})
    return _profile_text(end, wanted)


def hold(end: LinkEnd, first: MacsecKey, second: MacsecKey) -> str:
    """A profile with these two keys, the second one in the fallback's place."""
    wanted: Tree = {}
    for section in _profiles(end):
        if end.words:
            for place, key in (("pre-shared-key", first), ("fallback-key", second)):
                put_leaf(wanted, (*section, place, "ckn", key.ckn))
                put_leaf(wanted, (*section, place, "cak", f"<secret:{key.secret}>"))
        else:
            put_leaf(wanted, (*section, f"key {first.ckn} 0 <secret:{first.secret}>"))
            put_leaf(wanted, (*section, f"key {second.ckn} 0 <secret:{second.secret}> fallback"))
    return _profile_text(end, wanted)


_KEYS = ("key ", "pre-shared-key", "fallback-key")


def _profile_text(end: LinkEnd, wanted: Tree) -> str:
    """Keys in the place of those that are there. EOS would keep the old ones beside them: all that
    the profile has or may have by now are removed first, in the same session."""
    gone = [
        (*section, f"key {name}")
        for section in _profiles(end)
        if not end.words
        for name in sorted(
            {
                text.split(" ")[1]
                for tree in (end.running, end.intended, wanted)
                for text in at(tree, section) or {}
                if text.startswith("key ")
            }
        )
    ]
    return merge_text(end, wanted, gone)


def _keys(end: LinkEnd, tree: Tree) -> Iterator[tuple[Path, str]]:
    """Path and CKN of each key in the chains that the link's part defines."""
    section = end.dialect.chain
    if section is None:
        return
    for name in names_in(end.intended, section):
        path = named(section, name)
        below = at(tree, path) or {}
        for place in (path, (*path, "macsec")):
            for text in (at(tree, place) or {}) if place != path else below:
                if text.startswith("key "):
                    yield (*place, text), text.split(" ")[1]


def _missing(end: LinkEnd) -> list[Path]:
    return [path for path, name in _keys(end, end.intended) if not has(end, name)]


def _profiles(end: LinkEnd) -> Iterator[Path]:
    for name in names_in(end.intended, end.dialect.policy):
        yield named(end.dialect.policy, name)


def _profile_keys(end: LinkEnd, tree: Tree, *, fallback: bool) -> Iterator[str]:
    for section in _profiles(end):
        below = at(tree, section) or {}
        if end.words:
            place = "fallback-key" if fallback else "pre-shared-key"
            yield from (below.get(place) or {}).get("ckn") or {}
        else:
            for text in below:
                if text.startswith("key ") and text.endswith(" fallback") is fallback:
                    yield text.split(" ")[1]
