"""Conditions raise and clear alerts; people acknowledge, shelve and clear them."""
