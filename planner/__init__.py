"""Promotion capacity planner: stock, packing staff and courier contracts, decided together,
simulated and certified.
"""

__version__ = "0.1.0"
