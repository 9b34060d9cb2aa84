"""Late orders of a real log: whose fault each is by contract, and what can be asked back."""
