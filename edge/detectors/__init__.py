"""From pixels to what is in them."""
