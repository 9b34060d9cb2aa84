"""Tests of the orders a day that a plan can promise."""
