"""Notebook: an ice cream van as a scenario, what planning is worth in it, and an agent that finds out."""

# %% [markdown]
# # A new scenario and a new agent, in one page each
#
# Somebody sells ice cream from a van. People have their favourite flavours. The more they ate, the less they want another, until a while has passed; who is full walks off sooner; and what sells best fills most.
# Is that a bandit's job, or does it pay to plan? Two files answer: one with the van, one with somebody who runs it. Neither touches recgym.

# %%
import os
import sys
import tempfile
from pathlib import Path

import gymnasium as gym
import matplotlib.pyplot as plt
import numpy as np

os.chdir(tempfile.mkdtemp())  # the two files are written here ...
sys.path.insert(0, "")  # ... and found here

plt.rcParams.update(
    {
        "figure.dpi": 110,
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlelocation": "left",
        "axes.titleweight": "bold",
        "legend.frameon": False,
    }
)
BLUE, ORANGE, GREEN, RED, GREY = "#2457a6", "#e08a1e", "#2f855a", "#c8416b", "#9aa5b1"

# %% [markdown]
# ## 1. The scenario
#
# A scenario is parameters with units and ranges, a few functions about **one** user and **one** item, and two classes. The functions are compiled with the core's loops, so that thousands of users step at once.
#
# * `begin`: how a person arrives. Here: not full.
# * `utility`: log-odds of a click, given taste and state.
# * `transition`: what a step does to the user's slow state `user.slow`, and the log-odds of leaving.

# %%
Path("ice_cream.py").write_text('''
"""An ice cream van."""

from __future__ import annotations

from dataclasses import dataclass

from gymnasium.vector import VectorEnv

from recgym.core.kernel import kernel
from recgym.core.parameters import Parameters, parameter
from recgym.core.scenario import Scenario
from recgym.sessions.env import RecEnv
from recgym.sessions.vector_env import RecVectorEnv
from recgym.users.goodwill import approach
from recgym.users.taste import taste_affinity


@dataclass(frozen=True)
class IceCreamParameters(Parameters):
    """Numbers of the ice cream van."""

    click_base: float = parameter(0.0, -10.0, 10.0, "log-odds", "taking an average flavour when not full")
    appeal_effect: float = parameter(1.6, -10.0, 10.0, "log-odds", "what a standard deviation of appeal adds")
    fullness_effect: float = parameter(4.0, 0.0, 20.0, "log-odds", "lost by who is full")
    richness: float = parameter(0.35, 0.0, 1.0, "share", "how far a scoop of average appeal fills")
    rich_appeal: float = parameter(1.0, 0.0, 5.0, "log", "how much more the appealing ones fill")
    digestion: float = parameter(0.08, 0.0, 1.0, "1/step", "how fast fullness fades")
    leave_base: float = parameter(-3.2, -20.0, 10.0, "log-odds", "leaving, per step")


@kernel
def begin(user, centroids, parameters):
    """Nobody has had ice cream yet."""
    user.slow = 0.0


@kernel
def utility(user, item, parameters):
    """Taste and appeal, less what fullness takes."""
    taste = 2.0 * taste_affinity(user, item, parameters)
    return parameters.click_base + taste + parameters.appeal_effect * item.appeal - parameters.fullness_effect * user.slow


@kernel
def transition(user, item, outcome, signals, parameters):
    """A scoop fills, the appealing ones most; fullness fades, and who is full leaves sooner."""
    if outcome > 0:
        fills = min(1.0, parameters.richness * 2.0 ** (parameters.rich_appeal * item.appeal))
        user.slow = approach(user.slow, 1.0, fills)
    else:
        user.slow = approach(user.slow, 0.0, parameters.digestion)
    return parameters.leave_base + 2.0 * user.sensitivity * user.slow


ICE_CREAM = Scenario(
    name="IceCream",
    catalogue="products",
    parameters=IceCreamParameters,
    begin=begin,
    affinity=taste_affinity,
    utility=utility,
    transition=transition,
    reward_weights={"click": 1.0},
    staying={"leave_base": -20.0},
    leaving={"leave_base": 10.0},
    certificate="planning",
)


class RecIceCreamEnv(RecEnv):
    """Scoops for people who get full.

    ## Arguments
    [arguments table]
    """

    scenario = ICE_CREAM


class RecIceCreamVectorEnv(RecVectorEnv, VectorEnv):
    """A queue of them."""

    scenario = ICE_CREAM
''')

import recgym

recgym.register("RecIceCream-v0", "ice_cream:RecIceCreamEnv")
env = gym.make("RecIceCream-v0", num_items=60)
observation, info = env.reset(seed=0)
print(env.unwrapped.task)
print("signals:", *env.unwrapped.task.signal_names, "  observation:", observation.shape)

# %% [markdown]
# The scenario checks itself when it is made: a signal that is written but not declared, a clock without a start, a number out of its range are told in words. What holds for every scenario of the suite can be asked of this one, too: each row of the
# vector environment equals the single one bit by bit, every action is legal, nobody sees what is hidden, every parameter matters.

