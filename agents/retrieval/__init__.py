"""Retrieval: agents that find a few items among many thousands."""
