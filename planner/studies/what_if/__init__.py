"""The certified plan under other demand, attendance, pick-ups and promises: a grid of points, each
simulated on the same random numbers, between which the web page interpolates.
"""
