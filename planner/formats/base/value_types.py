"""Types of values that a file may hold.

Each parses strictly, says in words what it wants, and appears in the schema.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from planner.domain.money import minor_digits, to_minor
from planner.errors import code_point, unprinted
from planner.formats.base.corrections import (
    UNQUOTED,
    meant_currencies,
    meant_dates,
    meant_datetimes,
    meant_times,
    plain_signs,
    write,
)
from planner.formats.base.number_notation import write_instead
from planner.formats.base.yaml_source import UnquotedText

NO_CURRENCY = "XXX"  # ISO 4217: no currency
# Shares typed with three decimals may miss 1 by 0.001 (and the error of their sum); they are then
# scaled to 1.
SUM_TOLERANCE = 1.000001e-3
MOST_MONEY = 1e9  # per figure, in major units: far above any real price, and safe in 64-bit sums
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATETIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_OFFSET = re.compile(r"[0-9](Z|\s*[-+][0-9]{2}:?[0-9]{2})$")
_IN_QUOTES = re.compile(
    r'"(?:[^"]|"")*"'
)  # those of a cell that is quoted twice, which readers take off
LONGEST_NAME = 80  # characters
_JOINERS = "\u200c\u200d"  # part of the spelling of Persian, Hindi and other words
# times the middle of a distribution that its upper percentile may be: no real spread is that wide
WIDEST = 1_000
LEAST_SPREAD = 0.0001  # of coefficients of variation: their squares and inverses stay numbers


class Closed(BaseModel):
    """A mapping whose keys are known: unknown keys and loose types are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class WrongTextError(ValueError):
    """What a text must be; `cure`: what was probably meant, as the end of a message."""

    def __init__(self, words: str, cure: str = "") -> None:
        super().__init__(words)
        self.cure = cure


def wrong(words: str, cure: str = "") -> PydanticCustomError:
    """An error in our own words; `cure`: what to write instead."""
    return PydanticCustomError("planner", "{words}", {"words": words, "cure": cure})


def raise_wrong(errors: Sequence[tuple[tuple[str | int, ...], str]]) -> None:
    """Raise all of a model's own errors at once, if there are any.

    `errors`: (location below the model, message).
    """
    if errors:
        details = [
            InitErrorDetails(type=wrong(words), loc=place, input={}) for place, words in errors
        ]
        raise ValidationError.from_exception_data("", details)


def each_once(values: Any) -> Any:
    """Check that nothing stands twice in a list; what is none passes.

    Parameters
    ----------
    values : list
        Names or dates.

    Returns
    -------
    list
        The same list.
    """
    errors: list[tuple[tuple[str | int, ...], str]] = []
    seen: set[str] = set()
    for i, value in enumerate(values if isinstance(values, list) else []):
        if str(value) in seen:
            errors.append(((i,), f"stands twice: {value}"))
        seen.add(str(value))
    raise_wrong(errors)
    return values


def at_least(field: str, name: str) -> Callable[[float, ValidationInfo], float]:
    """Make a validator: the value is not below that of an earlier field.

    Messages call that field `name`.
    """

    def check(value: float, info: ValidationInfo) -> float:
        lower = info.data.get(field)
        if lower is not None and value < lower:
            raise wrong(f"must be at least the {name} {lower:g}")
        return value

    return check


def at_most_times(field: str, factor: float) -> Callable[[float, ValidationInfo], float]:
    """Make a validator: the value is at most `factor` times that of an earlier field.

    Unless that is 0.
    """

    def check(value: float, info: ValidationInfo) -> float:
        lower = info.data.get(field)
        if lower and value > lower * factor:
            raise wrong(f"must be at most {factor:,.0f} times the {field} {lower:g}")
        return value

    return check


def _not_tiny(value: float) -> float:
    if 0 < value < LEAST_SPREAD:
        raise wrong(f"must be 0, or at least {LEAST_SPREAD}")
    return value


spread = AfterValidator(_not_tiny)


def parse_name(text: str) -> str:
    """A name or label: short, and of characters that print. Raises ValueError with what to do."""
    if not text:
        raise ValueError("must not be empty")
    if text != text.strip():
        raise ValueError("must not begin or end with a blank")
    if len(text) > LONGEST_NAME:
        raise WrongTextError(
            f"must be at most {LONGEST_NAME} characters long", f"it has {len(text)}"
        )
    if _IN_QUOTES.fullmatch(text):
        raise WrongTextError("must not stand in quotation marks", write([text[1:-1]]))
    if text[0] in "“”‘’＂" and text[-1] in "“”‘’＂":
        raise WrongTextError(
            "must not stand in typographic quotation marks", write([plain_signs(text)[1:-1]])
        )
    if hidden := [c for c in unprinted(text) if c not in _JOINERS]:
        raise ValueError(
            "must not hold control characters or others that do not print "
            f"({code_point(hidden[0])})"
        )
    return text


