"""The optimisation model: OR-Tools lives here and nowhere else."""
