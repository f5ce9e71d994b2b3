"""What MKA is set to do: `show mka policy`, `show mka keychains`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netmod.facts import PolicyFact
from netmod.platforms._observations import (
    Block,
    Fact,
    Key,
    KeyChain,
    MacsecSession,
    Observation,
    Remark,
)
from netmod.platforms.ios.mka import DOTTED, HEX, YES_NO
from netmod.platforms.ios.names import (
    interface_name,
    is_interface,
    is_number,
    macsec_cipher,
    macsec_ciphers,
    whole_number,
)


def read_policy(block: Block) -> Iterator[Observation]:
    """`show mka policy` and `show mka policy X [detail]`."""
    if any(line.strip().startswith("MKA Policy Name") for line in block.lines):
        yield from _policy_pages(block)
        return
    old = any("Replay" in line and "Priority" not in line for line in block.lines[:12]) or any(
        "Window" in line for line in block.lines[:12]
    )
    policies: list[tuple[int, PolicyFact]] = []
    long_name = ""
    for index, line in enumerate(block.lines):
        words = line.split()
        at = next(
            (
                i
                for i in range(0 if long_name else 1, len(words) - 1)
                if is_number(words[i]) and words[i + 1].upper() in YES_NO
            ),
            None,
        )
        if at is not None:
            named = words if at else [*long_name.split(), *words]
            policies.append((index, _policy_row(named, at or len(named) - len(words), old=old)))
        elif policies and words and all(map(_is_applied, words)):
            position, policy = policies[-1]
            policies[-1] = (position, _with_applied(policy, words))
        long_name = line.strip() if len(words) == 1 and at is None else ""
    yield from (Fact(block.source(index), policy) for index, policy in policies)
    yield from _ambiguous(block, [policy for _, policy in policies])


def _is_applied(word: str) -> bool:
    """Whether a word can stand in the columns of ciphers and interfaces."""
    return bool(macsec_cipher(word)) or is_interface(word)


def _policy_row(words: Sequence[str], at: int, *, old: bool) -> PolicyFact:
    """Name, key server priority, then the columns of the dialect, ciphers and interfaces."""
    columns = list(words[at + 1 :])
    values: list[str] = []
    while columns and (is_number(columns[0]) or columns[0].upper() in YES_NO):
        values.append(columns.pop(0))
    offset: int | None
    if old:
        numbers = [int(value) for value in values if is_number(value)]
        window, offset = (numbers[0], numbers[-1]) if len(numbers) > 1 else (None, None)
    else:
        window, offset = None, next((int(value) for value in values if is_number(value)), None)
    policy = PolicyFact(
        name=" ".join(words[:at]),
        key_server_priority=int(words[at]),
        offset=offset,
        confidentiality_offset=offset,
        replay_window=window,
        applied=False,
    )
    return _with_applied(policy, columns)


def _with_applied(policy: PolicyFact, words: Sequence[str]) -> PolicyFact:
    ciphers = policy.ciphers + macsec_ciphers(" ".join(words))
    names = [interface_name(word) for word in words if is_interface(word)]
    interfaces = policy.interfaces + tuple(names)
    return policy.model_copy(
        update={
            "ciphers": tuple(dict.fromkeys(ciphers)),
            "cipher": ciphers[0] if len(ciphers) == 1 else None,
            "interfaces": tuple(dict.fromkeys(interfaces)),
            "applied": bool(interfaces),
        }
    )


def _ambiguous(block: Block, policies: Sequence[PolicyFact]) -> Iterator[Remark]:
    owners: dict[str, list[str]] = {}
    for policy in policies:
        for interface in policy.interfaces:
            owners.setdefault(interface, []).append(policy.name)
    for interface, names in owners.items():
        if len(names) > 1:
            text = f"{interface} is listed under {len(names)} MKA policies: {', '.join(names)}"
            yield Remark(block.source(), text, finding=True)


def _policy_pages(block: Block) -> Iterator[Observation]:
    page: dict[str, str] = {}
    start = 0
    applied: list[str] = []
    for index, line in enumerate(block.lines):
        text = line.strip()
        match = DOTTED.match(text)
        label = match[1].strip().lower() if match else ""
        if label == "mka policy name" and "mka policy name" in page:
            yield Fact(block.source(start), _policy_page(page, applied))
            page, applied = {}, []
        if match and not is_interface(text):
            start = index if label == "mka policy name" else start
            page.setdefault(label, match[2].strip())
        applied += [interface_name(word) for word in text.split() if is_interface(word)]
    if "mka policy name" in page:
        yield Fact(block.source(start), _policy_page(page, applied))


def _policy_page(page: dict[str, str], applied: Sequence[str]) -> PolicyFact:
    ciphers = macsec_ciphers(page.get("cipher suite(s)", "") or page.get("cipher suite", ""))
    offset = whole_number(page.get("confidentiality offset"))
    return PolicyFact(
        name=page["mka policy name"],
        ciphers=ciphers,
        cipher=ciphers[0] if len(ciphers) == 1 else None,
        offset=offset,
        confidentiality_offset=offset,
        key_server_priority=whole_number(page.get("key server priority")),
        replay_window=whole_number(page.get("replay window") or page.get("window size")),
        sak_rekey=whole_number(page.get("sak rekey interval")),
        interfaces=tuple(dict.fromkeys(applied)),
        applied=bool(applied),
    )


def read_keychains(block: Block) -> Iterator[Observation]:
    """`show mka keychains`: which chain and key each interface uses; lifetimes are not printed."""
    chains: dict[str, list[str]] = {}
    name = ckn = None
    below_rule = False
    for index, line in enumerate(block.lines):
        words = line.split()
        if line.strip().startswith("==="):
            below_rule = True
            continue
        if not below_rule or not words:
            continue
        if line[:1] not in (" ", "\t") and not is_interface(words[0]):
            name = words[0]
            ckn = words[1] if len(words) > 1 and HEX.match(words[1]) else None
            chains[name] = [ckn] if ckn else []
        if name is None:
            continue
        for word in words[1:] if line[:1] not in (" ", "\t") else words:
            if is_interface(word):
                yield MacsecSession(
                    source=block.source(index),
                    interface=interface_name(word),
                    key_chain=name,
                    ckn=ckn,
                )
    for chain, keys in chains.items():
        yield KeyChain(
            block.source(),
            chain,
            macsec=True,
            keys=tuple(Key(key, lifetime_printed=False) for key in keys),
        )
