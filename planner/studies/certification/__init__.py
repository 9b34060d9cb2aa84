"""Plan, simulate, learn, trim, certify."""
