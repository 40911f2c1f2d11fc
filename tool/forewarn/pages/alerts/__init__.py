"""Who was told of what, for staff."""
