"""What is past, against what the planner would have said: forecasts made at past moments, scored.

What is read of a log or of a scenario (`past_demand`) is kept as counts, never order by order.
"""
