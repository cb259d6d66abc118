"""The simulated world. Pure: no I/O, no clock; time and seeds are arguments.

plan        what a scenario says, as data
polygons    points in polygons, lines of sight over walls
routing     ways around obstacles, as fields of directions
world       the ground that people walk on, built from the plan
movement    pedestrians             agenda     where they want to go
vehicles    what drives             scene      everything that can be seen at one instant
sensing     how sensors err         camera, radar, sound   what each kind of sensor reports
stage       the world in motion     story      what happens on it, again and again
envelope    ids and sequence numbers, the outbox
faults      messages that come late, twice or never
units       the devices             speech     what they say, as messages
simulation  all of it behind one clock
"""
