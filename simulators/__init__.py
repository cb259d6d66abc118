"""Simulated sites: a seeded world, its sensors and its actuators, that speak only MQTT.

core/      PURE, time and seed are arguments: plan, world, movement, sensing, story, simulation
scenario   a scenario's files -> the plan, with errors that name file and line
actuators  what simulated gates, bollards, sirens and signs do with a command
machines   what each kind of them can do, and how it goes wrong     contact  whether it has the hub
teams      field teams that take tasks, walk there and say how far they are
player     drives a simulation on the clock, over real MQTT     link  one device's connection
loads      a generator of scans for benchmarks                  cli   the command line
"""
