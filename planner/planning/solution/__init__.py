"""How the joint model is solved: scenario generation, primal heuristics, bounds."""
