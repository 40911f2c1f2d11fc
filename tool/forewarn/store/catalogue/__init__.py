"""From folders to the catalogue, out of the cache where it knows them."""
