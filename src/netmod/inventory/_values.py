"""Types of single values that several models of the inventory have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_interface, ip_network
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}", re.ASCII)
REFERENCE = r"^[a-z0-9][a-z0-9._/-]*$"


def _cidr(value: Any) -> Any:
    try:
        ip_interface(value)
    except ValueError:
        raise ValueError(f"{value!r} is no address | write it like 10.0.0.1/31") from None
    if "/" not in str(value):
        raise ValueError(f"{value!r} has no prefix length | write it like 10.0.0.1/31")
    return value


def _address(value: Any) -> Any:
    if not isinstance(value, str) or not IPV4.fullmatch(value):
        raise ValueError(f"{value!r} is no IPv4 address | write it like 10.0.0.1")
    return value


def _prefix(value: Any) -> Any:
    if "/" not in str(value):
        raise ValueError(f"{value!r} has no prefix length | write it like 10.0.0.0/24")
    try:
        ip_network(value)
    except ValueError as error:
        hint = "write the first address of the network"
        raise ValueError(f"{value!r} is no network: {error} | {hint}") from None
    return value


def _format(name: str) -> Any:
    """What a schema calls the form of a text, for editors and for the handbook."""
    return Field(json_schema_extra={"format": name})


Cidr = Annotated[str, BeforeValidator(_cidr), _format("ipv4-interface")]
"""An address with its prefix length: `10.0.0.1/31`."""
Address = Annotated[str, BeforeValidator(_address), _format("ipv4")]
"""An IPv4 address alone: `10.0.0.1`."""
Prefix = Annotated[str, BeforeValidator(_prefix), _format("ipv4-network")]
"""A network: `10.0.0.0/24`."""
Name = Annotated[str, Field(pattern=NAME, max_length=32), _format("name")]
"""A name that stands in configs: no blanks, no signs that a device would read as something else."""
Reference = Annotated[str, Field(pattern=REFERENCE), _format("secret-reference")]
"""Where a secret lies, never the secret."""
Line = Annotated[str, Field(pattern=r"^[ !$->@-\]_-~]*$", max_length=200), _format("line")]
"""One line of ASCII without the signs that end a banner or a quotation, or ask for help."""
Asn = Annotated[int, Field(ge=1, le=4294967294)]
Vlan = Annotated[int, Field(ge=1, le=4094)]
Percent = Annotated[int, Field(ge=1, le=100)]


def check_once(kind: str, values: Iterable[object]) -> None:
    """Raise `ValueError` where one of `values`, which are of a `kind`, stands twice."""
    seen = set[object]()
    for value in values:
        if value in seen:
            raise ValueError(f"the {kind} {value} stands twice | give one of the two another")
        seen.add(value)


class Model(BaseModel):
    """Base: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
