"""Notebook: what a certificate says, how it is measured, and where the gain of planning comes from."""

# %% [markdown]
# # Reading a certificate: what planning is worth
#
# Many simulators of recommendation can be solved by showing whatever is most likely to be clicked now. Reinforcement learning has nothing to win in them, and nobody notices, because nobody has measured how much there
# was to win. Each scenario of recgym carries a **certificate** that says it: how much more a planner earns than the best that can be done without looking ahead.

# %%
from importlib import resources

import matplotlib.pyplot as plt
import numpy as np

from recgym.certify import format_row, read_certificates
from recgym.evaluation import paired_difference
from recgym.evaluation.rollouts import rollout
from recgym.oracles.certificate import certify
from recgym.oracles.policies import DynamicProgrammingPlanner, myopic_oracle
from recgym.sessions.setup import setup_of

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
MYOPIC, PLANNER, GREY, INK = "#e08a1e", "#2f855a", "#9aa5b1", "#1f2933"

# %% [markdown]
# ## 1. Four policies, the same users, the same luck
#
# | policy | sees | looks ahead |
# |---|---|---|
# | random | nothing | no |
# | popular | the platform's counts | no |
# | **myopic oracle** | the user's hidden state, and every probability | no: shows what is expected to earn most *now* |
# | **planner** | the same | yes |
#
# The two oracles know the same and differ in nothing but looking ahead. What the planner earns more is what planning is worth: no better model of the user can explain it, since both have a perfect one.
#
# The certificates ship with the package: three worlds per scenario, 1,000 held-out users each.

# %%
certificates = read_certificates(resources.files("recgym") / "certificates.json")
first_world = [row for row in certificates if row["world_seed"] == 0]
print(f"{'id':<20}{'random':>8}{'popular':>9}{'myopic':>8}{'planner':>9}   {'gain of planning':<26}norm")
for row in first_world:
    earned = [row["returns"][name]["mean"] for name in ("random", "popular", "myopic", "planner")]
    gain = row["gain"]
    print(
        f"{row['env_id']:<20}{earned[0]:>8.2f}{earned[1]:>9.2f}{earned[2]:>8.2f}{earned[3]:>9.2f}   "
        f"{gain['mean']:+.0%} [{gain['low']:+.0%}, {gain['high']:+.0%}]".ljust(81)
        + f"{row['norm']:.2f}"
    )

# %% [markdown]
# * **gain** = (planner - myopic) / myopic, from differences user by user, with its 95 % interval.
# * **norm** = (myopic - random) / (planner - random): where the myopic oracle is on the scale from random (0) to the planner (1). An agent with a higher *normalised score* does something that no
#   short-sighted policy can do, whatever it knows.

# %%
ids = [row["env_id"] for row in first_world]
figure, (left, right) = plt.subplots(1, 2, figsize=(11.5, 3.9), width_ratios=(1.5, 1), sharey=True)
for place, row in enumerate(first_world):
    mean = {name: interval["mean"] for name, interval in row["returns"].items()}
    score = {
        name: (value - mean["random"]) / (mean["planner"] - mean["random"]) for name, value in mean.items()
    }
    left.plot([0, 1], [-place, -place], color="#e3e8ee", lw=7, solid_capstyle="round", zorder=0)
    left.plot(
        [min(score["myopic"], 1), 1],
        [-place, -place],
        color=PLANNER,
        lw=7,
        alpha=0.3,
        solid_capstyle="round",
        zorder=1,
    )
    for name, colour in (("random", INK), ("popular", GREY), ("myopic", MYOPIC), ("planner", PLANNER)):
        left.plot(score[name], -place, "o", color=colour, ms=8, label=name if place == 0 else None, zorder=3)
