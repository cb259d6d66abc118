"""The simulated world. Pure: no I/O, no clock; time and seeds are arguments.

plan        what a scenario says, as data
polygons    points in polygons, lines of sight over walls
routing     ways around obstacles, as fields of directions
world       the ground that people walk on, built from the plan
movement    pedestrians              vehicles   what drives
scene       everything that can be seen at one instant
sensing     how sensors err          camera, radar, sound   what each kind reports
envelope    messages with ids and sequence numbers
faults      messages that come late, twice or never
story       what happens, again and again
simulation  all of it behind one clock
"""
