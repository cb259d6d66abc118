"""The hub: one picture from many sensors, and the right action in time. Start at core/engine.py."""
