"""Every sentence and word that a report shows, from codes, in English and Norwegian bokmål.

Each language is one module with the same tables: a reviewer lays the two side by side, and a test
holds that no code and no placeholder is missing. gettext would fall back to English in silence,
which is what a report must never do.
"""

from __future__ import annotations

from typing import get_args

from netmod.reports.texts._texts import Language, Texts, named
from netmod.reports.texts.en import ENGLISH
from netmod.reports.texts.nb import NORWEGIAN

__all__ = ["ENGLISH", "LANGUAGES", "NORWEGIAN", "Language", "Texts", "named", "texts_of"]

LANGUAGES: tuple[Language, ...] = get_args(Language)


def texts_of(language: Language) -> Texts:
    """The texts of a language."""
    return NORWEGIAN if language == "nb" else ENGLISH
