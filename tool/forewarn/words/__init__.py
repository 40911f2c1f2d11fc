"""What is known in plain English: each sentence once, for the command line, pages and JSON."""
