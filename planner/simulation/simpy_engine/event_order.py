"""The order of things within one tick, by SimPy's own event priorities.

Most of what happens in a tick may happen in any order: it is triggered with SimPy's priority
NORMAL. Two things come after all of it: free servers take their next tasks, station after station
along the line, and then carriers collect, site after site.

    late = LateEvents(env, priority=2)
    yield late.timeout(5)    # in 5 ticks, after everything of priority NORMAL or 1 in that tick
"""

from __future__ import annotations

from simpy import Environment, Event
from simpy.events import NORMAL, EventPriority


class LateEvents(Environment):
    """Makes events and timeouts of another environment that are handled late in their tick.

    It has no clock of its own and never runs: only `event` and `timeout` are for use.

    Parameters
    ----------
    env : Environment
        The environment whose clock runs.
    priority : int
        At least 1; of several late events in one tick the lowest priority is handled first.
    """

    def __init__(self, env: Environment, priority: int) -> None:
        super().__init__()
        self.env = env
        self.priority = EventPriority(NORMAL + priority)

    def schedule(self, event: Event, priority: EventPriority = NORMAL, delay: float = 0) -> None:
        """Schedule in the other environment, with the late priority.

        Parameters
        ----------
        event : Event
            A triggered event.
        priority : EventPriority
            Ignored.
        delay : float
            Ticks from now.
        """
        self.env.schedule(event, self.priority, delay)
