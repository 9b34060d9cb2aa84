"""Tests of a plan changed while the promotion runs."""
