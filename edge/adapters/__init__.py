"""How messages leave the edge."""
