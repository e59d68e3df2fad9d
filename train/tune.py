"""Looks for better hyperparameters with Optuna: `python -m train.tune --env RecNews-v0 --agent linucb --trials 30 --storage sqlite:///tune.db`.

Each trial trains the agent with options from its search space, the block `search` of its file in `train/hyperparams`, and is measured on validation users with
luck of their own: neither the users of training nor those of evaluation. Trials that fall behind are cut short. The first trial has the hyperparameters
as they are.

`--trials` counts those that are in the storage already: the same command, given again, goes on where it was stopped, and several processes share the work.
What is found is written as a hyperparameter file, for `python -m train --hyperparams FILE`.
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import agents
from agents.agent import Agent
from recgym.core.arguments import whole_number
from recgym.core.seeds import Purpose, seed_for
from recgym.core.whole_file import write_whole
from recgym.evaluation import printable
from train.arguments import INTERRUPTED, add_training_arguments, check_out, stop
from train.checkpoints import CHOSEN_BY, Checkpoints
from train.runs import (
    Run,
    hyperparameter_blocks,
    learns,
    make_envs,
    parse_pairs,
    plan_run,
    short_name,
    takes_watch,
)
from train.search_space import SEARCH, Dimension, read_search_space

TUNING_USERS = 400
"""Users that each trial is measured on, unless another number is asked for."""
_REFUSED = "refused"
"""What of a trial holds why its options are not possible."""
CHECKS_PER_TRIAL = 5
"""How often it is looked whether a trial falls behind."""
STARTUP_TRIALS = 5
"""Trials that are played out before any is cut short."""
_SETTINGS = "settings"


class Measurements:
    """Tells an Optuna trial how it does, and ends it when it falls behind the others.

    Args:
        trial: The trial.

    Attributes:
        value: What was measured last.
    """

    def __init__(self, trial: Any) -> None:
        """See the class."""
        self._trial = trial
        self._checks = 0
        self.value: float | None = None

    def measured(self, agent: Agent, metrics: Mapping[str, float]) -> None:
        """See `train.checkpoints.MeasurementLog`.

        Raises:
            optuna.TrialPruned: if the trial is to end.
        """
        import optuna

        self.value = metrics[CHOSEN_BY]
        self._checks += 1
        self._trial.report(self.value, self._checks)
        if self._trial.should_prune():
            raise optuna.TrialPruned


def try_options(run: Run, trial: Any, users: int) -> float:
    """Trains an agent and returns its reward per session with validation users.

    Args:
        run: With the options that are tried.
        trial: The Optuna trial.
        users: Validation users.

    Raises:
        optuna.TrialPruned: if it fell behind.
    """
    envs = make_envs(run, run.num_envs, "train")
    agent = agents.load(run.agent, envs, seed=run.seed, **run.agent_kwargs)
    measurements = Measurements(trial)
    with tempfile.TemporaryDirectory() as folder:
        checkpoints = Checkpoints(
            Path(folder),
            envs,
            steps=run.steps,
            every=-(-run.steps // CHECKS_PER_TRIAL),
            users=users,
            log=measurements,
            purpose=Purpose.TUNING,
        )
        if learns(run.agent):
            more: dict[str, Any] = {"watch": checkpoints} if takes_watch(agent) else {}
            agent.fit(envs, run.steps, **more)
        if checkpoints.kept != agent.steps_trained:
            checkpoints.save(agent)
            checkpoints.measure()
    assert measurements.value is not None
    return measurements.value


def open_study(storage: str, name: str, seed: int, settings: Mapping[str, Any]) -> Any:
    """Opens a study, or makes it.

    Args:
        storage: Where, as Optuna takes it.
        name: Of the study.
        seed: Of what is tried.
        settings: What trials must have in common to be compared.

    Raises:
        ValueError: if the storage cannot be opened, or the study there was made with other settings.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    pruner = optuna.pruners.MedianPruner(
        n_startup_trials=STARTUP_TRIALS, n_warmup_steps=2
    )  # not at the first check
    try:
        study = optuna.create_study(
            storage=storage, study_name=name, pruner=pruner, direction="maximize", load_if_exists=True
        )
    except Exception as error:  # SQLAlchemy's and Optuna's own, of many kinds
        raise ValueError(
            f"--storage {storage}: it cannot be opened ({error}). Pass a database such as sqlite:///tune.db."
        ) from error
    # A process that goes on must not try again what the one before it drew.
    study.sampler = optuna.samplers.TPESampler(seed=seed_for(Purpose.TUNING, seed, len(study.trials)) % 2**32)
    # Lists as JSON has them, since the storage is JSON.
    wanted = json.loads(json.dumps(settings))
    found = study.user_attrs.get(_SETTINGS)
    if found is None:
        study.set_user_attr(_SETTINGS, wanted)
    elif found != wanted:
        changed = [key for key in wanted if found.get(key) != wanted[key]]
        raise ValueError(
            f"{storage} holds trials of study {name!r} with other settings ("
            + ", ".join(f"{key}={found.get(key)!r}, not {wanted[key]!r}" for key in changed)
            + "), and trials can only be compared if they were made alike: give the same arguments, another --storage, or another --study."
        )
    return study


