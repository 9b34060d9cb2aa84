"""Tables of text cells, from CSV, Excel and Parquet files and databases, in bounded memory."""
