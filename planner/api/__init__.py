"""The Python interface: the studies behind the commands as functions that write no files."""
