"""The reference model in SimPy, to be read."""
