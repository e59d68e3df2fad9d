"""Notebook: the best arm, the best click of the moment, the best sequence: what each is worth, and what it takes to learn it."""

# %% [markdown]
# # Bandits or reinforcement learning? When each is enough
#
# A bandit asks what earns most *now*; reinforcement learning asks what earns most *from now on*. The second question has the better answer and is harder to learn, so it is worth asking only
# where the two answers differ. This notebook turns one knob of a small shop until they do, watches both kinds of agents learn on either side, and then looks at the whole suite.

# %%
import json
from pathlib import Path

import gymnasium as gym
import matplotlib.pyplot as plt
import numpy as np
from gymnasium.vector import AutoresetMode

import agents
import recgym
from recgym.oracles.enumeration import enumerate_problem

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
# ## 1. Three kinds of answer
#
# `RecBandit-v0` has ten products and one returning customer, who likes some more than others and **tires** of what was shown lately. How much is the knob `fatigue`: so many log-odds does a click
# lose on a product that was shown just before. There are three kinds of policy, each a case of the next:
#
# | | shows | needs to know | learned by |
# |---|---|---|---|
# | best arm | the product with the highest click rate, always | 10 numbers | `ucb1`, `thompson_bernoulli` |
# | best click now | the best product *in this state* | a click rate per state and product | contextual bandits: `linucb`, or a table with $\gamma = 0$ |
# | best sequence | what is best *for what follows, too* | a value per state and product | reinforcement learning: `q_learning`, `ppo` |
#
# With one customer and no earlier history, all 1,111 states can be listed, and each kind can be valued exactly: no sampling, no learning.

# %%
GAMMA = 0.9
SHOP = {"observation": "items", "num_users": 1, "history": 0}


def share_of_optimum(problem, shares):
    """What a policy earns from the beginning of a session, discounted, as a share of what the best one earns."""
    best = problem.optimal_values(GAMMA)[0].max()
    return (shares * problem.policy_values(GAMMA, shares))[0].sum() / best


def value_each_kind(fatigue, world_seed):
    """The exact worth of random products, the best arm, and the best click of the moment."""
    problem = enumerate_problem("recgym:RecBandit-v0", **SHOP, world_seed=world_seed, fatigue=fatigue)
    states, items = problem.rewards.shape
    arm = np.eye(items)[
        np.full(states, problem.rewards[0].argmax())
    ]  # row 0: nothing was shown yet, nobody is tired
    now = np.eye(items)[problem.rewards.argmax(axis=1)]
    return [share_of_optimum(problem, shares) for shares in (np.full((states, items), 1 / items), arm, now)]


levels = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
kinds = np.array([[value_each_kind(fatigue, world) for world in (1, 2, 3)] for fatigue in levels])
print("fatigue  at random  best arm  best click now   (mean of three worlds, share of the best sequence)")
for fatigue, row in zip(levels, kinds.mean(axis=1), strict=True):
    print(f"{fatigue:>7}" + "".join(f"{value:>10.0%}" for value in row))

# %%
figure, axes = plt.subplots(figsize=(9, 4.2))
middle, low, high = kinds.mean(axis=1), kinds.min(axis=1), kinds.max(axis=1)
axes.axhline(1.0, color=GREEN, lw=2)
axes.text(4.05, 1.01, "best sequence", color=GREEN, va="bottom", weight="bold")
for number, (name, colour) in enumerate((("at random", GREY), ("best arm", RED), ("best click now", ORANGE))):
    axes.plot(levels, middle[:, number], "o-", color=colour, lw=2, ms=4)
    axes.fill_between(levels, low[:, number], high[:, number], color=colour, alpha=0.15, lw=0)
    axes.text(4.05, middle[-1, number] - 0.02, name, color=colour, va="center", weight="bold")
axes.set(
    xlabel="fatigue (log-odds)",
    ylabel="share of what the best sequence earns",
    title="What each kind of answer is worth",
    ylim=(0, 1.1),
    xlim=(0, 4.9),
)
figure.tight_layout()
plt.show()

