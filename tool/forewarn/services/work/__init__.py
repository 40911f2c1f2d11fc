"""Working for a knowledge base without end, on as many machines as wanted."""
