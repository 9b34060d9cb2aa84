"""The result of an import: its log is not kept, so its files are compared by hash alone."""

from __future__ import annotations

from pathlib import Path

from planner.documents.files import damaged, read_text
from planner.documents.reading import MOST_BYTES
from planner.documents.strict_json import parse_json
from planner.errors import ConflictError
from planner.studies.runs.manifest import result_files
from planner.studies.runs.seal import changed_files, odd_in_words
from planner.studies.verification.proof import CheckResult, Proof

IMPORTED = "summary.json"


def verify_import(folder: Path) -> Proof:
    """Check the hashes of all files that `summary.json` lists.

    Raises
    ------
    InputError
        The summary cannot be read.
    ConflictError
        It lists no files.
    """
    content, found = parse_json(read_text(folder, IMPORTED, MOST_BYTES), folder / IMPORTED)
    if found:
        raise damaged(folder, found)
    listed = content.get("outputs") if isinstance(content, dict) else None
    if not isinstance(listed, dict):
        raise ConflictError(
            f"{folder}: an import without hashes: there is nothing to prove; import the log again"
        )
    wrong = odd_in_words(folder) + changed_files(
        folder, listed, set(result_files(folder)) - {IMPORTED}, "import"
    )
    proof = Proof(not_proved=["anything else: the log it was made from is not kept"])
    proof.add(
        "hashes", CheckResult(wrong, [f"{len(listed)} files are as they were written (SHA-256)"])
    )
    proof.checks["hashes"] = len(listed)
    return proof
