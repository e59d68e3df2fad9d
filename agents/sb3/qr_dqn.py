"""QR-DQN of sb3-contrib, with a two-tower network: the distribution of what follows, and not only its mean."""

from __future__ import annotations

from typing import Any

import torch
from sb3_contrib import QRDQN
from sb3_contrib.qrdqn.policies import QRDQNPolicy, QuantileNetwork
from torch import nn

from agents.sb3.agents import ValueAgent
from agents.sb3.epsilon_greedy import ExploresByRow
from agents.sb3.two_tower import MadeOfTowers, MaskedScores, PublicFeatures, Towers
from recgym.core.arguments import whole_number


class TwoTowerQuantileNetwork(QuantileNetwork):
    """Quantiles of the values of items."""

    def __init__(self, *arguments: Any, towers: Towers, **kwargs: Any) -> None:
        """See `TwoTowerQRDQNPolicy`."""
        super().__init__(*arguments, **kwargs)
        assert isinstance(self.features_extractor, PublicFeatures)
        state_size = self.features_dim - self.features_extractor.mask_size
        scores = MaskedScores(towers.scores(state_size, self.n_quantiles), state_size)
        self.quantile_net = nn.Sequential(scores)


class TwoTowerQRDQNPolicy(MadeOfTowers, QRDQNPolicy):
    """Quantiles of the values of items for QR-DQN; arguments are those of `agents.sb3.two_tower.MadeOfTowers`."""

    def make_quantile_net(self) -> QuantileNetwork:
        """Makes the network, or its target."""
        arguments: dict[str, Any] = self._update_features_extractor(self.net_args, features_extractor=None)
        return TwoTowerQuantileNetwork(**arguments, towers=self.towers).to(self.device)


class EpsilonGreedyQRDQN(ExploresByRow, QRDQN):
    """QR-DQN whose rows explore by themselves."""


class QRDQNAgent(ValueAgent):
    """Quantile regression DQN (Dabney et al., 2018): learns ``n_quantiles`` quantiles of what follows each item, and shows the one with the largest mean.

    Cost: that of DQN, with ``n_quantiles`` times the scores.
    """

    algorithm = EpsilonGreedyQRDQN
    network_class = TwoTowerQRDQNPolicy

    def prepare(self, *, n_quantiles: int = 25, **options: Any) -> None:
        """See the class."""
        self._n_quantiles = whole_number("n_quantiles", n_quantiles, 2)
        super().prepare(**options)

    @property
    def scores_per_item(self) -> int:
        """See `agents.sb3.agents.StableBaselinesAgent.scores_per_item`: the quantiles."""
        return self._n_quantiles

    def _policy_options(self) -> dict[str, Any]:
        return super()._policy_options() | {"n_quantiles": self._n_quantiles}

    def network_parts(self) -> tuple[nn.Module, nn.Module]:
        """See `agents.sb3.agents.StableBaselinesAgent.network_parts`."""
        return self.network.quantile_net.features_extractor, self.network.quantile_net.quantile_net

    def _scores(self, observations: Any) -> torch.Tensor:
        scores: torch.Tensor = self.network.quantile_net(observations).mean(dim=1)
        return scores
