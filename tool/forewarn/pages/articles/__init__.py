"""Pages of articles and known issues."""
