"""Of what a look may still have to tell though nothing changed. It costs nothing to import."""

from __future__ import annotations

from datetime import timedelta

from forewarn.model.sighting import SightingState

# For so long what is late is told; what was late before is no news.
RECENT = timedelta(days=7)
# The sightings of which others of a lockstep may be asked.
NEWS = (SightingState.OPEN, SightingState.ACCEPTED, SightingState.KNOWN)
