"""How many orders a day a plan can promise, what limits it, and what to declare to a platform."""
