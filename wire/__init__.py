"""The contract: everything that travels between edges, hub, actuators, teams and dashboards.

quantities  limits of every number and text        ids        ULIDs, random and derived
labels      closed vocabularies                    topics     MQTT addresses as functions
messages    what travels over MQTT                 feed       what travels to dashboards
actions     what an operator may ask               codec      bytes <-> messages, with limits
delivery    the sender's outbox and the receiver's inbox, as pure state machines
geodesy     WGS84 <-> site ENU                     catalogue  topic -> message, for codec and docs

Nothing in here does I/O, reads a clock, draws a random number, logs or awaits.
"""
