"""Named people to shifts with CP-SAT."""
