"""The warehouses as a discrete-event simulation: SimPy is imported only here."""
