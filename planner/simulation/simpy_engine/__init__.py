"""The reference model in SimPy, to be read: `warehouse`, `site_line`, `station`, `event_order`.

Two things differ from a tutorial. Servers are not a `simpy.Resource`: a resource grants a request
at once, and here the fastest idle server must get the most urgent order after everything else in
the tick, so `Station.dispatch` decides. And a break is not an interrupt: when a task is done
follows from the breaks of its server (`Servers.done_at`), and the server waits once. Both engines
therefore give every order the same tick.
"""
