"""Alerting: what is due is sent, once, and what was sent is kept as long as it is asked for."""