worlds = {env_id: [row for row in certificates if row["env_id"] == env_id] for env_id in ids}
for place, env_id in enumerate(ids):
    for number, row in enumerate(worlds[env_id]):
        gain, height = row["gain"], -place + 0.2 * (1 - number)
        right.plot([100 * gain["low"], 100 * gain["high"]], [height, height], color=PLANNER, lw=3, alpha=0.35)
        right.plot(100 * gain["mean"], height, "o", color=PLANNER, ms=4)
left.set_yticks([-place for place in range(len(ids))], ids)
left.set(xlabel="normalised score", title="Who is where")
left.legend(loc="lower center", ncols=4, bbox_to_anchor=(0.5, -0.36))
right.axvline(0, color=GREY, lw=1, ls=":")
right.set(xlabel="gain of planning, %, in three worlds", title="What planning is worth")
figure.tight_layout()
plt.show()

# %% [markdown]
# Five scenarios need planning: the gain is a quarter to two fifths, far from zero in all three worlds. `RecControl-v0` is the negative control: nothing that is shown there has a consequence, planner and myopic oracle are
# the same, and an agent that seems to plan in it shows a fault in the experiment. (`RecBandit-v0` has consequences that this planner leaves out, those of repeating an item; notebook 2 solves a small one exactly.)
#
# ## 2. Measure one yourself
#
# `python -m recgym.certify` makes the whole table; `certify` makes a row. Fewer users, wider intervals.

# %%
mine = certify("RecVideo-v0", users=300)
print(format_row(mine.as_dict()))
shipped = next(row for row in first_world if row["env_id"] == "RecVideo-v0")
print(
    f"\nmine, 300 users:       gain {mine.gain.mean:+.0%} [{mine.gain.low:+.0%}, {mine.gain.high:+.0%}], norm {mine.norm:.2f}"
)
print(
    f"shipped, 1,000 users:  gain {shipped['gain']['mean']:+.0%} [{shipped['gain']['low']:+.0%}, {shipped['gain']['high']:+.0%}], norm {shipped['norm']:.2f}"
)
print(
    f"the planner's own upper bound on what any policy can earn: {mine.bound:.1f} per session; it earns {mine.returns['planner'].mean:.1f}"
)

# %% [markdown]
# The bound is what the planner thinks it will earn; it leaves the fatigue of repeated films out, and so is too high. The planner's return is a lower bound on the optimum: the truth about planning is between the two.
#
# ## 3. Where the gain comes from
#
# Let us watch both oracles with the same 300 held-out users. In the video scenario a film has an *appeal*, which makes people start it, and a *quality*, which they find out. Disappointed users lose goodwill, slowly, and users
# without goodwill leave.

# %%
setup = setup_of("recgym:RecVideo-v0", split="test")


def watched(oracle):
    """Plays an oracle; returns the log, and the goodwill of each user before each step."""
    goodwill = []

    def choose(sessions):
        goodwill.append(sessions.users["slow"].copy())
        return oracle(sessions)

    log = rollout(setup, choose, 300, 0)
    return log, np.array(goodwill).T


logs = {"myopic": watched(myopic_oracle()), "planner": watched(DynamicProgrammingPlanner())}
for name, (log, _) in logs.items():
    clicks = log.signals["click"].sum() / log.running.sum()
    print(
        f"{name:<8} reward {log.returns.mean():6.2f}   steps {log.lengths.mean():5.1f}   clicks per film {clicks:.2f}   completion per click {log.signals['completion'].sum() / log.signals['click'].sum():.2f}"
    )
difference = paired_difference(logs["planner"][0], logs["myopic"][0])
print(f"planner - myopic: {difference}")

