"""The contract: everything that travels between edges, hub, actuators, teams and dashboards.

quantities  limits of every number and text        labels     closed vocabularies
messages    what travels over MQTT                 feed       what travels to dashboards
actions     what an operator may ask               ids        ULIDs, of an instant and derived
catalogue   which message on which topic, how      topics     MQTT addresses as functions
columns     track columns <-> rows                 codec      bytes <-> messages, with limits
delivery    the sender's outbox and the hub's inbox, as pure state machines
geodesy     WGS84 <-> metres of the site
schema      JSON Schema and AsyncAPI texts         typescript the dashboards' types, as a text

Nothing in here does I/O, reads a clock, draws a random number, logs or awaits.
"""
