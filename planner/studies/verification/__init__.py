"""Proof of a finished result: one module for each kind of check.

All checks start from the inputs kept in the folder.
"""
