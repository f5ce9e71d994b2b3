"""Devices of a NetBox (4.x), by pynetbox."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_interface
from typing import Any
from urllib.parse import urlsplit

from netmod.errors import InputError, NetmodError, Problem
from netmod.inventory.imports import ImportedDevice

_TIMEOUT = 30.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_FAILURES = "the answer is not what NetBox 4 gives"


def read_netbox(url: str, token: str) -> list[ImportedDevice]:
    """The active devices of the NetBox at `url`; every page of them.

    The token goes nowhere but to this very address, and stands in no error. Raises `InputError`
    for an address that is not safe, `NetmodError` where pynetbox is missing or NetBox refuses.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        message = "a token is sent over https only"
        raise InputError([Problem("--url", 0, message, "write https://…")])
    try:
        import pynetbox  # type: ignore[import-untyped] # it has no types  # noqa: PLC0415
        import requests  # type: ignore[import-untyped,unused-ignore] # noqa: PLC0415
    except ImportError:
        hint = "pip install 'netmod[netbox]'"
        raise NetmodError("pynetbox is not installed", hint=hint) from None
    api = pynetbox.api(url.rstrip("/"), token=token)
    api.http_session = _session(requests, parts.netloc)
    try:
        return _all(api.dcim.devices.filter(status="active"))
    except pynetbox.RequestError as error:
        hint = "check the token and its permissions: it reads dcim.device"
        status = f"{error.req.status_code} {error.req.reason}"
        raise NetmodError(f"NetBox refuses: {status}", hint=hint) from None
    except (pynetbox.ContentError, KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, requests.RequestException):
            raise _unreachable(parts.netloc, error) from None
        raise NetmodError(_FAILURES, hint="check that --url is NetBox's own address") from None
    except requests.RequestException as error:
        raise _unreachable(parts.netloc, error) from None


def _unreachable(host: str, error: Exception) -> NetmodError:
    hint = "check --url, the network and the certificate"
    return NetmodError(f"NetBox at {host} does not answer: {type(error).__name__}", hint=hint)


def _session(requests: Any, netloc: str) -> Any:
    """A session with a time limit, which follows neither redirects nor pages to other hosts."""

    class OneHost(requests.Session):  # type: ignore[misc,unused-ignore] # untyped base
        def request(self, method: str, address: str, **options: Any) -> Any:
            if urlsplit(address).netloc != netloc:
                raise requests.ConnectionError("leads to another host")
            options.setdefault("timeout", _TIMEOUT)
            options["allow_redirects"] = False
            return super().request(method, address, **options)

    return OneHost()


def _all(records: Any) -> list[ImportedDevice]:
    """As many devices as NetBox counts, and at least one: what is cut must not look whole."""
    found = list(_devices(records))
    if len(found) != len(records):
        raise ValueError("as many devices as NetBox counts are expected")
    if not found:
        hint = "check --url and what the token may see"
        raise NetmodError("NetBox shows no active device", hint=hint)
    return found


def _devices(records: Any) -> Iterator[ImportedDevice]:
    for record in records:
        one: dict[str, Any] = dict(record)
        primary = one.get("primary_ip4") or {}
        address = primary.get("address") or ""
        yield ImportedDevice(
            where=f"NetBox device {one['id']}",
            name=one.get("name") or "",
            address=str(ip_interface(address).ip) if address else "",
            platform=_slug(one.get("platform")),
            role=_slug(one.get("role") or one.get("device_role")),
            site=_slug(one.get("site")),
            model=(one.get("device_type") or {}).get("model") or "",
            serial=one.get("serial") or "",
        )


def _slug(part: Any) -> str:
    return str(part["slug"]) if part else ""
