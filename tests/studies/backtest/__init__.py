"""Tests of the back-test."""
