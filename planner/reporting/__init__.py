"""Tables, figures and documents: matplotlib is imported only here."""

import logging

from planner.environment import elsewhere

logging.getLogger("matplotlib").setLevel(
    logging.ERROR
)  # in a read-only home it would advise on its own settings

with elsewhere():  # when it is loaded, it reads a file matplotlibrc of the current folder
    import matplotlib  # noqa: F401
