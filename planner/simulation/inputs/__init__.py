"""What both engines get: orders, routing, attendance, service times, pick-ups."""
