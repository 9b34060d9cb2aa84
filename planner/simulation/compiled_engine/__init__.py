"""The same model as compiled loops over integer tables."""
