"""Publishing: what happened since, the sites, and putting them in place."""
