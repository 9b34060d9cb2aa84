"""The workbook, and the text report of a comparison for a terminal."""
