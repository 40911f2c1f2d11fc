"""The API: static JSON files and their schemas."""
