"""State to what each role may see.

columns    tracks as packed columns          views      records to views
refusals   refused input, counted            redaction  what a role may not see
picture    what changed, numbered frames
"""
