"""Tables, figures and documents: matplotlib lives here and nowhere else."""

from planner.surroundings import elsewhere

with elsewhere():  # when it is loaded, it reads a file matplotlibrc of the current folder
    import matplotlib  # noqa: F401
