"""Frozen objects and the rules about them: no I/O, no clock, standard library only."""
