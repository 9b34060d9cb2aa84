"""A mixed-integer program in sparse blocks, and the only calls of OR-Tools' MILP solvers."""
