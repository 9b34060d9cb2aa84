"""The steps that commands are made of: load, forecast, choose levers, make a plan, assign
people.
"""
