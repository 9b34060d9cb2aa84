"""Proof of a finished result: one module for each kind of check, all of them from the inputs kept
in the folder.
"""
