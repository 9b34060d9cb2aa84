"""Courier contract files -> `Contract`."""
