"""Simulation optimisation, a method to compare the joint plan with."""
