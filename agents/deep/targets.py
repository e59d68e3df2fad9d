"""Targets of the values: lambda returns in which exploration ends the trace and nobody leaves by chance."""

from __future__ import annotations

import numpy as np


def lambda_returns(
    rewards: np.ndarray,
    staying: np.ndarray,
    values: np.ndarray,
    ended: np.ndarray,
    greedy: np.ndarray,
    *,
    gamma: float,
    trace: float,
) -> np.ndarray:
    """Returns targets (T, N) float32 for the value of what was seen before each step.

    G_t = r_t + gamma * q_t * ((1 - l_t) * W_t + l_t * G_t+1), where q_t is the predicted probability of staying after the step (0 at the horizon) and W_t the
    predicted value of what is seen then if the user stays. l_t is ``trace`` where the next action is greedy, and 0 where it explores, where the rows end, or
    where the session did: Watkins' (1989) cut, since what follows an exploratory action does not tell the value of a greedy one. Whether the user left is in
    none of it, which takes out the larger part of the variance; where they stayed, G_t+1 is told by what came, where they left by W_t.

    Args:
        rewards: (T, N).
        staying: (T, N), q_t.
        values: (T, N), W_t.
        ended: (T, N) bool, whether the session ended with the step.
        greedy: (T, N) bool, whether the action of the step was the greedy one.
        gamma: Discount.
        trace: Lambda, from 0 to 1.
    """
    targets = np.empty(rewards.shape, np.float32)
    following = np.zeros(rewards.shape[1], np.float32)
    last = len(rewards) - 1
    for step in range(last, -1, -1):
        weight = np.zeros_like(following) if step == last else trace * (greedy[step + 1] & ~ended[step])
        mixed = (1.0 - weight) * values[step] + weight * following
        following = rewards[step] + gamma * staying[step] * mixed
        targets[step] = following
    return targets


def sampled_returns(rewards: np.ndarray, ended: np.ndarray, *, gamma: float) -> np.ndarray:
    """Returns the discounted sums of rewards (T, N) float32 from each step to the end of its session, or of the rows: targets before any value is known."""
    targets = np.empty(rewards.shape, np.float32)
    following = np.zeros(rewards.shape[1], np.float32)
    for step in range(len(rewards) - 1, -1, -1):
        following = rewards[step] + gamma * np.where(ended[step], np.float32(0.0), following)
        targets[step] = following
    return targets
