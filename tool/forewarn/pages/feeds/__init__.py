"""Feeds: what happened, for programs that ask now and then."""
