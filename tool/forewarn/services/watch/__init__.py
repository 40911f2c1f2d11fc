"""Watching: what the sources show, what of it is news, and a person's answer to it."""
