"""Agents for recgym's environments: `agents.load("linucb", env)`.

An agent is given a `recgym.task.Task`, which holds what is public: spaces, items and their features, the meaning of observations and actions. It decides for
many users at once: the first axis of observations, masks and actions is users. Agents of one's own are loaded by their place,
``agents.load("package.module:Class", env)``.
"""

from __future__ import annotations

from agents.agent import Agent, Recommendation, Transitions
from agents.saving import load_saved
from agents.table import AGENTS, agent_class, load

__all__ = ["AGENTS", "Agent", "Recommendation", "Transitions", "agent_class", "load", "load_saved"]
