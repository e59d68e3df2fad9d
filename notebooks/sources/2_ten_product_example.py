"""Notebook: one user, ten products, one update; then a table and a network that solve the shop."""

# %% [markdown]
# # The ten-product example
#
# Ten products. A user has browsed products 1 and 2 and looks at product 3. What should the shop show next, and what does it learn from what happens?
#
# This notebook does **one update by hand**, then by a table of values, then by a neural network with the loss of Stable-Baselines3's DQN. They agree. Then the
# same agent learns until it has **solved the shop**, and we check that against exact dynamic programming.

# %%
import gymnasium as gym
import matplotlib.pyplot as plt
import numpy as np
from gymnasium.vector import AutoresetMode

import agents

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
# ## 1. One step, by hand
#
# The state is what the user has browsed and what they look at: $S_t = (H_t, X_t)$.
#
# | | |
# |---|---|
# | state | $S_1 = (1, 2, 3)$: browsed 1 and 2, looks at 3 |
# | action | the agent shows product 4 |
# | reward | product 4 is clicked at a rate of .8, so $r = .8$ |
# | next state | $S_2 = (1, 2, 4)$: now the user looks at 4 |
# | discount | $\gamma = .9$ |
# | best value in $S_2$ | $\max_a Q(S_2, a) = Q(S_2, 4) = .9$ |
#
# What showing product 4 is worth is what it earns **and what can be earned after it**:
#
# $$\text{target} = r + \gamma \max_a Q(S_2, a) = .8 + .9 \times .9 = 1.61$$
#
# and the parameters move a step of size $\alpha$ towards it:
#
# $$\theta \leftarrow \theta + \alpha\,\bigl(1.61 - Q(S_1, 4)\bigr)\,\nabla_\theta Q(S_1, 4).$$
#
# > A text that circulates has $\alpha\,(.8 - Q(S_1, 4))$ at this place: it subtracts $Q$ from the reward and leaves the **bootstrap** $\gamma \max_a Q(S_2, a)$ out. That is right only
# > if the user leaves after the click. Otherwise it learns click rates, and nothing about what comes later.

# %%
reward, gamma, alpha = 0.8, 0.9, 0.1
q_now, q_next = 0.7, 0.9  # Q(S_1, 4) before the update, and the best value in S_2
target = reward + gamma * q_next
print(f"target           {reward} + {gamma} x {q_next} = {target:.2f}")
print(f"error            {target:.2f} - {q_now} = {target - q_now:.2f}")
print(f"new Q(S_1, 4)    {q_now} + {alpha} x {target - q_now:.2f} = {q_now + alpha * (target - q_now):.3f}")
print(f"without the bootstrap it would be {q_now + alpha * (reward - q_now):.3f}")

# %%
updates = np.arange(61)
with_bootstrap = target + (q_now - target) * (1 - alpha) ** updates
without = reward + (q_now - reward) * (1 - alpha) ** updates
figure, axes = plt.subplots(figsize=(8, 3.4))
axes.plot(updates, with_bootstrap, color=BLUE, lw=2.5)
axes.plot(updates, without, color=ORANGE, lw=2.5)
for level, colour, words in (
    (target, BLUE, "1.61: the click, and what can follow"),
    (reward, ORANGE, ".8: the click alone"),
):
    axes.axhline(level, color=colour, lw=1, ls=":")
    axes.text(60, level + 0.02, words, color=colour, ha="right", va="bottom")
axes.set(xlabel="updates", ylabel="Q(S_1, 4)", title="The same step, again and again", ylim=(0.6, 1.8))
figure.tight_layout()
plt.show()

# %% [markdown]
# ## 2. The same step by a table
#
# `RecBandit-v0` has ten products, and with `observation="items"` it shows exactly such states: the last three products as numbers from 1, 0 for none. The
# agent `q_learning` keeps a table with a row for each state and a column for each product. Actions are counted from 0, so product 4 is action 3.

# %%
task = gym.make("recgym:RecBandit-v0", observation="items").unwrapped.task
table = agents.load("q_learning", task, gamma=gamma, step_size=alpha, step_size_decay=0.0)
print("observation of somebody who browsed 1, 2 and 3:", task.observe([0, 1, 2]))

