"""Running sessions: the compiled step, the population of users, and the two environment classes."""
