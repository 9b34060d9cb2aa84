"""Frozen data and plain arithmetic: no files, no solver, no simulator, no plots."""
