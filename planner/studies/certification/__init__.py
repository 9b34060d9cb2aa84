"""Plan, simulate, reinforce, trim, certify, learn."""
