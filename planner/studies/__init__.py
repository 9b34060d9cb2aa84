"""Joins forecasting, planning, simulation and rating: what the commands call."""
