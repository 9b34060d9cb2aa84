"""The routing of a plan as a few rules that a person can type in, and what they keep of it.

What rules decide on, the search for short lists, and their judgement by simulation.
"""
