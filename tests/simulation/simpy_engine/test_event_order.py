"""Within a tick, late events are handled after all others, in the order of their priorities."""

from __future__ import annotations

from simpy import Environment, Event

from planner.simulation.simpy_engine.event_order import LateEvents


def test_late_events_of_a_tick_come_last_and_by_priority() -> None:
    """Triggered first, a late event is still handled after what is triggered after it."""
    env, seen = Environment(), []

    def note(name: str) -> None:
        seen.append((env.now, name))

    def when(event: Event, name: str) -> None:
        assert event.callbacks is not None
        event.callbacks.append(lambda _: note(name))

    when(LateEvents(env, 2).timeout(5), "second")
    when(LateEvents(env, 1).timeout(5), "first")
    when(env.timeout(5), "normal")
    when(env.timeout(6), "next tick")
    env.run()
    assert seen == [(5, "normal"), (5, "first"), (5, "second"), (6, "next tick")]
