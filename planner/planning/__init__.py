"""The optimisation model: OR-Tools is imported only here."""
