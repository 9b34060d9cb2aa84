"""Two finished results side by side: inputs, settings, decisions and outcomes that differ.

`side` reads one result and says which of its files are as they were written; each other module
compares one subject of two sides; `compare` is the whole comparison.
"""
