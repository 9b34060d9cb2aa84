"""Proof that a finished result follows from its inputs: one module for each kind of check.

All checks start from the inputs kept in the folder.
"""
