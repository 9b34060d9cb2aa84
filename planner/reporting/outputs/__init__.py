"""The workbook and the web page."""
