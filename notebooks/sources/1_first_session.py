"""Notebook: a first session, a first training, and what an agent recommends."""

# %% [markdown]
# # A first session, and a first training
#
# recgym simulates people who use a recommender: a shop, a video platform, music, news. An agent shows items, people click, like, buy, or leave. This notebook plays one session,
# measures three simple policies on the same held-out users, trains two agents, saves one and asks it for recommendations.

# %%
import gymnasium as gym
import matplotlib.pyplot as plt
import numpy as np
from gymnasium.vector import AutoresetMode

import agents
import recgym

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
# ## 1. A shelf of films
#
# `gym.make` returns a Gymnasium environment like any other. What an agent may know of it is one record, the *task*: items, their texts as vectors, what observations and actions mean.

# %%
env = gym.make("recgym:RecVideo-v0")
task = env.unwrapped.task
print(task)
for item in range(5):
    print(
        f"  item {item}: {task.titles[item]} ({task.catalogue.categories[item]}, {task.catalogue.duration[item]:.0f} minutes)"
    )
print("observation:", env.observation_space.shape, " actions:", env.action_space)

# %% [markdown]
# A person comes in. Their taste is hidden; the observation holds vectors of what they liked, what they ignored and what they look at, and a few numbers such as the click rate so far.
# We show films at random. The reward of a step is how much of the film is watched.

# %%
observation, info = env.reset(seed=8)
env.action_space.seed(8)
earned, over, step = 0.0, False, 0
while not over:
    action = env.action_space.sample()
    observation, reward, terminated, truncated, info = env.step(action)
    over, step, earned = terminated or truncated, step + 1, earned + reward
    heard = [name for name in ("click", "like") if info[name] > 0]
    print(f"{step:>3}  {task.titles[info['shown'][0]][:40]:<42}{reward:5.2f}  {', '.join(heard)}")
print("The user left." if terminated else "The session was cut.", f"Reward: {earned:.2f}")

# %% [markdown]
# ## 2. Who is any good?
#
# `recgym.evaluate` plays policies on the same held-out users with the same luck, so that small differences show. *Random*, *popular* and *nearest* learn nothing; the *planner*
# is an oracle: it knows the user's hidden state and looks ahead. Nobody who sees observations only can do as well; it is the top of the scale.

# %%
from recgym.oracles.reference import create_reference

planner = {"planner": create_reference("planner", "RecVideo-v0")}
simple = {name: agents.load(name, task) for name in ("popular", "nearest")}
result = recgym.evaluate("RecVideo-v0", simple, users=200, oracles=planner)
print(result.table())

# %% [markdown]
# ## 3. Training
#
# Agents learn on many users at once, in the native vector environment. `linucb` is a contextual bandit, linear in features of user and item; it learns from the reward of the step.
# `ppo` is Stable-Baselines3's PPO with a network that has a tower for the user and one for the items. Both are trained in pieces here, to see how they come along.

# %%
import torch

from recgym.evaluation import mean_interval, play

torch.set_num_threads(1)


def train(name, num_envs, pieces, **options):
    """Trains an agent in pieces; returns it, and its reward per session on held-out users after each of them."""
    envs = gym.make_vec("recgym:RecVideo-v0", num_envs, autoreset_mode=AutoresetMode.DISABLED)
    agent = agents.load(name, envs, seed=0, **options)
    steps, rewards = [], []
    for piece in pieces:
        agent.fit(envs, piece)
        steps.append(piece + (steps[-1] if steps else 0))
        rewards.append(mean_interval(play("RecVideo-v0", agent, num_sessions=150).returns))
    return agent, np.array(steps), rewards


linucb, linucb_steps, linucb_rewards = train("linucb", 64, [640, 640, 1_280, 2_560, 5_120])
ppo, ppo_steps, ppo_rewards = train(
    "ppo",
    256,
    [16_384, 16_384, 32_768, 32_768],
    n_steps=16,
    batch_size=1_024,
    n_epochs=5,
    learning_rate=3e-3,
    gamma=0.9,
    gae_lambda=0.9,
    ent_coef=0.01,
)
print("linucb:", linucb_rewards[-1], " ppo:", ppo_rewards[-1])

# %%
figure, axes = plt.subplots(figsize=(9, 4.2))
for name, steps, rewards, colour in (
    ("linucb", linucb_steps, linucb_rewards, ORANGE),
    ("ppo", ppo_steps, ppo_rewards, BLUE),
):
    mean, low, high = (
        np.array([getattr(reward, part) for reward in rewards]) for part in ("mean", "low", "high")
    )
    axes.plot(steps, mean, "o-", color=colour, lw=2, ms=4)
    axes.fill_between(steps, low, high, color=colour, alpha=0.15, lw=0)
    axes.text(steps[-1] * 1.08, mean[-1], name, color=colour, va="center", weight="bold")
