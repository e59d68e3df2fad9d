"""Notebook: what a certificate says, how it is measured, and where the gain of planning comes from."""

# %% [markdown]
# # Reading a certificate: what planning is worth, and what knowing the user is
#
# Many simulators of recommendation can be solved by showing whatever is most likely to be clicked now, or the same few items to everybody. Reinforcement learning has nothing to win in them, nor has a model of the user, and nobody notices, because nobody
# has measured how much there was to win. Each scenario of recgym carries a **certificate** that says it.

# %%
from importlib import resources

import matplotlib.pyplot as plt
import numpy as np

from recgym.certify import format_row, problems, read_certificates
from recgym.evaluation import paired_difference
from recgym.evaluation.rollouts import rollout
from recgym.oracles.certificate import KNOWLEDGE, certify
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
MYOPIC, PLANNER, GREY, PALE, INK = "#e08a1e", "#2f855a", "#9aa5b1", "#e3e8ee", "#1f2933"

# %% [markdown]
# ## 1. The square
#
# A certificate is a square. On one side is what is known of the user, on the other whether a policy looks ahead. All policies meet the same 1,000 held-out users with the same luck.
#
# | | myopic | planner |
# |---|---|---|
# | **everything**, the hidden state too | what is expected to earn most *now* | what is expected to earn most *from now on* |
# | **honest**: history and session | the same, for what is *believed* of the user | the same |
# | ... | | |
# | **average**: nothing of this user | the same, for the average user | the same |
#
# Within a row the two policies know the same and differ in nothing but looking ahead, so that the step between them is what *planning* is worth. Within a column they differ in what they know, so that the step
# is what *knowledge* is worth. The certificates ship with the package. Here is one:

# %%
certificates = read_certificates(resources.files("recgym") / "certificates.json")
row = next(held for held in certificates if held["env_id"] == "RecNews-v0")
print(row["env_id"], "world", row["world_seed"], "users", row["users"], "kind", row["kind"])
print("keys:", ", ".join(row), "\n")
print(f"{'knowledge':<12}{'myopic':>8}{'planner':>9}{'score':>7}   what is known")
for name, meaning in KNOWLEDGE.items():
    if name in row["square"]:
        ends = row["square"][name]
        policy = "planner" if name == "everything" else f"{name} planner"
        print(
            f"{name:<12}{ends['myopic']['mean']:>8.2f}{ends['planner']['mean']:>9.2f}{row['norms'][policy]:>7.2f}   {meaning}"
        )
print("\nand knowing nothing of anybody:")
for name in ("random", "popular", "loop"):
    print(f"{name:<12}{'':>8}{row['returns'][name]['mean']:>9.2f}{row['norms'][name]:>7.2f}")
print(f"(the loop: {row['loop']}, the same for everybody)")

# %% [markdown]
# The *score* is the scale from random (0) to the planner that knows everything (1). On the same scale is an agent's *normalised score*. From the bottom up: a **loop** shows everybody the same good items in turn. The planner for the **average** user has the best plan for
# nobody in particular. By this **session** alone it learns while it serves. With history and session, **honest**, it knows all that may be seen. What is missing to 1 is hidden from every agent.
#
# `python -m recgym.certify` prints a certificate in a line: returns of random and of the planner, the upper bound where there is one, scores, then four gains with their 95 % intervals.

# %%
print(format_row(row))
for name, interval in {"planning, everything known": row["gain"], **row["gains"]}.items():
    print(f"{name:<28}{interval['mean']:+.0%}  [{interval['low']:+.0%}, {interval['high']:+.0%}]")
print("\nwhat it lacks of what is required:", "; ".join(problems(row)) or "nothing")

# %% [markdown]
# * **planning**: honest planner over honest myopic policy. It is what an agent with perfect estimates can gain by looking ahead.
# * **history**: honest planner over the planner for the average user. It is what personalisation is worth.
# * **warm**: honest planner over the one that learns by this session alone: what a history adds for somebody who learns quickly.
#
# ## 2. All of them
#
# Each line is a row of a square, from the myopic policy to the planner. Going right is looking ahead, going up is knowing more.

# %%
ROWS = [name for name in KNOWLEDGE if name != "features"]
worlds = {}
for held in certificates:
    if held["norms"] and "Slate" not in held["env_id"]:
        worlds.setdefault(held["env_id"], []).append(held)
