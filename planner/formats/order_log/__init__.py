"""Order logs of any length -> orders as compact columns; every row is accounted for."""
