"""What a customer has, read from a file of theirs."""