def tuned_blocks(
    blocks: Mapping[str, Mapping[str, Any]], env_id: str, best: Mapping[str, Any], steps: int | None
) -> dict[str, Any]:
    """Returns hyperparameters as a file holds them, with what was found in the block of the environment's id."""
    found = {name: dict(block) for name, block in blocks.items()}
    plain = short_name(env_id)
    mine = found.get(plain, {}) | ({} if steps is None else {"steps": steps}) | dict(best)
    return {**{name: block for name, block in found.items() if name != SEARCH}, plain: mine} | (
        {SEARCH: found[SEARCH]} if SEARCH in found else {}
    )


def write_hyperparameters(path: Path, blocks: Mapping[str, Any], comment: str) -> None:
    """Writes a hyperparameter file, whole or not at all."""
    import yaml

    text = f"# {comment}\n" + yaml.safe_dump(dict(blocks), sort_keys=False)
    write_whole(path, lambda file: file.write(text.encode()))


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m train.tune", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )  # fmt: skip
    add_training_arguments(parser, logdir=False)
    parser.add_argument(
        "--agent", default="ppo", metavar="NAME", help=f"one of {', '.join(agents.AGENTS)}, or package.module:Class (default: ppo)"
    )  # fmt: skip
    parser.add_argument("--trials", type=int, default=30, metavar="N", help="trials in all, those in the storage included (default: 30)")  # fmt: skip
    parser.add_argument("--steps", type=int, metavar="N", help="steps of each trial (default: of the agent's hyperparameters)")  # fmt: skip
    parser.add_argument("--storage", default="sqlite:///tune.db", metavar="URL", help="where trials are kept (default: sqlite:///tune.db)")  # fmt: skip
    parser.add_argument("--study", metavar="NAME", help="name of the study in the storage (default: of the id and the agent)")  # fmt: skip
    parser.add_argument("--users", type=int, default=TUNING_USERS, metavar="N", help=f"validation users (default: {TUNING_USERS})")  # fmt: skip
    parser.add_argument("--hyperparams", type=Path, metavar="FILE", help="hyperparameters and search space of one's own, in the form of train/hyperparams")  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FILE", help="hyperparameter file that is written (default: AGENT.yml)")  # fmt: skip
    args = parser.parse_args(arguments)
    out = args.out or Path(f"{short_name(args.agent)}.yml")
    check_out(parser, out)
    try:
        import optuna
    except ModuleNotFoundError:
        parser.error("tuning needs optuna, which is not installed: pip install 'recgym[train,tune]'.")
    try:
        whole_number("trials", args.trials, 1)
        whole_number("users", args.users, 2)
        agents.agent_class(args.agent)
        blocks = hyperparameter_blocks(args.agent, args.hyperparams)
        run = plan_run(
            args.env, args.agent, steps=args.steps, seed=args.seed, env_kwargs=parse_pairs(args.env_kwargs), hyperparams=args.hyperparams
        )  # fmt: skip
        space = _space(run, blocks, str(args.hyperparams or short_name(args.agent)))
        settings = {
            "steps": run.steps, "users": args.users, "seed": run.seed, "env_kwargs": run.env_kwargs,
            "options": _options(run), SEARCH: {name: list(dimension) for name, dimension in space.items()},
        }  # fmt: skip
        name = args.study or f"{short_name(args.env)}__{short_name(args.agent)}"
        study = open_study(args.storage, name, run.seed, settings)
    except (ValueError, TypeError, OSError, ImportError) as error:
        stop(parser, error)
    if not study.trials:
        present = _defaults(run) | _options(run)
        study.enqueue_trial(
            {
                name: present[name]
                for name, found in space.items()
                if name in present and found.holds(present[name])
            }
        )

    def objective(trial: Any) -> float:
        found = {option: dimension.suggest(trial, option) for option, dimension in space.items()}
        tried = plan_run(
            args.env, args.agent, steps=run.steps, seed=run.seed, num_envs=found.pop("num_envs", run.num_envs), env_kwargs=run.env_kwargs,
            agent_kwargs=dict(run.agent_kwargs) | found, hyperparams=args.hyperparams,
        )  # fmt: skip
        try:
            return try_options(tried, trial, args.users)
        except ValueError as error:  # options that do not go together
            if trial.number == 0:  # nor do the hyperparameters as they are
                raise
            trial.set_user_attr(_REFUSED, str(error))
            raise optuna.TrialPruned from error

    try:
        while (done := len(_finished(study))) < args.trials:
            study.optimize(objective, n_trials=1)
            _print_trial(_finished(study)[-1], done + 1, args.trials)
    except KeyboardInterrupt:
        print(
            f"\nStopped after {len(_finished(study))} of {args.trials} trials, which are kept in {args.storage}. To go on, give the same command again."
        )
        return INTERRUPTED
    except (ValueError, TypeError, RuntimeError) as error:
        stop(parser, error, "a trial failed: ")
    if not any(trial.state == optuna.trial.TrialState.COMPLETE for trial in study.trials):
        parser.error("no trial was played out: raise --trials.")
    best = study.best_trial
    comment = (
        f"Found by python -m train.tune on {args.env}: {len(_finished(study))} trials of {run.steps} steps, seed {run.seed}; reward per session {best.value:.4g} with "
        f"{args.users} validation users."
    )
    write_hyperparameters(out, tuned_blocks(blocks, args.env, best.params, args.steps), comment)
    print(printable(f"\nBest of {len(_finished(study))} trials: {_words(best.params)}; reward per session {best.value:.3f}."))  # fmt: skip
    print(f"Written to {out}. To train with it: python -m train --env {args.env} --agent {args.agent} --hyperparams {out}")  # fmt: skip
    return 0


