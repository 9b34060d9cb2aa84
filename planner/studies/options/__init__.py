"""Tuned values of the studies' algorithms, as frozen option classes that the manifest prints."""