# %%
from recgym.testing import (
    every_action_is_legal,
    nobody_sees_hidden_state,
    rewards_are_weighted_signals,
    rows_equal_singles,
)

for check in (
    rows_equal_singles,
    every_action_is_legal,
    rewards_are_weighted_signals,
    nobody_sees_hidden_state,
):
    check("RecIceCream-v0")
    print("holds:", check.__name__.replace("_", " "))
print("(recgym.testing.check_scenario asks for all of them)")

# %% [markdown]
# ## 2. Does it pay to plan?
#
# The certificate lets an oracle that takes the best of every moment and one that plans meet the same people. On the left is what planning is worth, from flavours that all fill alike to the ones of the file; on the right is why.

# %%
from recgym.oracles.certificate import certify

HABITS = {"num_items": 60}
effects = (0.0, 0.5, 1.0)
certificates = [certify("RecIceCream-v0", users=300, rich_appeal=effect, **HABITS) for effect in effects]
for effect, found in zip(effects, certificates, strict=True):
    print(
        f"rich_appeal {effect:.1f}: myopic {found.returns['myopic'].mean:.2f}, planner {found.returns['planner'].mean:.2f}, gain {found.gain.mean:+.0%} [{found.gain.low:+.0%}, {found.gain.high:+.0%}]"
    )

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10.5, 3.8), width_ratios=(1, 1.15))
for place, found in enumerate(certificates):
    left.plot(
        [place] * 2,
        [100 * found.gain.low, 100 * found.gain.high],
        color=GREEN,
        lw=7,
        alpha=0.35,
        solid_capstyle="round",
    )
    left.plot(place, 100 * found.gain.mean, "o", color=GREEN, ms=8)
left.axhline(0, color=GREY, lw=1)
left.set_xticks(range(len(effects)), [f"{effect:g}" for effect in effects])
left.margins(x=0.2)
left.set(
    xlabel="rich_appeal: how much more the appealing flavours fill",
    ylabel="gain of planning, %",
    title="What planning is worth",
)
appeal = np.linspace(-2, 2, 50)
right.plot(appeal, np.minimum(1, 0.35 * 2.0**appeal), color=RED, lw=2.5)
right.plot(appeal, 1 / (1 + np.exp(-1.6 * appeal)), color=BLUE, lw=2.5)
right.text(2.05, 1.0, "fills", color=RED, va="center", weight="bold")
right.text(2.05, 0.93, "is taken", color=BLUE, va="center", weight="bold")
right.set(
    xlabel="appeal of a flavour",
    ylabel="share",
    title="What sells best fills most",
    xlim=(-2, 2.9),
    ylim=(0, 1.08),
)
figure.tight_layout()
plt.show()

# %% [markdown]
# Where all flavours fill alike, what is best now is best, and the certificate says so: the gain is 0. In the file it is what `recgym.certify` requires of a scenario that is meant to need planning: between 15 % and 70 % with everything known, and an interval above 0. The command also measures what planning and the history are worth to one who only knows what may be seen (notebook 5).
#
# ## 3. The agent
#
# Who runs the van sees neither taste nor fullness, only whether people took what was offered. This agent keeps a table over how much they took lately and what it offers, and waits until people have left before it judges an offer: by **all that came
# after it**. It is given a task and nothing else of ours; `gamma=0` makes a bandit of it.

# %%
Path("van.py").write_text('''
"""Somebody who runs an ice cream van."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from agents.agent import Agent, Transitions
from recgym.core.arguments import real_number, whole_number


class VanAgent(Agent):
    """Learns what each flavour leads to, by waiting until people have left (Monte Carlo control).

    Q(b, a) is the mean of r + gamma r' + ... after flavour a was offered to somebody whose click rate was in bin b.

    Args:
        gamma: Weight of what comes one step later, in [0, 1].
        bins: Of the click rate, at least 1.
        epsilon: Probability of any flavour when exploring, in [0, 1].
    """

    def prepare(self, *, gamma: float = 0.95, bins: int = 4, epsilon: float = 0.3) -> None:
        """Takes the options, and has learned nothing yet."""
        self._gamma = real_number("gamma", gamma, 0.0, 1.0)
        self._bins = whole_number("bins", bins, 1)
        self._epsilon = real_number("epsilon", epsilon, 0.0, 1.0)
        self._values = np.zeros((self._bins, self.task.num_items))
        self._visits = np.zeros((self._bins, self.task.num_items))
        self._sessions: dict[int, list[tuple[int, int, float]]] = {}

    def _bin(self, observations: Any) -> np.ndarray:
        rate = self.task.layout.read(observations, "click_rate")
        return np.minimum((rate * self._bins).astype(int), self._bins - 1)

    def act(self, observations, masks=None, *, explore=False):
        """The best flavour for each user, or any."""
        available = self.available(self.task.layout.batch_size(observations), masks)
        scores = np.where(available, self._values[self._bin(observations)], -np.inf)
        if explore:
            curious = self.generator.random(len(scores)) < self._epsilon
            scores[curious] = np.where(available, self.generator.random(available.shape), -np.inf)[curious]
        return scores.argmax(axis=1)

    def begin(self, rows: np.ndarray) -> None:
        """Somebody new stands in these rows."""
        for row in rows:
            self._sessions[int(row)] = []

    def learn(self, transitions: Transitions) -> None:
        """Remembers what was offered; when somebody leaves, tells each offer what came after it."""
        bins, items = self._bin(transitions.observations), transitions.shown[:, 0]
        over = transitions.terminated | transitions.truncated
        for row, step in enumerate(zip(bins, items, transitions.rewards, strict=True)):
            session = self._sessions.setdefault(row, [])
            session.append(step)
            if over[row]:
                worth = 0.0
                for place, item, reward in reversed(session):
                    worth = reward + self._gamma * worth
                    self._visits[place, item] += 1
                    self._values[place, item] += (worth - self._values[place, item]) / self._visits[place, item] ** 0.7
                self._sessions[row] = []

    def state_dict(self) -> dict[str, np.ndarray]:
        """What was learned, for `save`."""
        return {"values": self._values, "visits": self._visits}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """Takes it back."""
        self._values, self._visits = state["values"].copy(), state["visits"].copy()
''')

