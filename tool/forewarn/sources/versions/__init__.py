"""Finding the version that an entry of a watched place speaks of."""
