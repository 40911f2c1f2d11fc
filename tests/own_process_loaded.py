"""Importing this loads all of forewarn; see `own_process`."""

from own_process import load_all

load_all()
