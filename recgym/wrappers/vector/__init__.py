"""The wrappers for recgym's native vector environments, under the names of those for single ones.

For example::

    from recgym.wrappers.vector import MaskInObservation

    envs = MaskInObservation(gym.make_vec("recgym:RecNews-v0", 64))
"""

from recgym.wrappers.vector.mask_in_observation import MaskInObservation
from recgym.wrappers.vector.proto_item import ProtoItem
from recgym.wrappers.vector.slate_item_by_item import SlateItemByItem
from recgym.wrappers.vector.vector_reward import VectorReward

__all__ = ["MaskInObservation", "ProtoItem", "SlateItemByItem", "VectorReward"]
