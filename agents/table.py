"""The table of agents: names and the places where their classes are, strings only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.agent import Agent, task_of
from recgym.core.arguments import unknown_name
from recgym.core.registry import load_entry

AGENTS: Mapping[str, str] = {
    "random": "agents.baselines:RandomAgent",
    "popular": "agents.baselines:PopularAgent",
    "nearest": "agents.baselines:NearestNeighbourAgent",
    "popular_so_far": "agents.bandits.popular_so_far:PopularSoFarAgent",
    "epsilon_greedy": "agents.bandits.epsilon_greedy:EpsilonGreedyAgent",
    "softmax": "agents.bandits.softmax:SoftmaxAgent",
    "ucb1": "agents.bandits.ucb1:UCB1Agent",
    "kl_ucb": "agents.bandits.kl_ucb:KLUCBAgent",
    "sliding_window_ucb": "agents.bandits.sliding_window_ucb:SlidingWindowUCBAgent",
    "discounted_ucb": "agents.bandits.discounted_ucb:DiscountedUCBAgent",
    "cascade_ucb": "agents.bandits.cascade_ucb:CascadeUCBAgent",
    "thompson_bernoulli": "agents.bandits.thompson_bernoulli:ThompsonBernoulliAgent",
    "thompson_gaussian": "agents.bandits.thompson_gaussian:ThompsonGaussianAgent",
    "exp3": "agents.bandits.exp3:EXP3Agent",
    "linucb": "agents.bandits.linucb:LinUCBAgent",
    "linucb_per_arm": "agents.bandits.linucb_per_arm:LinUCBPerArmAgent",
    "linear_thompson": "agents.bandits.linear_thompson:LinearThompsonAgent",
    "linear_thompson_per_arm": "agents.bandits.linear_thompson_per_arm:LinearThompsonPerArmAgent",
    "logistic_thompson": "agents.bandits.logistic_thompson:LogisticThompsonAgent",
    "neural_linear": "agents.bandits.neural_linear:NeuralLinearAgent",
    "q_learning": "agents.tabular.q_learning:QLearningAgent",
    "sarsa": "agents.tabular.sarsa:SarsaAgent",
    "expected_sarsa": "agents.tabular.expected_sarsa:ExpectedSarsaAgent",
    "double_q_learning": "agents.tabular.double_q_learning:DoubleQLearningAgent",
    "n_step_sarsa": "agents.tabular.n_step_sarsa:NStepSarsaAgent",
    "watkins_q_lambda": "agents.tabular.watkins_q_lambda:WatkinsQLambdaAgent",
    "ppo": "agents.sb3.agents:PPOAgent",
    "maskable_ppo": "agents.sb3.maskable_ppo:MaskablePPOAgent",
    "recurrent_ppo": "agents.sb3.recurrent_ppo:RecurrentPPOAgent",
    "a2c": "agents.sb3.agents:A2CAgent",
    "dqn": "agents.sb3.agents:DQNAgent",
    "qr_dqn": "agents.sb3.qr_dqn:QRDQNAgent",
    "policy_iteration": "agents.deep.policy_iteration:PolicyIterationAgent",
    "supervised": "agents.deep.policy_iteration:SupervisedAgent",
    "topk_reinforce": "agents.slates.reinforce:TopKReinforceAgent",
    "slateq": "agents.slates.slateq:SlateQAgent",
    "session_knn": "agents.sequential.session_knn:SessionKNNAgent",
    "gru4rec": "agents.sequential.gru4rec:GRU4RecAgent",
    "two_tower": "agents.retrieval.two_tower:TwoTowerAgent",
}
"""Names of agents and where their classes are. Nothing is imported before it is loaded."""
_EXTRA = ("torch", "stable_baselines3", "sb3_contrib")
"""Libraries of the extra ``train`` that agents of ours need."""


def agent_class(name: str) -> type[Agent]:
    """Returns the class of an agent.

    Args:
        name: A key of `AGENTS`, or ``"package.module:Class"`` for one that is defined anywhere else.

    Raises:
        ValueError: if there is no agent of that name.
        TypeError: if what it names is not an agent.
        ModuleNotFoundError: if its module, or a library that it needs, is not installed.
    """
    if name not in AGENTS and ":" not in name:
        raise ValueError(
            f"{unknown_name('agent', name, AGENTS)} An agent of your own is named by its place: 'package.module:Class'."
        )
    try:
        found = load_entry(AGENTS.get(name, name))
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing in _EXTRA:
            why = f"needs {missing}, which is not installed: pip install 'recgym[train]'."
        elif name.startswith(missing):
            why = f"is in a module that is not found: {missing}. Run where it can be imported, or install it."
        else:
            raise
        raise ModuleNotFoundError(f"Agent {name!r} {why}", name=missing) from error
    if not (isinstance(found, type) and issubclass(found, Agent)):
        raise TypeError(f"{name!r} is not an agent: a class that is based on agents.Agent.")
    return found


def load(name: str, env_or_task: Any, *, seed: int = 0, privileged: bool = False, **options: Any) -> Agent:
    """Makes an agent.

    Args:
        name: A key of `AGENTS`, or ``"package.module:Class"`` for one that is defined anywhere else.
        env_or_task: What `gym.make` or `gym.make_vec` returned for one of recgym's ids, or its ``env.unwrapped.task``, which is all that the agent keeps
            of it.
        seed: Of the agent's own draws, of its networks' first weights and of the users that it is trained on.
        privileged: Whether it may be given observations that show what is hidden of users (`recgym.task.layout.PRIVILEGED`).
        **options: Of the agent; see its class.

    Raises:
        ValueError: if the name, an option, or an option's value is not allowed, or observations show what is hidden and the agent may not, or does not,
            read it.
        TypeError: if the environment is not one of recgym's, or the class is not an agent.
        ModuleNotFoundError: if the agent needs a library that is not installed.
    """
    task = task_of(env_or_task)
    kind = agent_class(name)
    if not privileged:
        task.layout.check_public(f"The {name} agent", "pass privileged=True")
    if task.layout.privileged and not kind.reads_hidden:
        raise ValueError(
            f"observation={task.observation!r} tells the {name} agent nothing: it does not read what is hidden of users. Use one that does, such as ppo or, with "
            "observation='state_ids', policy_iteration. A class of your own says so by reads_hidden = True."
        )
    return kind(name, task, seed=seed, **options)
