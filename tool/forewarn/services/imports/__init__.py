"""Taking over what others keep lists of."""
