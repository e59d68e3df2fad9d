"""Notebook: from a messy file to recommendations: what is understood of it, its vectors, a session, a trained agent."""

# %% [markdown]
# # Your own catalogue
#
# All scenarios run over items of your own. What is needed is a file with a title or a text per row, in whatever form you have it. Here is one such as shops export: semicolons, an encoding of the nineties, money
# with a comma, dates with dots, column names of somebody's own, and a row that is broken.

# %%
import logging
import os
import sys
import tempfile
import warnings
from pathlib import Path

import gymnasium as gym
import matplotlib.pyplot as plt
import numpy as np

import agents
import recgym
from recgym.catalogue import CatalogueError, load_catalogue

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
logging.basicConfig(stream=sys.stdout, format="%(message)s")  # what recgym has to say, below the cells
os.environ["TQDM_DISABLE"] = "1"  # no progress bars
warnings.filterwarnings("ignore", "IProgress not found")
os.chdir(tempfile.mkdtemp())  # what is written below goes here
BLUE, ORANGE, GREEN, RED, GREY = "#2457a6", "#e08a1e", "#2f855a", "#c8416b", "#9aa5b1"
COLOURS = [BLUE, ORANGE, GREEN, RED, "#6f4bd8"]

SHELVES = {
    "Kitchen": (
        "copper kettle",
        "bread knife",
        "cast-iron pan",
        "espresso maker",
        "mixing bowl",
        "pepper mill",
    ),
    "Garden": ("garden hose", "rose shears", "bird feeder", "watering can", "hammock", "wheelbarrow"),
    "Music": ("acoustic guitar", "piano stool", "violin bow", "drum sticks", "music stand", "harmonica"),
    "Office": ("desk lamp", "fountain pen", "filing cabinet", "wall calendar", "paper shredder", "stapler"),
    "Outdoors": (
        "sleeping bag",
        "hiking boots",
        "camping stove",
        "rain jacket",
        "climbing rope",
        "trail map",
    ),
}
MAKERS, WOODS = (
    ("Örsted", "Fjällström", "Bellweather", "Quill & Son"),
    ("sturdy", "light", "plain", "handsome", "small"),
)
generator = np.random.default_rng(0)
lines = ["Artikel-Nr;Product Name;description;Department;list price;release date;internal note"]
for number in range(300):
    shelf = list(SHELVES)[number % 5]
    kind = SHELVES[shelf][generator.integers(6)]
    maker, word = generator.choice(MAKERS), generator.choice(WOODS)
    price = f"{np.exp(generator.normal(3.2, 0.7)):,.2f}".replace(",", " ").replace(".", ",")
    day = f"{generator.integers(1, 29)}.{generator.integers(1, 13):02d}.2025"
    lines.append(
        f"{1000 + number};{maker} {kind.title()} No. {number};A {word} {kind} that is made to last, in a box of paper.;{shelf};{price} €;{day};ok"
    )
lines.insert(42, "9999;Half of a row")
Path("shop.csv").write_text("\n".join(lines), encoding="cp1252")
print(*lines[:3], "...", sep="\n")

# %% [markdown]
# ## 1. What is understood of it?
#
# `python -m recgym.catalogue describe shop.csv` looks at a file and says what it takes for what. Called from a notebook, it is a function:

# %%
from recgym.catalogue.__main__ import main as catalogue_command

status = catalogue_command(["describe", "shop.csv", "--encoder", "hashing"])

# %% [markdown]
# The separator, the encoding, the prices in euros and the German dates were found by looking. One row is cut off, and it is told which. Whoever loads the file is asked what to do about it: nothing is left out silently.

# %%
try:
    load_catalogue("shop.csv", encoder="hashing")
except CatalogueError as error:
    print(error)

# %% [markdown]
# So: mend the file, or say that such rows may be left out. *Artikel-Nr* was not understood, as it is a word of this shop's own, and is listed under the columns that are not used. Say what it is:

# %%
shop = load_catalogue("shop.csv", columns={"id": "Artikel-Nr"}, on_bad_rows="skip", encoder="hashing")
print(shop)
for item in range(3):
    print(f"  {shop.ids[item]}  {shop.titles[item]:<32} {shop.categories[item]:<10} {shop.price[item]:8.2f}")

# %% [markdown]
# What cannot be guessed is asked, not assumed. A column that does not exist is an error that lists those that do:

# %%
try:
    load_catalogue("shop.csv", columns={"title": "Produkt"}, on_bad_rows="skip", encoder="hashing")
except CatalogueError as error:
    print(error)

# %% [markdown]
# ## 2. From texts to vectors
#
# `encoder="hashing"` is what these cells use, as it needs no download and no time: it knows spelling, not meaning. Without it, texts are encoded by the sentence Transformer all-MiniLM-L6-v2, which the extra
# `text` installs, once, and what it made is kept (`cache_dir=`). Its vectors place items by what they mean; here is how alike the thirty kinds of products are for both. In the blocks on the diagonal they are of the same shelf, which no text says.

# %%
meaning = load_catalogue("shop.csv", columns={"id": "Artikel-Nr"}, on_bad_rows="skip", cache_dir="cache")


def likeness(catalogue):
    """How alike the kinds of products are, (30, 30): cosines of their mean vectors, about the mean of all."""
    names = [kind.title() for shelf in SHELVES.values() for kind in shelf]
    means = np.array(
        [catalogue.embeddings[[name in title for title in catalogue.titles]].mean(axis=0) for name in names]
    )
    means -= means.mean(axis=0)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    return means @ means.T


def same_shelf(vectors):
    """How often the nearest other product with another name is of the same shelf."""
    cosines = vectors @ vectors.T
    kinds = np.array(
        [
            title.partition(" No.")[0].removeprefix(maker)
            for title in shop.titles
            for maker in MAKERS
            if title.startswith(maker)
        ]
    )
    cosines[kinds[:, None] == kinds] = -1
    return (shop.categories[cosines.argmax(axis=1)] == shop.categories).mean()


figure, panels = plt.subplots(1, 2, figsize=(11, 5.2), sharey=True)
for panel, catalogue, title in zip(
    panels, (shop, meaning), ("hashing: spelling", "sentence Transformer: meaning"), strict=True
):
    picture = likeness(catalogue)
    np.fill_diagonal(picture, np.nan)
    shown = panel.imshow(picture, cmap="RdBu_r", vmin=-0.6, vmax=0.6)
    for edge in range(0, 31, 6):
        panel.axhline(edge - 0.5, color="white", lw=2)
        panel.axvline(edge - 0.5, color="white", lw=2)
    panel.set_xticks(range(2, 30, 6), list(SHELVES))
    panel.set_yticks(range(30), [kind for shelf in SHELVES.values() for kind in shelf], size=7)
    panel.set_title(title)
    panel.tick_params(length=0)
    panel.spines[:].set_visible(False)
figure.tight_layout()
figure.colorbar(shown, ax=panels, label="likeness of two kinds", fraction=0.025, pad=0.02)
plt.show()
for name, catalogue in (("hashing", shop), ("Transformer", meaning)):
    print(
        f"{name:<12} the nearest product of another kind is of the same shelf: {same_shelf(catalogue.embeddings):.0%}"
    )

# %% [markdown]
# ## 3. Play
#
# Any scenario takes the catalogue, or the file itself with the same arguments: `gym.make("recgym:RecEcommerce-v0", catalogue="shop.csv", columns=..., on_bad_rows="skip")`. The prices of the file are what the
# shop's visitors pay.

