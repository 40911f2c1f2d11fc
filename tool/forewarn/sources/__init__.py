"""Sources: the places that are watched. Each type is one file; it returns what it saw."""
