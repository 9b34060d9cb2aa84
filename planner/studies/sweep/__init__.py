"""Grids of what-ifs: a plan for every point, on common random numbers, next to each other."""
