"""Bandits: agents that learn from the reward of the step alone.

Those of arms keep an estimate for each item and treat all users alike; contextual ones read the observation. All of them serve a batch of N users with what
they know when the batch comes, and learn from all N at once: with feedback that is late by a batch (Joulani et al., 2013).
"""