def parse_time(text: str) -> int:
    """`HH:MM` -> seconds after midnight; `24:00` is the end of the day. Raises ValueError."""
    if not _TIME.fullmatch(text):
        raise WrongTextError('must be a time of day such as "20:00"', write(meant_times(text)))
    return int(text[:2]) * 3600 + int(text[3:]) * 60


def parse_date(text: str) -> date:
    """`YYYY-MM-DD` -> date. Raises ValueError."""
    if not _DATE.fullmatch(text):
        raise WrongTextError('must be a date such as "2026-11-10"', write(meant_dates(text)))
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("must be a date that exists") from error


def parse_datetime(text: str) -> datetime:
    """`YYYY-MM-DDTHH:MM[:SS]` (or a blank for the T) -> local date and time. Raises ValueError."""
    if not _DATETIME.fullmatch(text):
        words = 'must be a local date and time such as "2026-11-10T20:00"'
        if _OFFSET.search(text):
            words = (
                "has an offset from UTC; write the local time without it, such as "
                '"2026-11-10T20:00"'
            )
        raise WrongTextError(words, write(meant_datetimes(text)))
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("must be a date and time that exist") from error


def money_minor(amount: float | int, currency: str) -> int:
    """A price in major units -> minor units, exactly. Raises ValueError."""
    if not math.isfinite(amount):
        raise ValueError("must be a finite number")
    if amount < 0:
        raise ValueError("must be at least 0")
    if amount > MOST_MONEY:
        raise ValueError(f"must be at most {MOST_MONEY:,.0f}")
    exact = Decimal(repr(amount))
    minor = to_minor(exact, currency)
    digits = minor_digits(currency)
    if exact.scaleb(digits) != minor:
        raise ValueError(f"must have at most {digits} decimals in {currency}")
    return minor


def stated_currency(stated: Any) -> str:
    """The currency of a file, or the code that was meant.

    So one wrong line does not make every amount wrong.
    """
    return (
        next(iter(meant_currencies(stated)), NO_CURRENCY)
        if isinstance(stated, str)
        else NO_CURRENCY
    )


_MEANT: dict[Any, Callable[[str], list[str]]] = {
    parse_time: meant_times,
    parse_date: meant_dates,
    parse_datetime: meant_datetimes,
}


def _from_text(parse: Any, unquoted_is_wrong: bool = False) -> BeforeValidator:
    """Turn a parser of text into a validator: text is parsed, its own result passes."""

    def validate(value: Any) -> Any:
        if not isinstance(value, str):
            text = [str(value)] if isinstance(value, int | float) else []
            raise wrong(
                "must be text in quotes",
                write(_MEANT[parse](*text) if text and parse in _MEANT else text),
            )
        try:
            parsed = parse(str(value))
        except ValueError as error:
            raise wrong(str(error), getattr(error, "cure", "")) from error
        if unquoted_is_wrong and isinstance(value, UnquotedText):
            raise wrong("must stand in quotes", UNQUOTED)
        return parsed

    return BeforeValidator(validate)


def _validate_money(value: Any, info: ValidationInfo) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong("must be a number" + write_instead(value))
    currency = (info.context or {}).get("currency", NO_CURRENCY)
    try:
        return money_minor(value, currency)
    except ValueError as error:
        raise wrong(str(error)) from error


def _validate_currency(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", text):
        raise WrongTextError(
            "must be three capital letters such as CNY", write(meant_currencies(text))
        )
    if text == "RMB":
        raise WrongTextError("must be a code of ISO 4217", write(["CNY"]))
    return text


Name = Annotated[
    str, _from_text(parse_name), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 80})
]
FileName = Annotated[str, Field(min_length=1, max_length=300)]
Currency = Annotated[
    str, _from_text(_validate_currency), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"})
]
TimeOfDay = Annotated[
    int,
    _from_text(parse_time, unquoted_is_wrong=True),
    WithJsonSchema({"type": "string", "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"}),
]
Day = Annotated[date, _from_text(parse_date), WithJsonSchema({"type": "string", "format": "date"})]
LocalDateTime = Annotated[
    datetime,
    _from_text(parse_datetime),
    WithJsonSchema({"type": "string", "pattern": f"^{_DATETIME.pattern}$"}),
]
Money = Annotated[
    int,
    BeforeValidator(_validate_money),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": MOST_MONEY}),
]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Grade = Annotated[str, Field(max_length=20)]
Note = Annotated[str, Field(max_length=2000)]


def _by_kind(value: Any) -> str | None:
    """Tag of a value that may be a file's name, rows or a mapping."""
    if isinstance(value, str):
        return "(text)"
    if isinstance(value, (list, dict)):
        return "(rows)" if isinstance(value, list) else "(mapping)"
    return None


by_kind = Discriminator(
    _by_kind, custom_error_type="planner", custom_error_message="must be a file name or written out"
)
FileTag = Tag("(text)")
RowsTag = Tag("(rows)")
MappingTag = Tag("(mapping)")
Rows = Annotated[Annotated[FileName, FileTag] | Annotated[list[dict[str, Any]], RowsTag], by_kind]
