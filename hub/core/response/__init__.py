"""Alerts and orders become commands, under authority, interlocks and a table of states."""
