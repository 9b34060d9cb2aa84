"""Contracts compared before one is signed."""
