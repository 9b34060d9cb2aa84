"""The certified plan under what goes wrong: what it still keeps, and what would repair it."""
