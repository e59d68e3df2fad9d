"""Stable-Baselines3 on recgym's native vector environment."""
