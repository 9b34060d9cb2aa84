"""The workbook, the web page, and the text report of a comparison for a terminal."""
