"""Operational state: sightings, events and deliveries; never in Git."""
