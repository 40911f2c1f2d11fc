"""Setting up: a new knowledge base, what is wrong with one, its mend, and a look at it."""
