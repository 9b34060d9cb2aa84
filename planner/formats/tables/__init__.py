"""Tables of text cells, from CSV and Excel files, in bounded memory."""