# %%
env = gym.make("recgym:RecEcommerce-v0", catalogue=meaning, num_items=None, render_mode="rgb_array")
task = env.unwrapped.task
print(task)
observation, info = env.reset(seed=15)
env.action_space.seed(15)
over = False
while not over:
    observation, reward, terminated, truncated, info = env.step(env.action_space.sample())
    over = terminated or truncated
picture = env.render()
picture = picture[: np.flatnonzero((picture < 255).any(axis=(1, 2)))[-1] + 30]  # without the empty rows below
figure = plt.figure(figsize=(11, 11 * picture.shape[0] / picture.shape[1]))
figure.add_axes((0, 0, 1, 1)).imshow(picture)
plt.axis("off")
plt.show()

# %% [markdown]
# ## 4. Recommend
#
# Agents work as they do anywhere. A bandit learns for a few thousand steps and is measured on people it has not met:

# %%
from gymnasium.vector import AutoresetMode

envs = gym.make_vec(
    "recgym:RecEcommerce-v0", 64, catalogue=meaning, num_items=None, autoreset_mode=AutoresetMode.DISABLED
)
agent = agents.load("linucb", envs, seed=0)
agent.fit(envs, 6_000)
policies = {name: agents.load(name, envs) for name in ("popular", "nearest")} | {"linucb": agent}
result = recgym.evaluate(envs, policies, users=400)
print(result.table())

# %%
figure, axes = plt.subplots(figsize=(8, 2.6))
for row, (name, metrics) in enumerate(result.results.items()):
    interval, colour = metrics["reward_per_session"], BLUE if name == "linucb" else GREY
    axes.plot(
        [interval.low, interval.high], [row, row], color=colour, lw=6, alpha=0.35, solid_capstyle="round"
    )
    axes.plot(interval.mean, row, "o", color=colour, ms=7)
axes.set_yticks(range(len(result.results)), list(result.results))
axes.invert_yaxis()
axes.set(xlabel="reward per session, in median prices", title="In your shop, on people nobody has met")
axes.grid(axis="x", color="#eceff2")
axes.margins(y=0.2)
figure.tight_layout()
plt.show()

# %% [markdown]
# After so few steps the bandit is a little above what the texts alone tell (`nearest`); the intervals overlap, and more users or more steps would tell them apart.
#
# And for somebody who was never simulated, by the titles of what they looked at:

# %%
looked_at = [
    next(title for title in task.titles if kind in title) for kind in ("Guitar", "Violin", "Harmonica")
]
observation = task.observe(looked_at)
masks = np.ones((1, task.num_items))
masks[0, [task.item_number(title) for title in looked_at]] = 0
print("Looked at:", *looked_at, sep="\n  ")
for name, policy in {"nearest": agents.load("nearest", envs, share=1e-9), "linucb": agent}.items():
    left, shown = masks.copy(), []
    for _ in range(4):
        (item,) = policy.act(observation[None], left)
        left[0, item] = 0
        shown.append(f"{task.titles[item]} ({task.catalogue.categories[item]})")
    print(f"\n{name} shows:", *shown, sep="\n  ")

# %% [markdown]
# ## 5. It holds what was made of it
#
# The environment, its copies and what was saved with it keep the items that they were made of, whatever becomes of the file:

# %%
held = gym.make(
    "recgym:RecEcommerce-v0",
    catalogue="shop.csv",
    columns={"id": "Artikel-Nr"},
    on_bad_rows="skip",
    encoder="hashing",
)
first = list(held.unwrapped.task.titles[:2])
Path("shop.csv").unlink()
print("the same items:", first == list(gym.make(held.spec).unwrapped.task.titles[:2]))

# %% [markdown]
# If the file has changed instead, and what was made of it is nowhere kept, making the environment again is an error: the same actions would show other items.
#
# All of what `describe` and `load_catalogue` understand (compressed files, JSON, Parquet, DataFrames, the files of MovieLens, MIND, Spotify and others as they are) is on the page on
# catalogues, and every argument is in the docstring of `load_catalogue`.
