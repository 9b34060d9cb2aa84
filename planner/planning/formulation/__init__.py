"""The optimisation model: one family of constraints per module, its inequality in the docstring."""
