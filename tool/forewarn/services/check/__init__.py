"""Checking a knowledge base, and mending what has one right mend."""
