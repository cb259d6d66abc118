"""Looking back: figures, the shift's sheet and reports. Nothing of the live chain imports it."""