def _space(run: Run, blocks: Mapping[str, Mapping[str, Any]], where: str) -> dict[str, Dimension]:
    """Returns the search space of an agent, checked to hold its options.

    Raises:
        ValueError: if there is none, or it holds something else.
        TypeError: if a value that it holds is not allowed.
    """
    space = read_search_space(blocks.get(SEARCH, {}), where)
    if not space:
        raise ValueError(
            f"{where} has no search space: write one as the block {SEARCH!r} of a hyperparameter file, as in train/hyperparams/ppo.yml, and pass it as --hyperparams FILE."
        )
    probe = {name: dimension.some() for name, dimension in space.items()}
    num_envs = whole_number("num_envs", probe.pop("num_envs", run.num_envs), 1)
    agents.load(run.agent, make_envs(run, num_envs, "train"), seed=run.seed, **dict(run.agent_kwargs) | probe)
    return space


def _defaults(run: Run) -> dict[str, Any]:
    """Returns the options of an agent's class, and of the algorithm that it has from Stable-Baselines3, as they are if nothing is said."""
    kind = agents.agent_class(run.agent)
    makers = [vars(base)["prepare"] for base in kind.__mro__ if "prepare" in vars(base)]
    makers += [kind.algorithm.__init__] if hasattr(kind, "algorithm") else []
    found: dict[str, Any] = {}
    for maker in makers:
        for name, parameter in inspect.signature(maker).parameters.items():
            if parameter.default is not inspect.Parameter.empty:
                found.setdefault(name, parameter.default)
    return found


def _options(run: Run) -> dict[str, Any]:
    return {"num_envs": run.num_envs} | dict(run.agent_kwargs)


def _finished(study: Any) -> list[Any]:
    """Returns the trials that tell something: played out, or cut short because they fell behind."""
    import optuna

    states = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)
    finished: list[Any] = study.get_trials(deepcopy=False, states=states)
    return finished


def _print_trial(trial: Any, number: int, of: int) -> None:
    if _REFUSED in trial.user_attrs:
        result = f"not possible: {trial.user_attrs[_REFUSED]}"
    else:
        fell_behind = trial.state.name == "PRUNED"
        result = "fell behind, cut short" if fell_behind else f"reward per session {trial.value:.3f}"
    print(printable(f"Trial {number} of {of}: {_words(trial.params)}: {result}"), flush=True)


def _words(options: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name}={value:.4g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in options.items()
    )


if __name__ == "__main__":
    sys.exit(main())
