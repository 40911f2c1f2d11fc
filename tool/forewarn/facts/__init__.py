"""Facts as JSON, once for all: the command line, the API and whatever serves them."""
