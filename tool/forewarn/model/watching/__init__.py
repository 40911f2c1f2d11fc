"""What is concluded from what the watched places show. Pure: no clock, no I/O."""