from gymnasium.vector import AutoresetMode

import agents

envs = gym.make_vec("RecIceCream-v0", 64, autoreset_mode=AutoresetMode.DISABLED, **HABITS)
bandit = agents.load("van:VanAgent", envs, bins=8, gamma=0.0, seed=0)
bandit.fit(envs, 100_000)
planner_of_ours = agents.load("van:VanAgent", envs, bins=8, seed=0)
planner_of_ours.fit(envs, 250_000)
planner_of_ours.save("my_van")
again = agents.load_saved("my_van")  # its task is beside it; no environment is needed
print(again)

# %%
from recgym.oracles.reference import create_reference

oracles = {name: create_reference(name, "RecIceCream-v0", **HABITS) for name in ("myopic", "planner")}
popular = agents.load("popular", envs)
result = recgym.evaluate(
    "RecIceCream-v0",
    {"popular": popular, "van, gamma 0": bandit, "van": again},
    users=1_000,
    oracles=oracles,
    **HABITS,
)
print(result.table())
for other in ("van, gamma 0", "myopic"):
    print(f"van over {other}: {result.differences('van')[other]}")

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10.5, 3.6), width_ratios=(1, 1.2))
colours = {"van": BLUE, "van, gamma 0": ORANGE, "myopic": RED, "planner": GREEN}
for row, name in enumerate(result.results):
    interval, colour = result.results[name]["reward_per_session"], colours.get(name, GREY)
    left.plot(
        [interval.low, interval.high], [row, row], color=colour, lw=6, alpha=0.35, solid_capstyle="round"
    )
    left.plot(interval.mean, row, "o", color=colour, ms=7)
left.set_yticks(range(len(result.results)), list(result.results))
left.invert_yaxis()
left.grid(axis="x", color="#eceff2")
left.set(xlabel="scoops per visitor", title="Who sells most")
for name in ("van, gamma 0", "van", "myopic", "planner"):
    log = result.logs[name]
    clicks = log.signals["click"].cumsum(axis=1).mean(axis=0)
    right.plot(np.arange(1, len(clicks) + 1), clicks, color=colours[name], lw=2.5, label=name)
right.set(
    xlabel="offers made",
    ylabel="scoops sold so far, per visitor",
    title="First fast, then nobody is left",
    xlim=(1, 25),
)
right.legend(loc="lower right")
figure.tight_layout()
plt.show()

# %% [markdown]
# The myopic oracle and the bandit sell faster, to people who are soon full and gone. The van that waits with its judgement offers lighter things to those who took much lately, and so keeps them; it ends above the myopic oracle, which sees who everybody is
# and what they feel. That is the proof that it plans. What is left up to the planner is what it cannot see.
#
# Here is a visitor of the van, drawn like any session:

# %%
env = gym.make("RecIceCream-v0", split="test", render_mode="rgb_array", **HABITS)
observation, info = env.reset(seed=11)
over = False
while not over:
    (item,) = again.act(observation[None], info["action_mask"][None])
    observation, reward, terminated, truncated, info = env.step(item)
    over = terminated or truncated
picture = env.render()
picture = picture[: np.flatnonzero((picture < 255).any(axis=(1, 2)))[-1] + 30]  # without the empty rows below
figure = plt.figure(figsize=(11, 11 * picture.shape[0] / picture.shape[1]))
figure.add_axes((0, 0, 1, 1)).imshow(picture)
plt.axis("off")
plt.show()

# %% [markdown]
# (The scoops have the names of products: the scenario borrows that catalogue. Give it one of your own: `catalogue="flavours.csv"`.)
#
# ## 4. Take it with you
#
# In a package of your own the two files stay as they are. `recgym.register` goes where the package is imported; then all commands know both:
#
# ```console
# python -m train --env my_package:RecIceCream-v0 --agent my_package.van:VanAgent --steps 250000
# python -m train.compare --env my_package:RecIceCream-v0 --agents popular linucb my_package.van:VanAgent
# python -m recgym.certify --env my_package:RecIceCream-v0
# ```
