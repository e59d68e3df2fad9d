"""Outcome-conditioned approximate policy iteration by regression: an agent that plans, and the same one without planning."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, NamedTuple

import numpy as np
import torch

from agents.agent import BY_ITEM_NUMBERS, Transitions
from agents.deep.exploration import Exploration
from agents.deep.history import Histories, read_histories
from agents.deep.network import OutcomeNetwork, States
from agents.deep.regression import fit_once, goals_of
from agents.deep.rollout import Step, experience_of
from agents.deep.targets import lambda_returns, sampled_returns
from agents.networks.network_agent import NetworkAgent
from agents.training import first_step, training_env
from recgym.core.arguments import real_number, unknown_name, whole_number
from recgym.task.choosing import best_items, random_items

_FIRST_SIGNALS = ("click", "like")
"""Signals whose heads come first; what follows is told by the click."""
_SIDE_SIGNALS = ("diversity",)
"""Signals that tell of the list and not of the item: they have a head only if they are rewarded."""
_LARGEST, _SCALE, _ITERATIONS = "largest", "value_scale", "iterations"
"""Names of what is saved beside the network."""
_PAIRS_AT_ONCE = 1_000_000
"""Users times items that are scored at a time."""


class _Seen(NamedTuple):
    """What was seen before a step, and made of it."""

    histories: Histories
    staying: np.ndarray
    values: np.ndarray
    greedy: np.ndarray


class _Training:
    """What a call of `fit` needs to remember."""

    def __init__(self, vector_steps: int, done: int, exploration: Exploration) -> None:
        self.vector_steps = vector_steps
        self.done = done
        self.exploration = exploration
        self.seen: _Seen | None = None
        self.steps: list[Step] = []


class PolicyIterationAgent(NetworkAgent):
    """Learns what follows each outcome by regression, and shows the item with the largest predicted reward and value of what follows.

    Approximate policy iteration (Bertsekas and Tsitsiklis, 1996): N users are shown what the network thinks best, some of it to explore; after
    ``rollout_length`` steps the network is fitted once to all that was seen; and so on. The score of item i in state s is

        r(s, i) + gamma * (p F1(s, i) + (1 - p) F0(s, i)),      r(s, i) = sum_k w_k m_ki sigmoid(o_k(s, i)),

    p being the probability of a click, F1 and F0 the values of what follows a click and none, w_k the weight of signal k in the reward, m_ki the largest that
    signal k was seen to be for item i, and o_k its head in the network (`agents.deep.network`). Every target is a probability or an expected
    value: F1 and F0 are fitted to (1 - l(s')) W(s'), where s' is what is seen next, l(s') the predicted probability that the user leaves there, and W(s') the
    predicted value if not; W to lambda returns which hold no luck of leaving (`agents.deep.targets`): it is a large part of the variance of a sampled
    return, and says nothing of the action. Only the heads of what was shown are fitted, so a batch costs the same with any number of items.

    A slate holds the items of the largest scores. It is learned from item by item (as Ie et al., 2019, take slates apart): the signals are those of the item
    that was attended to, F1 is fitted for the item that was clicked, F0 for all of a slate in which none was.

    It wants thousands of users at once: a regression sees each of ``num_envs * rollout_length`` steps once. It remembers what its observations hold, the
    last items by number: ``observation="ids", sequence_length=64``. With ``observation="state_ids"`` the network reads what is hidden of the users, too, which tells
    what knowing it would be worth. Rewards must be the weighted sum of signals that are not negative.

    Args:
        gamma: Discount, from 0 to 1. Sessions end by themselves and ``time_left`` is seen, so 1 is no harm.
        trace: Lambda, from 0 to 1, of the targets of W.
        epsilon: Probability of an item at random in training.
        phase_rate: Probability that a session of training begins with a phase of coherent exploration (`agents.deep.exploration`).
        phase_length: Mean number of steps of a phase, at least 1.
        phase_strength: How far a phase outweighs the scores, in standard deviations of them.
        phase_share: Share of the users of training that have phases, from 0 to 1.
        random_rollouts: So many of the first rollouts show items at random, at least 1.
        rollout_length: Steps of every user between two regressions, at least 1.
        batch_size: States per gradient step.
        learning_rate: Of Adam, at first.
        learning_rate_end: It falls linearly to this.
        value_weight: Weight of the squared error of W in the loss.
        hidden: Units of each of the three layers.
        embedding_size: Width in which users and items meet.
        bag_size: Columns of a bag of what was shown.
        decay: Weight of an item of the session in the bag of what is recent falls by this with each step.
    """

    observes: ClassVar[Mapping[str, Any]] = BY_ITEM_NUMBERS
    reads_hidden: ClassVar[bool] = True
    scores_by_memory: ClassVar[bool] = False
    network: OutcomeNetwork

    def prepare(
        self,
        *,
        gamma: float = 1.0,
        trace: float = 0.8,
        epsilon: float = 0.1,
        phase_rate: float = 0.35,
        phase_length: float = 16.0,
        phase_strength: float = 3.0,
        phase_share: float = 0.5,
        random_rollouts: int = 2,
        rollout_length: int = 32,
        batch_size: int = 2048,
        learning_rate: float = 0.004,
        learning_rate_end: float = 0.00008,
        value_weight: float = 0.1,
        hidden: int = 128,
        embedding_size: int = 32,
        bag_size: int = 64,
        decay: float = 0.85,
    ) -> None:
        """See the class."""
        task = self.task
        if not task.layout.by_number:
            raise ValueError(
                f"{self.name} remembers items by their numbers, and this environment has observation={task.observation!r}: make it with "
                f"{', '.join(f'{key}={value!r}' for key, value in self.observes.items())}"
                f"{'; the state with item numbers is state_ids.' if task.layout.privileged else '.'}"
            )
        self._gamma = real_number("gamma", gamma, 0.0, 1.0)
        self._trace = real_number("trace", trace, 0.0, 1.0)
        self._epsilon = real_number("epsilon", epsilon, 0.0, 1.0)
        self._phases = {
            "phase_rate": real_number("phase_rate", phase_rate, 0.0, 1.0),
            "phase_length": real_number("phase_length", phase_length, 1.0, np.inf),
            "phase_strength": real_number("phase_strength", phase_strength, 0.0, np.inf),
            "phase_share": real_number("phase_share", phase_share, 0.0, 1.0),
        }
        self._random_rollouts = whole_number("random_rollouts", random_rollouts, 1)
        self._rollout_length = whole_number("rollout_length", rollout_length, 1)
        self._batch_size = whole_number("batch_size", batch_size, 1)
        self._learning_rate = real_number("learning_rate", learning_rate, 0.0, np.inf, above=True)
        self._learning_rate_end = real_number(
            "learning_rate_end", learning_rate_end, 0.0, self._learning_rate
        )
        self._value_weight = real_number("value_weight", value_weight, 0.0, np.inf)
        weights = dict(zip(task.signal_names, task.weights.tolist(), strict=True))
        others = [
            name
            for name in task.signal_names
            if name not in _FIRST_SIGNALS and (weights[name] != 0.0 or name not in _SIDE_SIGNALS)
        ]
        self._signals = (*_FIRST_SIGNALS, *others)
        self._weights = [weights[name] for name in self._signals]
        self.set_network(
            OutcomeNetwork,
            self._learning_rate,
            task,
            len(self._signals),
            betas=(0.9, 0.99),
            hidden=whole_number("hidden", hidden, 1),
            embedding_size=whole_number("embedding_size", embedding_size, 1),
            bag_size=whole_number("bag_size", bag_size, 2),
            decay=real_number("decay", decay, 0.0, 1.0),
        )
        self._seen_largest = np.zeros((len(self._signals), task.num_items), np.float32)
        self._largest = np.ones_like(self._seen_largest)
        self._value_scale = 1.0
        self._iterations = 0
        self._training: _Training | None = None

    def act(self, observations: Any, masks: np.ndarray | None = None, *, explore: bool = False) -> np.ndarray:
        """See `agents.agent.Agent.act`. Phases of exploration belong to the sessions of a training; else ``explore`` shows items at random, with epsilon."""
        available = self.available(self.task.layout.batch_size(observations), masks)
        histories = read_histories(self.task, observations, available)
        if explore and self._training is not None and self._training.exploration.size == len(available):
            return self._act_in_training(self._training, histories, available)
        scores = self.scores(observations, available, False)
        items = best_items(np.where(available, scores, -np.inf), self.task.slate_size)
        if explore:
            random = self.generator.random(len(items)) < self._epsilon
            items[random] = random_items(available[random], self.task.slate_size, self.generator)
        return items

    def scores(self, observations: Any, available: np.ndarray, explore: bool) -> np.ndarray:
        """See `agents.agent.Agent.scores`: predicted reward, and the value of what follows."""
        histories = read_histories(self.task, observations, available)
        with torch.no_grad():
            scores, _ = self._all_scores(self.network(histories), histories)
        return scores

    @contextmanager
    def around_training(self, env: Any, steps: int, resume: bool) -> Iterator[None]:
        """See `agents.agent.Agent.around_training`. When `fit` is called again, the learning rate begins anew, and there are no random rollouts.

        What was seen since the last regression is not saved: a training that goes on has lost it.
        """
        vector = training_env(env, self, steps)
        start = first_step(self, steps, resume)
        exploration = Exploration(
            self.task.vectors, len(self._signals), vector.num_envs, epsilon=self._epsilon, **self._phases
        )
        rows = vector.num_envs
        self._training = _Training(-(-steps // rows), -(-start // rows), exploration)
        try:
            with super().around_training(env, steps, resume):
                yield
        finally:
            self._training = None

    def begin(self, rows: np.ndarray) -> None:
        """See `agents.agent.Agent.begin`."""
        if self._training is not None:
            self._training.exploration.begin(rows)

    def learn(self, transitions: Transitions) -> None:
        """See `agents.agent.Agent.learn`. It learns from what came of its own actions, in `fit`."""
        training = self._training
        if training is None or training.seen is None:
            return
        seen, training.seen = training.seen, None
        signals = self._signals_of(transitions)
        ended = transitions.terminated | transitions.truncated
        rows = np.flatnonzero(ended)
        last = self._histories_after(transitions, rows)
        staying, values = self._outlook(last)
        training.steps.append(
            Step(
                *seen[:3],
                items=transitions.shown,
                rewards=np.asarray(transitions.rewards, np.float32),
                signals=_by_place(signals, transitions),
                greedy=seen.greedy,
                ended=ended,
                last=last,
                left=transitions.terminated[rows],
                last_staying=staying * ~transitions.truncated[rows],
                last_values=values,
            )
        )
        training.done += 1
        if len(training.steps) == self._rollout_length or training.done == training.vector_steps:
            staying, values = self._outlook(self._histories_after(transitions, np.arange(len(ended))))
            self._regress(training, staying, values)
            training.steps = []

    def state_dict(self) -> dict[str, np.ndarray]:
        """See `agents.agent.Agent.state_dict`."""
        return super().state_dict() | {
            _LARGEST: self._seen_largest.copy(),
            _SCALE: np.array(self._value_scale),
            _ITERATIONS: np.array(self._iterations),
        }

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """See `agents.agent.Agent.load_state_dict`."""
        super().load_state_dict(state)
        if state[_LARGEST].shape != self._seen_largest.shape:
            raise ValueError(
                f"signals of shape {state[_LARGEST].shape}, but the task has {self._seen_largest.shape}"
            )
        self._seen_largest = np.array(state[_LARGEST])
        self._value_scale = float(state[_SCALE])
        self._iterations = int(state[_ITERATIONS])
        self._fill_largest()

    def _all_scores(self, states: States, histories: Histories) -> tuple[np.ndarray, torch.Tensor | None]:
        """Returns what `_scores` does, made for few enough users at a time to fit into memory; heads only if one time was enough."""
        size, rows = len(histories.items), max(1, _PAIRS_AT_ONCE // self.task.num_items)
        if size <= rows:
            return self._scores(states, histories)
        parts = [slice(first, first + rows) for first in range(0, size, rows)]
        return np.concatenate(
            [self._scores(states.rows(part), histories.rows(part))[0] for part in parts]
        ), None

    def _scores(self, states: States, histories: Histories) -> tuple[np.ndarray, torch.Tensor]:
        """Returns the scores (N, I) of all items, and the heads (K + 2, N, I) that they are made from."""
        heads = self.network.of_all_items(states, histories)
        click = heads[0].sigmoid()
        scores = torch.zeros_like(click)
        for place, weight in enumerate(self._weights):
            if weight != 0.0:
                share = heads[place].sigmoid() if place else click
                scores += weight * torch.from_numpy(self._largest[place]) * share
        if self._gamma > 0.0:
            after_none, after_click = heads[len(self._signals) :]
            following = torch.lerp(after_none, after_click, click)
            scores.add_(following, alpha=self._gamma * self._value_scale)
        return scores.numpy(), heads

    def _act_in_training(
        self, training: _Training, histories: Histories, available: np.ndarray
    ) -> np.ndarray:
        """Chooses items, and remembers what `learn` needs."""
        with torch.no_grad():
            states = self.network(histories)
            staying, values = self._outlook_of(states)
            if self._iterations < self._random_rollouts:
                items = random_items(available, self.task.slate_size, self.generator)
                exploring = np.zeros(len(items), np.bool_)
            else:
                scores, heads = self._all_scores(states, histories)

                def expected(rows: np.ndarray) -> np.ndarray:
                    if heads is None:
                        some = self.network.of_all_items(states.rows(rows), histories.rows(rows))
                    else:
                        some = heads[:, torch.from_numpy(rows)]
                    shares = some[: len(self._signals)].sigmoid().numpy()
                    return shares * self._largest[:, None]

                items, exploring = training.exploration.choose(
                    scores, available, expected, self.generator, self.task.slate_size
                )
        training.seen = _Seen(histories, staying, values, ~exploring)
        return items

    def _outlook(self, histories: Histories) -> tuple[np.ndarray, np.ndarray]:
        """Returns the predicted probability of staying (N,) and the value (N,) if they stay."""
        with torch.no_grad():
            return self._outlook_of(self.network(histories))

    def _outlook_of(self, states: States) -> tuple[np.ndarray, np.ndarray]:
        log_odds, values = self.network.leaving_and_value(states)
        return (-log_odds).sigmoid().numpy(), (values * self._value_scale).numpy()

    def _histories_after(self, transitions: Transitions, rows: np.ndarray) -> Histories:
        some = {name: part[rows] for name, part in transitions.next_observations.items()}
        return read_histories(self.task, some, transitions.next_masks[rows])

    def _signals_of(self, transitions: Transitions) -> np.ndarray:
        """Returns the signals (K, N) float32, checked: the reward must be their weighted sum, and none may be negative.

        Raises:
            ValueError: if not.
        """
        signals = np.stack([transitions.signals[name] for name in self._signals])
        if signals.min(initial=0.0) < 0.0:
            name = self._signals[int(signals.min(axis=1).argmin())]
            raise ValueError(
                f"Signal {name!r} was {signals.min():g}; {self.name} learns signals as shares of the largest that was seen, so none may be negative. "
                "Tell it by two signals, what is gained and what is lost, with weights of opposite sign."
            )
        expected = np.asarray(self._weights) @ signals
        if not np.allclose(expected, transitions.rewards, rtol=1e-3, atol=1e-4):
            row = int(np.abs(expected - transitions.rewards).argmax())
            raise ValueError(
                f"A reward was {transitions.rewards[row]:g}, but the weighted sum of its signals is {expected[row]:g}: {self.name} predicts signals and "
                "weights them itself. Make the environment with reward_weights={...}, without a wrapper that changes rewards."
            )
        return signals.astype(np.float32)

    def _fill_largest(self) -> None:
        """Sets m: what was seen of each item; where nothing was, the median over the others."""
        seen = self._seen_largest
        for place, row in enumerate(seen):
            usual = np.median(row[row > 0]) if (row > 0).any() else 1.0
            self._largest[place] = np.where(row > 0, row, usual)

    def _regress(self, training: _Training, staying: np.ndarray, values: np.ndarray) -> None:
        """Fits the network to the steps of a rollout."""
        experience = experience_of(training.steps, staying, values)
        shown = experience.items >= 0
        for row, signal in zip(self._seen_largest, experience.signals, strict=True):
            np.maximum.at(row, experience.items[shown], signal[shown])
        self._fill_largest()
        valued = experience.greedy & shown.any(axis=2)  # the value of a state is that of the greedy choice
        first = self._iterations == 0
        if first:
            returns = sampled_returns(experience.rewards, experience.ended, gamma=self._gamma)
            half = -(-len(returns) // 2)
            valued[half:] = False  # later returns are cut short
            spread = float(returns[:half].std())
            self._value_scale = spread if spread > 0.0 else 1.0
        else:
            returns = lambda_returns(
                experience.rewards,
                experience.staying,
                experience.values,
                experience.ended,
                experience.greedy,
                gamma=self._gamma,
                trace=self._trace if self._iterations >= self._random_rollouts else 1.0,
            )
        rate = self._learning_rate_at((training.done - len(training.steps)) / training.vector_steps)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        fit_once(
            self.network,
            self.optimizer,
            goals_of(experience, returns, valued, self._largest, self._value_scale),
            batch_size=self._batch_size,
            value_weight=self._value_weight,
            following_weight=0.0 if first else 1.0,
            generator=self.generator,
        )
        self._iterations += 1

    def _learning_rate_at(self, progress: float) -> float:
        return self._learning_rate + (self._learning_rate_end - self._learning_rate) * progress


def _by_place(signals: np.ndarray, transitions: Transitions) -> np.ndarray:
    """Returns the signals (K, N) as (K, N, P), at the place that each user attended to."""
    assert transitions.attended is not None
    places = np.arange(transitions.shown.shape[1])
    return signals[:, :, None] * (places == np.maximum(transitions.attended, 0)[:, None]).astype(np.float32)


class SupervisedAgent(PolicyIterationAgent):
    """The same network and the same training with gamma 0: it shows the item with the largest predicted reward of the step.

    The ablation of `PolicyIterationAgent`: what planning is worth to it is the difference. Options are the same, ``gamma`` being 0.
    """

    def prepare(self, **options: Any) -> None:
        """See the class.

        Raises:
            ValueError: for an option that does not exist, or a gamma.
        """
        known = [name for name in inspect.signature(super().prepare).parameters if name != "gamma"]
        for option in options:
            if option == "gamma":
                raise ValueError(
                    f"gamma={options[option]!r}: {self.name} is the agent with gamma 0; policy_iteration takes others."
                )
            if option not in known:
                raise ValueError(unknown_name(f"option of agent {self.name!r}", option, known))
        super().prepare(gamma=0.0, **options)
