"""Programs beside the sensors: they turn what a sensor sees into messages, and nothing else leaves.

core       pure: perspective, motion, tracklet, view_health, rate, report
detectors  pixels to people and view statistics (OpenCV)
sources    where frames come from: files, streams, devices
adapters   connection, publisher, spool, heartbeat: how messages leave, and wait until they can
agent      joins them for one camera        check  what the installer sees        cli  parses
"""
