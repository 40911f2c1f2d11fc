"""What search needs of each page."""
