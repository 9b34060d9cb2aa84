"""A scenario's folder into a workbook and back: plain data out of files, and files out of it."""
