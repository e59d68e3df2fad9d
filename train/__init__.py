"""Trains, evaluates and compares agents: `python -m train`, `python -m train.evaluate`, `python -m train.compare`."""

import agents

if not hasattr(agents, "AGENTS"):
    raise ImportError(
        f"Another package named 'agents' was imported, from {agents.__file__}; recgym's lies beside this one. Run from an environment in "
        "which recgym is installed, and where no folder or package of that name comes first on the path."
    )