s1, s2, product_4 = np.array([[1, 2, 3]]), np.array([[1, 2, 4]]), 3
state = table.state_dict()
state["values"][0, table.states(s1), product_4] = q_now
state["values"][0, table.states(s2), product_4] = q_next
table.load_state_dict(state)

step = agents.Transitions(
    observations=s1,
    actions=np.array([product_4]),
    rewards=np.array([reward]),
    terminated=np.array([False]),
    truncated=np.array([False]),
    next_observations=s2,
    masks=np.ones((1, 10), bool),
    next_masks=np.ones((1, 10), bool),
    shown=np.array([[product_4]]),
    signals={},
)
table.learn(step)
print(f"Q(S_1, 4) after the table's update: {table.values(s1)[0, product_4]:.3f}")
print("rows and columns of the table:", state["values"].shape[1:])

# %% [markdown]
# ## 3. The same step by a network
#
# Now Stable-Baselines3's own DQN makes the step: its replay buffer, its target network, its loss. The loss is the *smooth L1* loss, whose slope is the error itself as long as that is
# below 1; larger errors count as 1. Plain gradient descent then moves $\theta$ by $\alpha\,(1.61 - Q(S_1, 4))\,\nabla_\theta Q(S_1, 4)$, number by number.

# %%
import torch
from gymnasium import spaces
from stable_baselines3 import DQN
from stable_baselines3.common.logger import configure
from stable_baselines3.common.vec_env import DummyVecEnv


class TenProducts(gym.Env):
    """The spaces of the example."""

    observation_space = spaces.MultiDiscrete([11, 11, 11])
    action_space = spaces.Discrete(10)


