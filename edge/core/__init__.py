"""The pure parts of an edge agent: no I/O, no clock, no randomness."""
