"""Events: what follows from the difference of two catalogues."""
