"""Recording, shipping, correcting and withdrawing: each is one commit of its own files."""
