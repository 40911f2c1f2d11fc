"""What every page type is given, and where each page lies."""