# %%
figure, panels = plt.subplots(1, 3, figsize=(12.5, 3.7))
steps = np.arange(1, setup.horizon + 1)
for (name, (log, goodwill)), colour in zip(logs.items(), (MYOPIC, PLANNER)):
    staying = log.running.mean(axis=0)
    panels[0].plot(steps, 100 * staying, color=colour, lw=2.5, label=name)
    panels[0].fill_between(steps, 100 * staying, color=colour, alpha=0.08, lw=0)
    there = log.running[:, : goodwill.shape[1]]
    enough = there.sum(axis=0) >= 20
    mean = (goodwill * there).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    panels[1].plot(steps[: len(mean)][enough], mean[enough], color=colour, lw=2.5)
    panels[2].plot(steps, log.rewards.sum(axis=0).cumsum() / log.num_sessions, color=colour, lw=2.5)
panels[0].set(title="Users who are still there, %", xlabel="step", ylim=(0, 101))
panels[0].legend(loc="upper right")
panels[1].set(title="Goodwill of those", xlabel="step")
panels[2].set(title="Reward so far, per user", xlabel="step")
figure.tight_layout()
plt.show()

# %% [markdown]
# For twenty steps the myopic oracle is ahead. It spends goodwill; the planner builds it up, and its users are there when the others have left. Towards the end of the longest sessions
# the planner spends it, too: there is nothing left to save it for.
#
# What do they show? Each dot is a film, by its two hidden numbers; its size is how often it was shown.

# %%
items = setup.world.items
figure, panels = plt.subplots(1, 2, figsize=(10.5, 4.4), sharex=True, sharey=True)
for panel, (name, (log, _)), colour in zip(panels, logs.items(), (MYOPIC, PLANNER)):
    shown = np.bincount(log.shown[log.shown >= 0], minlength=len(items)) / (log.shown >= 0).sum()
    panel.scatter(items["appeal"], items["quality"], s=8, color="#d3dae1", lw=0)
    panel.scatter(items["appeal"], items["quality"], s=9_000 * shown, color=colour, alpha=0.55, lw=0)
    centre = (shown * items["appeal"]).sum(), (shown * items["quality"]).sum()
    panel.plot(*centre, "+", color=INK, ms=14, mew=2)
    panel.annotate("mean", centre, xytext=(8, 8), textcoords="offset points")
    panel.set(title=name, xlabel="appeal: how many start it")
panels[0].set_ylabel("quality: how good it turns out")
figure.tight_layout()
plt.show()

# %% [markdown]
# ## 4. Switch the mechanism off, and the gain is gone
#
# If planning pays because goodwill keeps users, it must not pay when goodwill keeps nobody. Every number of a scenario is an argument:

# %%
usual = setup.world.parameters.leave_goodwill
rows = [certify("RecVideo-v0", users=300, leave_goodwill=share * usual) for share in (0.0, 0.5)]
control = certify("RecControl-v0", users=300)
figure, axes = plt.subplots(figsize=(8, 3))
labels = ["goodwill keeps\nnobody", "half as strong", "RecVideo-v0", "RecControl-v0"]
for place, row in enumerate([*rows, mine, control]):
    axes.plot(
        [place, place],
        [100 * row.gain.low, 100 * row.gain.high],
        color=PLANNER,
        lw=6,
        alpha=0.3,
        solid_capstyle="round",
    )
    axes.plot(place, 100 * row.gain.mean, "o", color=PLANNER, ms=7)
    axes.text(place + 0.08, 100 * row.gain.mean, f"{100 * row.gain.mean + 0.0:+.1f} %", va="center")
axes.axhline(0, color=GREY, lw=1, ls=":")
axes.set_xticks(range(4), labels)
axes.set(ylabel="gain of planning, %", xlim=(-0.4, 3.7), title="No consequences, no gain")
figure.tight_layout()
plt.show()

# %% [markdown]
# ## 5. What to make of it
#
# * Compare your agent's **normalised score** with the scenario's **norm**. Below it, a better model of the user may be all that is missing. Above it, the agent plans.
# * Compare an agent with its short-sighted twin: the same network with `gamma=0`. The difference is what *it* gains by planning; the certificate says how much there is to gain.
# * Interactions are simulated. A certificate tells what planning is worth in this simulation, not in your shop.
