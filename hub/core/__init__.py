"""The pure heart: messages and moments in, effects out. Each module imports only upstream.

site -> fusion -> rules -> alerts -> response -> picture -> engine
"""
