"""Steps of the commands: load, forecast, choose levers, make a plan, assign people."""
