"""Scans to tracks. Each module imports only upstream.

camera       image <-> ground                      kalman       predict, update, late data too
measurement  detections on the ground              gating       which could belong together
lifecycle    how sure that it exists               association  which do, so that all fits best
labelling    what it is                            bearing      directions without a range
tracks       the arrays                            duplicates   two tracks of one thing
tracker      one scan in, tracks touched out       coverage     which ground is looked at

Coverage rests on: walls (what buildings hide), sight (what one sensor sees), detection_rate (what
of that is learnt), watch (whether it looks now), zone_sight and coverage_map (what all see).
"""
