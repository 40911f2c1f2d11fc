"""Between bytes and the model: records, Git and the state database."""
