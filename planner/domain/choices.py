"""What a user chooses from: methods, engines, languages, parts of a run by name; how much work.

The first method, engine and language is the default. The command line reads this file before
anything else is loaded, so it imports nothing of the package.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

RuleOfThumb = Literal["average", "peak", "erlang", "cheapest"]
Method = Literal["joint", RuleOfThumb, "search"]
Engine = Literal["compiled", "simpy"]
Language = Literal["en", "zh"]
ReportFormat = Literal["pdf", "png", "xlsx", "html"]
Addition = Literal["search"]  # of a run, only when asked for
Part = Literal[
    "baselines", "contracts", "clauses", "breakevens", "rules", "hindsight", "stress", "whatif"
]

RULES_OF_THUMB: Final[tuple[RuleOfThumb, ...]] = get_args(RuleOfThumb)
METHODS: Final[tuple[Method, ...]] = get_args(Method)
ENGINES: Final[tuple[Engine, ...]] = get_args(Engine)
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)  # in the order of the texts
REPORT_FORMATS: Final[tuple[ReportFormat, ...]] = get_args(ReportFormat)
ADDITIONS: Final[tuple[Addition, ...]] = get_args(Addition)
PARTS: Final[tuple[Part, ...]] = get_args(Part)  # of a run, that may be left out

MOST_EFFORT = MOST_REPLICATIONS = 1_000_000
MOST_SECONDS = 1e9  # some thirty years
