"""Texts in both languages of a page: the reader switches between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup, escape

from planner.reporting.language.bilingual import Bilingual
from planner.reporting.language.texts import TEXTS
from planner.reporting.pages.page_context import PageContext


@dataclass(frozen=True, slots=True)
class Both:
    """The same in English and in Chinese; a template shows it escaped, and once where both are
    equal.
    """

    en: str
    zh: str

    def __html__(self) -> Markup:
        """As it stands in a page: style.css shows the language that was chosen."""
        if self.en == self.zh:
            return escape(self.en)
        return Markup('<span lang="en">{}</span><span lang="zh">{}</span>').format(self.en, self.zh)

    @property
    def pair(self) -> list[str]:
        """Both texts, for the scripts of a page."""
        return [self.en, self.zh]


def words(key: str) -> Both:
    """A sentence of `TEXTS` that has no values to fill in."""
    return Both(*TEXTS[key])


def same(text: str) -> Both:
    """What is written alike in both languages."""
    return Both(text, text)


def picked(text: Bilingual) -> Both:
    """A declared text in both languages."""
    return Both(*text)


@dataclass(frozen=True, slots=True)
class Bilinguals:
    """A run as both languages read it, in English and in Chinese."""

    contexts: tuple[PageContext, PageContext]

    def say(self, write: Callable[[PageContext], str]) -> Both:
        """What a function says, asked once for each language."""
        en, zh = (write(context) for context in self.contexts)
        return Both(en, zh)

    def sentences(self, write: Callable[[PageContext], list[str]]) -> list[Both]:
        """The sentences that a function gives, in both languages."""
        en, zh = (write(context) for context in self.contexts)
        return [Both(a, b) for a, b in zip(en, zh, strict=True)]

    @property
    def one(self) -> PageContext:
        """One of the two, for what has no words."""
        return self.contexts[0]
