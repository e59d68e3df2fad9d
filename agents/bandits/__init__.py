"""Bandits: agents that learn from the reward of the step alone."""
