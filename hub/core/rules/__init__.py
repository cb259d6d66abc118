"""Tracks, cues and silence become conditions. One rule a file, all in one registry."""