# %% [markdown]
# On the left, where nobody tires, the best arm **is** the best sequence: everything beyond a bandit of ten arms is wasted effort. As the customer tires, the best arm goes first: showing the favourite again and
# again soon is worse than showing anything. Who looks at the state goes a long way further, and what is left above it is what planning is worth.
# (The bands are the least and the largest of three worlds.)
#
# ## 2. The price of the better answer
#
# Knowing which answer is best is not the same as learning it. Three agents, one for each kind, learn in the shop without fatigue and in one with: `ucb1`, and `q_learning` twice, with $\gamma = 0$ (which
# makes it a contextual bandit) and with $\gamma = .9$. After each piece of training their policies are valued exactly.

# %%
LEARNERS = {
    "ucb1": (RED, "ucb1", {"alpha": 0.5}),
    "table, gamma 0": (ORANGE, "q_learning", {"gamma": 0.0, "epsilon": 0.3, "step_size_decay": 0.7}),
    "table, gamma .9": (BLUE, "q_learning", {"gamma": GAMMA, "epsilon": 0.3, "step_size_decay": 0.7}),
}
PIECES = [128, 128, 768, 3_072, 12_288, 49_152, 65_536]
SEEDS = range(2)


def learn(fatigue, name, options, seed):
    """The exact worth of an agent's policy after each piece of its training."""
    arguments = {**SHOP, "world_seed": 1, "fatigue": fatigue}
    envs = gym.make_vec("recgym:RecBandit-v0", 128, autoreset_mode=AutoresetMode.DISABLED, **arguments)
    agent = agents.load(name, envs, seed=seed, **options)
    worth = []
    for piece in PIECES:
        agent.fit(envs, piece)
        worth.append(
            share_of_optimum(problems[fatigue], np.eye(10)[agent.act(problems[fatigue].observations)])
        )
    return worth


problems = {
    fatigue: enumerate_problem("recgym:RecBandit-v0", **SHOP, world_seed=1, fatigue=fatigue)
    for fatigue in (0.0, 3.0)
}
curves = {
    (fatigue, kind): np.array([learn(fatigue, name, options, seed) for seed in SEEDS])
    for fatigue in problems
    for kind, (_, name, options) in LEARNERS.items()
}

# %%
figure, panels = plt.subplots(1, 2, figsize=(11, 4.2), sharey=True)
steps = np.cumsum(PIECES)
for panel, fatigue in zip(panels, problems, strict=True):
    for kind, (colour, _, _) in LEARNERS.items():
        runs = curves[fatigue, kind]
        panel.plot(steps, runs.mean(axis=0), "o-", color=colour, lw=2, ms=4, label=kind)
        panel.fill_between(steps, runs.min(axis=0), runs.max(axis=0), color=colour, alpha=0.15, lw=0)
    panel.axhline(1.0, color=GREEN, lw=1.2, ls=":")
    panel.set(
        xscale="log",
        xlabel="steps",
        ylim=(0, 1.06),
        title="Nobody tires" if fatigue == 0 else "The customer tires (fatigue 3)",
    )
panels[0].set_ylabel("share of what the best sequence earns")
panels[0].legend(loc="lower right")
figure.tight_layout()
plt.show()
for (fatigue, kind), runs in curves.items():
    reached = steps[np.argmax(runs.mean(axis=0) >= 0.95)] if (runs.mean(axis=0) >= 0.95).any() else None
    print(
        f"fatigue {fatigue:.0f}, {kind:<16} ends at {runs[:, -1].mean():4.0%}; 95 % of the optimum "
        + (f"after {reached:,} steps" if reached else "never")
    )

# %% [markdown]
# * **Nobody tires.** The bandit has ten numbers to learn and is done almost at once. The tables get to the same place much later: they have a thousand states to visit, and each state's
#   values to tell apart, only to learn that the state does not matter.
# * **The customer tires.** The bandit learns as fast, and learns the wrong thing: the click rate of an arm depends on what was shown before, so it has no best arm to find. The table
#   with $\gamma = 0$ sees the state and comes near to what the best click of the moment is worth, and stays there. Only the one with $\gamma = .9$ goes on towards the optimum; it learns from rewards that come later, which are noisier, so it
#   takes longer.
#
# How much a bandit loses *while* it learns, with bands over twenty seeds, is what `python -m train.regret` measures.
#
# ## 3. Before you train anything: the certificate
#
# In the large scenarios nothing can be listed. But each has a certificate: an oracle that takes the best of every moment and one that plans, both of which know the user's hidden state. The number *norm* is how far up the scale from random (0)
# to the planner (1) the first one gets. It is where a contextual bandit would end that reads minds: one that knows what may be seen of a user ends below it, as notebook 5 shows. Beside it is what trained agents reach, from the comparisons in the repository.

