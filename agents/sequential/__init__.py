"""Agents that read a session as a sequence of clicks, as recommenders that are deployed do."""
