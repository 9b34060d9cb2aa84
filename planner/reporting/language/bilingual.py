"""A text in both languages of the reports."""

from __future__ import annotations

Bilingual = tuple[str, str]  # in the order of `choices.LANGUAGES`: English, Chinese
