"""Named people to the places of a plan with CP-SAT: model, greedy start, objectives in turn."""
