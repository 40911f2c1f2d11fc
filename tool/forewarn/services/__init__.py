"""Use cases: each command calls one of these. No Click, no printing."""
