"""How many cases of a study tables are kept of.

A study simulates and prices many variants of a problem in turn, and all of them again in every
replication: tables of fewer would never be found again.
"""

CASES_KEPT = 512