# %%
certificates = json.loads((Path(recgym.__file__).parent / "certificates.json").read_text())
norm = {row["env_id"]: row["norm"] for row in certificates if row["world_seed"] == 0}
folder = Path(recgym.__file__).parents[1] / "docs" / "comparisons"
comparisons = [json.loads(path.read_text()) for path in sorted(folder.glob("Rec*-v0.json"))]
reached = {
    comparison["env_id"]: {
        name: row["normalised_score"]["mean"] for name, row in comparison["results"].items()
    }
    for comparison in comparisons
}

figure, axes = plt.subplots(figsize=(9.5, 4.4))
reached = {env_id: scores for env_id, scores in reached.items() if env_id in norm}
order = [*sorted(reached, key=lambda env_id: norm[env_id], reverse=True), "RecControl-v0"]
for row, env_id in enumerate(order):
    axes.plot([0, norm[env_id]], [row, row], color=ORANGE, lw=9, alpha=0.22, solid_capstyle="butt")
    axes.plot([norm[env_id], 1], [row, row], color=GREEN, lw=9, alpha=0.22, solid_capstyle="butt")
    for name, colour, marker in (
        ("popular", GREY, "o"),
        ("linucb", RED, "o"),
        ("ppo", BLUE, "D"),
        ("policy_iteration", GREEN, "*"),
    ):
        if name in reached.get(env_id, {}):
            axes.plot(
                reached[env_id][name], row, marker, color=colour, ms=8, label=name if row == 0 else None
            )
    axes.plot(
        [norm[env_id]] * 2,
        [row - 0.22, row + 0.22],
        color=ORANGE,
        lw=2.5,
        label="best click now (oracle)" if row == 0 else None,
    )
axes.set_yticks(range(len(order)), order)
axes.invert_yaxis()
axes.set(
    xlim=(0, 1.02),
    xlabel="normalised score: 0 is random, 1 is the planner",
    title="Orange: within reach of a bandit. Green: for planners only",
)
axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=4)
axes.spines["left"].set_visible(False)
axes.tick_params(axis="y", length=0)
figure.tight_layout()
plt.show()
above = [env_id for env_id in reached if reached[env_id].get("policy_iteration", 0.0) > norm[env_id]]
print("policy_iteration is above the best that a bandit can do in", ", ".join(above) or "none of them")
print(
    "PPO is above linucb in",
    ", ".join(env_id for env_id, scores in reached.items() if scores.get("ppo", 0.0) > scores["linucb"]),
)

# %% [markdown]
# An agent left of the orange line may plan or may not: it could also just be a good bandit, and the fair question is whether it beats bandits. Right of the line is the proof that it plans, since nobody gets there otherwise. In `RecControl-v0` the
# whole bar is orange. Its users have no state that moves, and a bandit is all that one needs.
#
# ## 4. When each is enough
#
# | if | then | for instance |
# |---|---|---|
# | nothing that you show changes what the next click is worth, and users are alike | a bandit with an arm per item | a banner for visitors nobody knows; `RecBandit-v0` with `fatigue=0` |
# | users differ, or the moment does, and what you show now does not change what comes | a contextual bandit: `linucb`, `linear_thompson`, `neural_linear` | `RecControl-v0`: planning gains 0 % |
# | what you show changes the user (tires, inspires, drives away, satisfies) | measure first: the gain of planning tells what is to be had | the five scenarios; notebook 5 has the numbers |
# | ... and the gain is large, and there are many steps to learn from | reinforcement learning, with the bandit beside it as the bar to clear | wherever an agent passes the orange line above |
# | ... but data are scarce | the bandit, still: it is near its best after a thousandth of the steps | the left half of every learning curve above |
#
# Two habits follow. Train a bandit first: it takes a minute, and half of the time it is enough. And never call an agent a planner for beating random: compare it with the same network at $\gamma = 0$.
