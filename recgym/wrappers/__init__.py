"""Wrappers: other shapes of action, observation and reward. `recgym.wrappers.vector` has the same for vector environments.

* `SlateItemByItem`: a slate is placed item by item, for algorithms that choose one of I actions.
* `ProtoItem`: an action is a point in the space of item vectors; the nearest available item is shown, for algorithms with continuous actions.
* `MaskInObservation`: what is available is part of the observation, under names to choose.
* `VectorReward`: the reward is the vector of the signals, for algorithms with several objectives.

They go around single environments of recgym's, beneath or above Gymnasium's own wrappers::

    env = MaskInObservation(SlateItemByItem(gym.make("RecNewsSlate-v0")))
"""

from recgym.wrappers.mask_in_observation import MaskInObservation
from recgym.wrappers.proto_item import ProtoItem, nearest_items
from recgym.wrappers.slate_item_by_item import SlateItemByItem, slate_policy
from recgym.wrappers.vector_reward import VectorReward

__all__ = [
    "MaskInObservation",
    "ProtoItem",
    "SlateItemByItem",
    "VectorReward",
    "nearest_items",
    "slate_policy",
]
