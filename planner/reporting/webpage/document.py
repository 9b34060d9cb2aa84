"""A page as one file: its template with style, scripts and data inside, and a policy by which a
browser fetches nothing and runs nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from planner.domain.choices import Language
from planner.reporting.webpage.both import Both, words

FOLDER: Final = Path(__file__).parent
STYLE: Final = "style.css"
CHART_STYLE: Final = "assets/uplot/uPlot.min.css"
PAGE_SCRIPT: Final = "page.js"
CHART_SCRIPTS: Final = ("assets/uplot/uPlot.iife.min.js", "charts.js")
SLIDERS: Final = "what_if.js"
CONTROLS: Final = ("filter_rows", "rows_shown", "sort_by", "chart_help", "choice")


def render(
    template: str,
    *,
    lang: Language,
    title: Both,
    scripts: Sequence[str] = (),
    styles: Sequence[str] = (),
    data: Mapping[str, Any] | None = None,
    pictures_of_server: bool = False,
    **values: Any,
) -> str:
    """Make a page from a template that extends `base.html.j2`.

    Parameters
    ----------
    template : str
        File name of the template in this folder.
    lang : {"en", "zh"}
        Language that is shown first.
    title : Both
        Title of the page.
    scripts : sequence of str
        Scripts after `page.js`, as paths in this folder.
    styles : sequence of str
        Style sheets before `style.css`, as paths in this folder.
    data : mapping, optional
        What the scripts read: plain data.
    pictures_of_server : bool
        Whether the page shows pictures of the server that it comes from.
    **values : object
        Values of the template; texts are escaped.

    Returns
    -------
    str
        The page.
    """
    style = "\n".join(_asset(name) for name in (*styles, STYLE))
    programs = [_asset(name) for name in (PAGE_SCRIPT, *scripts)]
    html = (
        _templates()
        .get_template(template)
        .render(
            lang=lang,
            title=title,
            policy=policy(programs, style) + ("; img-src 'self'" if pictures_of_server else ""),
            style=Markup(style),  # noqa: S704  # ours, from this folder
            scripts=[Markup(program) for program in programs],  # noqa: S704
            data=in_script({"title": title.pair, "texts": _control_texts(), **(data or {})}),
            say=words,
            **values,
        )
    )
    return html + "\n"


def policy(scripts: Iterable[str], style: str) -> str:
    """Content-Security-Policy: these scripts and this style, and nothing from anywhere.

    Parameters
    ----------
    scripts : iterable of str
        The scripts of the page.
    style : str
        Its style.

    Returns
    -------
    str
        The policy.
    """
    programs = " ".join(map(_source, scripts))
    return (
        f"default-src 'none'; script-src {programs}; style-src {_source(style)}; "
        "base-uri 'none'; form-action 'none'"
    )


def in_script(data: Mapping[str, Any]) -> Markup:
    """Data as JSON that no text in it can end or turn into markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704  # no sign of markup is left


def _source(content: str) -> str:
    """How a policy names a script or style by its hash."""
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _control_texts() -> dict[str, list[str]]:
    """Words of the controls that `page.js` adds."""
    return {key: words(f"web_{key}").pair for key in CONTROLS}


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


@lru_cache(maxsize=16)
def _asset(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
