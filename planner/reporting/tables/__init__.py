"""The tables of a result folder: how they are made, their columns, and the tables read back."""
