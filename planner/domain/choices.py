"""The names a user chooses from: planning methods, simulation engines, languages.

The first of each is the default. The command line reads this file before anything else is loaded,
so it imports nothing of the package.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

RuleOfThumb = Literal["average", "peak", "erlang", "cheapest"]
Method = Literal["joint", RuleOfThumb, "search"]
Engine = Literal["compiled", "simpy"]
Language = Literal["en", "zh"]

RULES_OF_THUMB: Final[tuple[RuleOfThumb, ...]] = get_args(RuleOfThumb)
METHODS: Final[tuple[Method, ...]] = get_args(Method)
ENGINES: Final[tuple[Engine, ...]] = get_args(Engine)
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)  # in the order of the texts