for name, colour in (("random", GREY), ("popular", GREY), ("nearest", GREY), ("planner", GREEN)):
    level = result.results[name]["reward_per_session"].mean
    axes.axhline(level, color=colour, lw=1.2, ls=":")
    axes.text(310_000, level, name, color=colour, va="center", fontsize=8.5)
axes.set(
    xscale="log",
    xlabel="training steps",
    ylabel="reward per session",
    xlim=(550, 300_000),
    title="Learning what to show, on held-out users",
)
figure.tight_layout()
plt.show()

# %% [markdown]
# The bands are 95 % intervals over users. At first both are worse than random, which at least does not show one film again and again. The bandit is quick: it has learned most after 2,500 steps. PPO has had
# forty times as many and is not there yet; with 4 million, as `python -m train.compare --env RecVideo-v0` takes, it is above the bandit (9.7 against 7.3). Both are far from the
# planner: there is much to gain.
#
# ## 4. More than one number
#
# The reward is not all. The same logs tell how varied the lists are, how many items are shown at all, how well those are off who are worst off. Look at the second
# and the third panel: both learners get more clicks than random and *shorter* sessions. They show what is clicked now. The planner gets the clicks and keeps the users.

# %%
final = recgym.evaluate("RecVideo-v0", {**simple, "linucb": linucb, "ppo": ppo}, users=200, oracles=planner)
columns = {
    "reward_per_session": "reward\nper session",
    "session_length": "steps\nper session",
    "click_through_rate": "clicks\nper film",
    "intra_list_diversity": "diversity\nwithin a session",
    "personalisation": "distance between\nusers' lists",
    "coverage": "share of films\nthat are shown",
    "worst_tenth": "reward of the\nworst-off tenth",
}
figure, panels = plt.subplots(1, len(columns), figsize=(13, 3.2), sharey=True)
names = list(final.logs)[::-1]
colours = {"linucb": ORANGE, "ppo": BLUE, "planner": GREEN}
for panel, (metric, title) in zip(panels, columns.items()):
    for row, name in enumerate(names):
        interval = final.results[name][metric]
        panel.plot(
            [interval.low, interval.high],
            [row, row],
            color=colours.get(name, GREY),
            lw=5,
            alpha=0.35,
            solid_capstyle="round",
        )
        panel.plot(interval.mean, row, "o", color=colours.get(name, GREY), ms=5)
    panel.set_title(title, fontsize=9, weight="normal")
    panel.set_yticks(range(len(names)), names)
    panel.margins(x=0.15, y=0.1)
    panel.grid(axis="x", color="#eceff2")
figure.tight_layout()
plt.show()

# %% [markdown]
# ## 5. Save it, load it, ask it
#
# A folder holds all that an agent needs: no environment, no pickle. `task.observe` makes the observation of somebody who was never simulated, from titles.

# %%
import tempfile
from pathlib import Path

temporary = tempfile.TemporaryDirectory()  # is gone when the notebook is closed
folder = Path(temporary.name) / "linucb"
linucb.save(folder)
agent = agents.load_saved(folder)
print("files:", *sorted(path.name for path in folder.iterdir()))

watched = [
    "Van Helsing",
    "Halloween H20: 20 Years Later",
    "Paranormal Activity 3",
    "Fright Night",
    "I Know Who Killed Me",
]
observation = agent.task.observe(watched)


def top(agent, count=5):
    """The films that an agent would show, best first; not what was watched already."""
    masks = np.ones((1, task.num_items))
    masks[0, [task.item_number(title) for title in watched]] = 0
    for _ in range(count):
        (item,) = agent.act(observation[None], masks)
        masks[0, item] = 0  # something else, next
        yield f"{task.titles[item]} ({task.catalogue.categories[item]})"


print("\nSomebody watched", *watched, sep="\n  ")
print("\nlinucb shows", *top(agent), sep="\n  ")
print("\nthe nearest texts are", *top(agents.load("nearest", task, share=1e-9)), sep="\n  ")

# %% [markdown]
# Somebody who watched horror is shown horror. Nearest goes by the texts, which tell a film's genre, director, country and year. The bandit was told none of the words: it has learned from rewards how much a
# film's likeness to what was liked is worth, beside what most people watch to the end.

# %% [markdown]
# ## 6. What a session looks like
#
# The environment draws what happened: how the reward grew, what the user did when, and every item that was shown. This is the bandit with a held-out user.

# %%
env = gym.make("recgym:RecVideo-v0", split="test", render_mode="rgb_array")
observation, info = env.reset(seed=25)
over = False
while not over:
    (action,) = linucb.act(observation[None], info["action_mask"][None])
    observation, reward, terminated, truncated, info = env.step(action)
    over = terminated or truncated
plt.figure(figsize=(13, 8.1))
plt.imshow(env.render())
plt.axis("off")
plt.tight_layout(pad=0)
plt.show()
