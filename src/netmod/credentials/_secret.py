"""A secret value that does not end up in logs, errors, reports or caches by accident."""

from __future__ import annotations

import hmac
from typing import NoReturn, final


@final
class Secret:
    """A secret text. It prints as `<secret>`, and only `reveal` gives it away.

    It can be compared, with an effort that does not depend on where the texts differ. It can be
    neither pickled nor hashed: it then would lie in another process or shine through a key.
    """

    __slots__ = ("__value",)
    __hash__ = None  # type: ignore[assignment]  # the way Python marks a type as unhashable

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The value; for the one call that hands it to a device."""
        return self.__value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.__value.encode(), other.reveal().encode())

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __repr__(self) -> str:
        return "<secret>"

    def __format__(self, specification: str) -> str:
        return format(repr(self), specification)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self
