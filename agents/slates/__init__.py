"""Slates: agents that learn what each of several items that are shown together is worth."""
