"""The hub's face to people: dashboards, the live feed, sign-in, actions, metrics.

needs         what it wants from the rest of the hub, as protocols
frames        frames encoded once, kept for who reconnects    mailbox   the latest for one client
live          the port `Live`: deltas out, answers back
refusals      what, and what to do, as JSON                   throttle  how often one may fail
visitors      who asks: cookie, origin, role                  headers   what every answer says
feed · session · actions · picture · metrics · dashboards     the routes
application   all of it together                              server    its socket and its life
"""
