"""Shipped scenarios and rule packs.

They lie in `templates/` of an installed planner, in `configs/` of a checkout.
"""

from __future__ import annotations

import re
from pathlib import Path

from planner.errors import Finding, InputError
from planner.output import new_folder, write_bytes, write_text

STRESSES = "stress.yaml"  # of any scenario that has no catalogue of its own


def configs_folder() -> Path:
    """Where the shipped scenarios and rule packs are."""
    package = Path(__file__).resolve().parents[2]
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "configs"


def names() -> list[str]:
    """Names of the templates: the folders that hold a scenario."""
    return sorted(p.parent.name for p in configs_folder().glob("*/scenario.yaml"))


def title(name: str, lang: str = "en") -> str:
    """First comment line of a template's scenario in a language (`# zh: ...` for Chinese)."""
    return first_comment(
        (configs_folder() / name / "scenario.yaml").read_text(encoding="utf-8"), lang
    )


def first_comment(text: str, lang: str = "en") -> str:
    """The first comment of a YAML text in a language; Chinese falls back to English."""
    comments = [line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("#")]
    chinese = [c.removeprefix("zh:").strip() for c in comments if c.startswith("zh:")]
    english = [c for c in comments if not c.startswith("zh:")]
    return next(iter([*(chinese if lang == "zh" else []), *english]), "")


def copy(name: str, destination: Path, lang: str = "en") -> list[Path]:
    """Copy a template to a folder that does not exist yet or is empty.

    Parameters
    ----------
    name : str
        Name of the template.
    destination : Path
        The new folder.
    lang : str
        Comments that stay: those marked `# zh:` for Chinese, `# en:` for English.

    Returns
    -------
    list of Path
        The files, sorted.

    Raises
    ------
    InputError
        For an unknown template.
    PlannerError
        When the destination holds something or cannot be used.
    """
    if name not in names():
        raise InputError(
            [Finding("--template", 0, 0, "", f'no template "{name}"; known: {", ".join(names())}')]
        )
    with new_folder(destination, force=None) as folder:
        template = configs_folder() / name
        sources = {p.relative_to(template): p for p in template.rglob("*") if p.is_file()}
        sources.setdefault(Path(STRESSES), configs_folder() / STRESSES)
        for relative, source in sorted(sources.items()):
            target = folder / relative
            if source.suffix == ".yaml":
                write_text(target, _in_language(source.read_text(encoding="utf-8"), lang))
            else:
                write_bytes(target, source.read_bytes())
    return sorted(p for p in destination.rglob("*") if p.is_file())


def _in_language(text: str, lang: str) -> str:
    """Keep comments marked with the language, drop those of the other one, and remove the mark."""
    kept = []
    for line in text.splitlines():
        mark = re.match(r"\s*#\s*(zh|en):\s?", line)
        if mark and mark.group(1) != lang:
            continue
        kept.append(re.sub(r"#\s*(zh|en):\s?", "# ", line, count=1) if mark else line)
    return "\n".join(kept) + "\n"
