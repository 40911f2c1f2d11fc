"""Git: reading commits, and writing all or nothing."""
