"""The warehouses as a discrete-event simulation: SimPy lives here and nowhere else."""
