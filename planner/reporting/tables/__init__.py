"""The tables of a result folder: their columns, and the tables read back."""