def one_update(q_before: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Lets DQN learn from the one step; returns how its parameters moved, grad Q(S_1, 4), and Q(S_1, 4) afterwards."""
    model = DQN(
        "MlpPolicy",
        DummyVecEnv([TenProducts]),
        learning_rate=alpha,
        gamma=gamma,
        buffer_size=1,
        seed=0,
        device="cpu",
        policy_kwargs={"net_arch": [16], "optimizer_class": torch.optim.SGD},
    )
    model.set_logger(configure(None, []))
    for net, state, value in ((model.q_net, s1, q_before), (model.q_net_target, s2, q_next)):
        last = [module for module in net.modules() if isinstance(module, torch.nn.Linear)][-1]
        with torch.no_grad():
            last.bias[product_4] += value - net(torch.tensor(state))[0, product_4]
            last.bias[np.arange(10) != product_4] -= 5.0  # product 4 shall be the best one
    parameters = list(model.q_net.parameters())
    slopes = torch.autograd.grad(model.q_net(torch.tensor(s1))[0, product_4], parameters)
    before = [parameter.detach().clone() for parameter in parameters]
    model.replay_buffer.add(s1, s2, np.array([product_4]), np.array([reward]), np.array([False]), [{}])
    model.train(gradient_steps=1, batch_size=1)
    moved = [(new - old).detach().flatten() for new, old in zip(parameters, before)]
    after = model.q_net(torch.tensor(s1))[0, product_4].item()
    return torch.cat(moved).numpy(), torch.cat([slope.flatten() for slope in slopes]).numpy(), after


moved, slope, after = one_update(q_now)
print(
    f"largest difference from alpha (1.61 - Q) grad Q over {len(moved)} parameters: {abs(moved - alpha * (target - q_now) * slope).max():.1e}"
)
print(f"Q(S_1, 4): {q_now} -> {after:.3f}; the table moved it to {table.values(s1)[0, product_4]:.3f}")

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.6), width_ratios=(1, 1.25))
left.axline((0, 0), slope=1, color=GREY, lw=1)
left.plot(alpha * (target - q_now) * slope, moved, ".", color=BLUE, ms=6, alpha=0.6)
left.set(xlabel="alpha (1.61 - Q) grad Q", ylabel="how DQN moved it", title="Every parameter, once")
starts = np.linspace(-0.5, 3.5, 17)
sizes = [np.linalg.norm(one_update(start)[0]) / np.linalg.norm(alpha * slope) for start in starts]
right.plot(starts, np.abs(target - starts), color=GREY, lw=2, ls="--", label="|1.61 - Q|")
right.plot(starts, sizes, "o-", color=BLUE, lw=2, ms=4, label="error that DQN acts on")
right.axvline(target, color=ORANGE, lw=1, ls=":")
right.text(target + 0.06, 1.3, "1.61", color=ORANGE)
right.set(xlabel="Q(S_1, 4) before the update", title="Smooth L1: errors count up to 1", ylim=(0, 2.9))
right.legend(loc="upper right")
figure.tight_layout()
plt.show()

# %% [markdown]
# A network moves $Q(S_1, 4)$ further than the table does, since many parameters move at once; and it moves other values with it, because states share parameters. A table is the network
# that shares nothing: one weight for each state and product, whose gradient is 1 at one place and 0 elsewhere.

# %% [markdown]
# ## 4. The ten-product shop
#
# So far the numbers were made up. Now `RecBandit-v0` supplies them: ten products (films, in fact) and one returning customer, who likes some more than others and **tires** of what
# was shown lately. The state is, again, what was shown last. In the environment the window moves on: showing 4 in (1, 2, 3) leads to (2, 3, 4).
#
# With one customer and no earlier history the observation tells everything, so all 1,111 states can be listed and the shop can be solved exactly: `recgym.oracles` reads the hidden
# probabilities, which no agent may.

# %%
from recgym.oracles.enumeration import enumerate_problem

shop = {"observation": "items", "num_users": 1, "history": 0, "world_seed": 1}
problem = enumerate_problem("recgym:RecBandit-v0", **shop)
exact = problem.optimal_values(gamma)
best = exact[0].max()


def worth(shares):
    """What a policy earns from the beginning of a session on, with every later click discounted: its exact value, as a share of the optimum."""
    return (shares * problem.policy_values(gamma, shares))[0].sum() / best


greedy = np.eye(10)[problem.rewards.argmax(axis=1)]
print(f"{len(problem.observations):,} states; the optimum is worth {best:.3f} discounted clicks per session")
print(
    f"showing what is most likely to be clicked now: {worth(greedy):.1%} of it; at random: {worth(np.full((1111, 10), 0.1)):.1%}"
)

# %%
envs = gym.make_vec("recgym:RecBandit-v0", 256, autoreset_mode=AutoresetMode.DISABLED, **shop)
agent = agents.load("q_learning", envs, gamma=gamma, epsilon=0.3, step_size_decay=0.7, seed=0)
steps, curve = [0], [worth(agent.probabilities(problem.observations))]
for _ in range(24):
    agent.fit(envs, 25_600)
    steps.append(steps[-1] + 25_600)
    curve.append(worth(agent.probabilities(problem.observations)))
print(f"after {steps[-1]:,} steps: {curve[-1]:.1%} of the optimum")

# %% [markdown]
# ### The same with a network
#
# Stable-Baselines3's DQN again, as in section 3, now with Adam, a replay buffer and batches. Its input is the state as 3 x 11 zeros and ones, so that states share what they have in common.

# %%
from agents.sb3.vec_env import RecVecEnv

torch.manual_seed(0)
torch.set_num_threads(1)
users = RecVecEnv(gym.make_vec("recgym:RecBandit-v0", 64, autoreset_mode=AutoresetMode.DISABLED, **shop))
network = DQN(
    "MlpPolicy",
    users,
    gamma=gamma,
    learning_rate=1e-3,
    batch_size=512,
    buffer_size=100_000,
    learning_starts=2_000,
    train_freq=1,
    gradient_steps=2,
    target_update_interval=1_280,
    exploration_fraction=0.2,
    exploration_final_eps=0.3,
    policy_kwargs={"net_arch": [64]},
    seed=0,
    device="cpu",
)
network_steps, network_curve = (
    [0],
    [worth(np.eye(10)[network.predict(problem.observations, deterministic=True)[0]])],
)
for _ in range(6):
    network.learn(12_800, reset_num_timesteps=len(network_steps) == 1)
    network_steps.append(network.num_timesteps)
    network_curve.append(worth(np.eye(10)[network.predict(problem.observations, deterministic=True)[0]]))
print(f"after {network_steps[-1]:,} steps: {network_curve[-1]:.1%} of the optimum")

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10.5, 4), width_ratios=(1.35, 1))
left.axhline(1.0, color=GREEN, lw=1.5, ls=":")
left.text(615, 1.012, "optimum (dynamic programming)", color=GREEN, ha="right")
left.axhline(worth(greedy), color=ORANGE, lw=1.5, ls=":")
left.text(615, worth(greedy) - 0.05, "best click of the moment", color=ORANGE, ha="right")
left.plot(np.array(steps) / 1_000, curve, color=BLUE, lw=2, label="table (q_learning)")
left.plot(np.array(network_steps) / 1_000, network_curve, "o-", color=RED, lw=2, ms=4, label="network (DQN)")
left.set(
    xlabel="thousand steps", ylabel="share of the optimal value", title="The shop is solved", ylim=(0, 1.08)
)
left.legend(loc="lower right")
visits = agent.state_dict()["visits"][0][agent.states(problem.observations)]
learned = agent.values(problem.observations)
often = visits >= 100
right.axline((4.6, 4.6), slope=1, color=GREY, lw=1)
points = right.scatter(exact[often], learned[often], c=np.log10(visits[often]), s=14, cmap="viridis")
right.set(
    xlabel="exact Q",
    ylabel="learned Q",
    title="Values that were tried 100 times",
    xlim=(4.5, 5.45),
    ylim=(4.0, 5.8),
)
figure.colorbar(points, label="visits, powers of ten")
figure.tight_layout()
plt.show()

# %% [markdown]
# Values that are often tried (yellow) are near the line. Rare ones are not yet, and need not be: all that counts is which product comes out best where the customer really goes. The
# test suite holds a smaller shop against dynamic programming in every single value, to .05.
#
# ## 5. What did it learn?
#
# Each row is a session, a colour for each product and its number; a product that is shown again too soon is less likely to be clicked.

# %%
titles = envs.unwrapped.task.titles


def session(choose, length=14):
    """The products that a policy shows if the customer stays."""
    at, shown, rates = 0, [], []
    for _ in range(length):
        item = int(choose[at])
        shown.append(item)
        rates.append(problem.rewards[at, item])
        at = problem.following[at, item]
    return shown, rates


policies = {
    "best click now": greedy.argmax(axis=1),
    "q_learning": agent.act(problem.observations),
    "optimum": exact.argmax(axis=1),
}
figure, axes = plt.subplots(figsize=(10.5, 2.9))
colours = plt.get_cmap("tab10").colors
for row, (name, choose) in enumerate(policies.items()):
    shown, rates = session(choose)
    for place, (item, rate) in enumerate(zip(shown, rates)):
        axes.add_patch(
            plt.Rectangle((place, -row - 0.8), 0.92, 0.8, color=colours[item], alpha=0.25 + 0.75 * rate)
        )
        axes.text(
            place + 0.46, -row - 0.31, str(item + 1), ha="center", va="center", color="white", weight="bold"
        )
        axes.text(place + 0.46, -row - 0.62, f"{rate:.2f}", ha="center", va="center", color="white", size=8)
    axes.text(-0.15, -row - 0.4, name, ha="right", va="center")
    axes.text(14.15, -row - 0.4, f"mean {np.mean(rates):.2f}", va="center")
axes.set(xlim=(-2.2, 15.8), ylim=(-3, 0.1), title="Product and click rate, step by step")
axes.axis("off")
figure.tight_layout()
plt.show()
for number in sorted({item for choose in policies.values() for item in session(choose)[0]}):
    print(f"{number + 1:>2}  {problem.rewards[0, number]:.2f}  {titles[number]}")

# %% [markdown]
# Showing the best of the moment goes round the three favourites before they are rested, and so keeps them tired. The optimum slips in product 1, which is clicked less than any of them, and lets them
# recover; that is what the term $\gamma \max_a Q(S_2, a)$ pays for, and what an update without it cannot learn:

# %%
short_sighted = agents.load("q_learning", envs, gamma=0.0, epsilon=0.3, step_size_decay=0.7, seed=0)
short_sighted.fit(envs, 300_000)
print(
    f"without the bootstrap (gamma 0): {worth(short_sighted.probabilities(problem.observations)):.1%} of the optimum"
)
print(f"with it (gamma .9):              {worth(agent.probabilities(problem.observations)):.1%}")
