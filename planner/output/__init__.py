"""The only way to the disk: every command writes its result through here.

`names` and `places` say where a result may go, `earlier` what `--force` may replace, `locks` keeps
two planners apart, `drafts` lets a result appear only when it is complete, `files` writes a single
file. `whole_files` is for what is no result: code and columns kept for later.
"""

from planner.output.drafts import Place, claimed, hidden_name, new_file, new_files, new_folder
from planner.output.earlier import VOLATILE, hashes, sha256
from planner.output.files import copy_into, empty, naming, write_bytes, write_text, writing
from planner.output.names import named
from planner.output.places import FILE, FOLDER, refuse, refuse_inside

__all__ = [
    "FILE",
    "FOLDER",
    "VOLATILE",
    "Place",
    "claimed",
    "copy_into",
    "empty",
    "hashes",
    "hidden_name",
    "named",
    "naming",
    "new_file",
    "new_files",
    "new_folder",
    "refuse",
    "refuse_inside",
    "sha256",
    "write_bytes",
    "write_text",
    "writing",
]