columns = min(3, len(worlds))
lines = -(-len(worlds) // columns)
figure, panels = plt.subplots(
    lines, columns, figsize=(1.5 + 3.6 * columns, 0.4 + 2.5 * lines), sharey=True, squeeze=False
)
for panel in panels.flat[len(worlds) :]:
    panel.set_axis_off()
for panel, (env_id, measured) in zip(panels.flat, worlds.items(), strict=False):
    square, returns = measured[0]["square"], measured[0]["returns"]
    for height, name in enumerate(ROWS):
        if name not in square:
            continue
        myopic, planner = square[name]["myopic"]["mean"], square[name]["planner"]["mean"]
        panel.plot([myopic, planner], [height] * 2, color=PALE, lw=6, solid_capstyle="round", zorder=1)
        panel.plot(myopic, height, "o", color=MYOPIC, ms=9, zorder=2)
        panel.plot(planner, height, "o", color=PLANNER, ms=6, zorder=3)
    for name, style in (("random", ":"), ("loop", "--")):
        panel.axvline(returns[name]["mean"], color=GREY, lw=1.2, ls=style, zorder=0)
    panel.set_yticks(range(len(ROWS)), ROWS)
    panel.set_ylim(-0.6, len(ROWS) - 0.4)
    panel.set_title(env_id, fontsize=10)
    panel.spines["left"].set_visible(False)
    panel.tick_params(axis="y", length=0)
marks = [
    plt.Line2D([], [], ls="", marker="o", color=MYOPIC, ms=9, label="myopic"),
    plt.Line2D([], [], ls="", marker="o", color=PLANNER, ms=6, label="planner"),
    plt.Line2D([], [], color=GREY, lw=1.2, ls=":", label="random"),
    plt.Line2D([], [], color=GREY, lw=1.2, ls="--", label="best loop"),
]
figure.supxlabel("reward per session, in the first world", fontsize=10)
figure.tight_layout(rect=(0, 0, 1, 0.93))
figure.legend(handles=marks, loc="upper center", ncols=4)
plt.show()

# %% [markdown]
# `RecControl-v0` is the negative control: nothing that is shown there has a consequence, so that in every row the two dots lie on each other, and an agent that seems to plan in it shows a fault in the experiment. Its
# rows are apart all the same: knowing the user is worth something there, too. Nothing is required of `RecBandit-v0`, which is small enough to be solved exactly (notebook 2).
#
# The same as gains, in each world that was measured:

# %%
figure, panels = plt.subplots(1, 2, figsize=(10.5, 0.9 + 0.55 * len(worlds)), sharey=True)
for panel, name, colour, title in (
    (panels[0], "planning", PLANNER, "What honest planning is worth"),
    (panels[1], "history", "#2457a6", "What the history is worth"),
):
    for place, measured in enumerate(worlds.values()):
        for number, held in enumerate(measured):
            found, height = held["gains"][name], -place + 0.7 * (0.5 - (number + 0.5) / len(measured))
            panel.plot(
                [100 * found["low"], 100 * found["high"]], [height] * 2, color=colour, lw=3, alpha=0.35
            )
            panel.plot(100 * found["mean"], height, "o", color=colour, ms=4)
    panel.axvline(0, color=GREY, lw=1, ls=":")
    panel.set(xlabel="%", title=title, ylim=(-len(worlds) + 0.4, 0.6))
panels[0].set_yticks([-place for place in range(len(worlds))], list(worlds))
figure.tight_layout()
plt.show()

# %% [markdown]
# ## 3. What a history is worth
#
# The way up from the average user to everything can be split: what the session tells, what the history adds, what stays hidden. All of them are planners.

# %%
STEPS = [
    ("average planner", "the best plan for nobody in particular", GREY),
    ("session planner", "what the session tells", "#90b4e0"),
    ("honest planner", "what the history adds", "#2457a6"),
    ("planner", "what is hidden", PALE),
]
figure, axes = plt.subplots(figsize=(9.5, 1.2 + 0.45 * len(worlds)))
for place, measured in enumerate(worlds.values()):
    start = 0.0
    for name, label, colour in STEPS:
        end = np.mean([held["norms"][name] for held in measured if name in held["norms"]])
        axes.barh(
            -place, end - start, left=start, color=colour, height=0.62, label=label if place == 0 else None
        )
        start = end
axes.set_yticks([-place for place in range(len(worlds))], list(worlds))
axes.set(xlabel="score: 0 is random, 1 is the planner that knows everything", xlim=(0, 1))
axes.legend(loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=4, fontsize=9, columnspacing=1.2)
axes.spines["left"].set_visible(False)
axes.tick_params(axis="y", length=0)
figure.tight_layout()
plt.show()

# %% [markdown]
# An agent that does not read who somebody is cannot leave the grey part, however well it plans. Of what it could read, the history holds a part even for somebody who learns in the session from the first click on.
#
# ## 4. Measure one yourself
#
# `certify` makes a certificate. By itself it measures the last row, that of the oracles; `knowledge` names further rows, for which estimators are trained. Fewer users, wider intervals.

# %%
mine = certify("RecVideo-v0", users=300, knowledge=("average", "honest"))
print(
    f"planning, everything known: {mine.gain.mean:+.0%} [{mine.gain.low:+.0%}, {mine.gain.high:+.0%}], norm {mine.norm:.2f}"
)
for name, found in mine.gains.items():
    print(
        f"{name + ', honest' if name == 'planning' else name:<26}: {found.mean:+.0%} [{found.low:+.0%}, {found.high:+.0%}]"
    )
print(
    f"the planner's own upper bound on what any policy can earn: {mine.bound:.1f} per session; it earns {mine.returns['planner'].mean:.1f}"
)

# %% [markdown]
# The bound is what the planner thinks it will earn; it leaves the fatigue of repeated films out, and so is too high. The planner's return is a lower bound on the optimum: the truth about planning is between the two.
#
# ## 5. Where the gain of planning comes from
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
# At first the myopic oracle is ahead. It spends goodwill; the planner builds it up, and its users are there when the others have left. Towards the end of the longest sessions
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
# ## 6. Switch the mechanism off, and the gain is gone
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
# ## 7. What to make of it
#
# * Compare your agent's **normalised score** with the rows. Below *average planner* it knows nobody. Between *honest myopic* and *honest planner* it does what a policy that only pleases cannot with what may be known. Above *honest planner* it has found better
#   estimates than ours, or plans better: the rows are policies, and no bounds.
# * Compare an agent with its short-sighted twin: the same network with `gamma=0`. The difference is what *it* gains by planning; the certificate says how much there is to gain.
# * The honest planners know the items and the dynamics, which an agent has to learn, and they do not explore.
# * Interactions are simulated. A certificate tells what planning and a history are worth in this simulation, not in your shop.
