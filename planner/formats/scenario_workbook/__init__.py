"""A scenario in a workbook: its sheets and columns, read from cells and written for people.

Sheets and columns follow from the schemas that are handed in (`fields`) and one description of the
sheets (`layout`). The reader gives the documents that YAML files would give, with cells as places;
what is valid is decided by those who read documents.
"""
