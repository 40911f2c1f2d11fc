"""Pages of what works with what."""
