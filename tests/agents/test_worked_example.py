"""The ten-product example: one user, one click rate, one update, by a table and by a network with Stable-Baselines3's loss.

The user has browsed products 1 and 2 and looks at 3; the agent shows 4, which is clicked at a rate of .8. With gamma .9 and a best value of .9 in the next
state, the target is .8 + .9 x .9 = 1.61, and theta moves by alpha (1.61 - Q(S_1, 4)) grad Q. A text that circulates moves it by alpha (.8 - Q(S_1, 4)) grad Q
here: it leaves the bootstrap out, as if the session ended after the first product.
"""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch
from gymnasium import spaces
from stable_baselines3 import DQN
from stable_baselines3.common.logger import configure
from stable_baselines3.common.vec_env import DummyVecEnv

import agents
from agents import Transitions

FIRST, SECOND = (1, 2, 3), (1, 2, 4)
"""S_1 and S_2: what was browsed, and what is looked at. Observations hold item numbers plus 1, which is how the products are numbered."""
PRODUCT_4 = 3
"""The action that shows product 4: items are numbered from 0."""
CLICK_RATE, GAMMA, ALPHA, NEXT_BEST, TARGET = 0.8, 0.9, 0.1, 0.9, 1.61


def example(reward: float = CLICK_RATE, left: bool = False) -> Transitions:
    nobody, every, items = np.zeros(1, np.bool_), np.ones((1, 10), np.bool_), np.array([PRODUCT_4])
    return Transitions(
        np.array([FIRST]), items, np.array([reward]), np.array([left]), nobody, np.array([SECOND]), every, every, items[:, None], {},
    )  # fmt: skip


def table(name: str, before: float, **options: Any) -> Any:
    """An agent with Q(S_1, 4) = before and Q(S_2, 4) = .9, everything else being 0."""
    task = gym.make("RecBandit-v0", observation="items", num_users=10).unwrapped.task
    agent: Any = agents.load(
        name, task, gamma=GAMMA, step_size=ALPHA, step_size_decay=0.0, epsilon=0.0, **options
    )
    state = agent.state_dict()
    first, second = agent.states(np.array([FIRST, SECOND]))
    state["values"][:, first, PRODUCT_4] = before
    state["values"][:, second, PRODUCT_4] = NEXT_BEST
    agent.load_state_dict(state)
    return agent


def test_the_states_are_what_the_task_observes() -> None:
    task = table("q_learning", 0.0).task
    assert tuple(task.observe([0, 1, 2])) == FIRST
    assert tuple(task.observe([0, 1, PRODUCT_4])) == SECOND


@pytest.mark.parametrize("before", [0.0, 0.7, 2.0])
@pytest.mark.parametrize("name", ["q_learning", "expected_sarsa", "sarsa"])
def test_a_table_moves_towards_the_target(name: str, before: float) -> None:
    assert pytest.approx(TARGET) == CLICK_RATE + GAMMA * NEXT_BEST
    agent = table(name, before)
    assert agent.act(np.array([SECOND])).tolist() == [PRODUCT_4]
    agent.learn(example())
    if name == "sarsa":  # it waits for what is shown next: product 4 again, since it explores nothing
        agent.learn(example()._replace(observations=np.array([SECOND]), next_observations=np.array([SECOND])))
    after = agent.values(np.array([FIRST]))[0]
    assert after[PRODUCT_4] == pytest.approx(before + ALPHA * (TARGET - before))
    assert np.count_nonzero(after) == 1  # nothing else of this state moves


def test_clicks_that_come_at_a_rate_have_the_same_target_on_average() -> None:
    moves = {}
    for click in (0.0, 1.0):
        agent = table("q_learning", 0.7)
        agent.learn(example(click))
        moves[click] = agent.values(np.array([FIRST]))[0, PRODUCT_4] - 0.7
    assert CLICK_RATE * moves[1.0] + (1 - CLICK_RATE) * moves[0.0] == pytest.approx(ALPHA * (TARGET - 0.7))


def test_the_text_that_leaves_the_bootstrap_out_is_right_only_if_the_user_leaves() -> None:
    agent = table("q_learning", 0.7)
    agent.learn(example(left=True))
    assert agent.values(np.array([FIRST]))[0, PRODUCT_4] == pytest.approx(0.7 + ALPHA * (CLICK_RATE - 0.7))
    assert pytest.approx(9.1 * ALPHA * (CLICK_RATE - 0.7)) == ALPHA * (TARGET - 0.7)  # .091 and .01


class TenProducts(gym.Env[np.ndarray, np.int64]):
    """The spaces of the example; Stable-Baselines3 wants an environment to make a network."""

    observation_space = spaces.MultiDiscrete([11, 11, 11])
    action_space = spaces.Discrete(10)


def network(before: float, hidden: list[int]) -> DQN:
    """Stable-Baselines3's own DQN with plain gradient descent, Q(S_1, 4) = before, and Q(S_2, 4) = .9 the largest value of S_2 in the target network."""
    model = DQN(
        "MlpPolicy", DummyVecEnv([TenProducts]), learning_rate=ALPHA, gamma=GAMMA, buffer_size=1, batch_size=1, seed=0, device="cpu",
        policy_kwargs={"net_arch": hidden, "optimizer_class": torch.optim.SGD},
    )  # fmt: skip
    model.set_logger(configure(None, []))
    states = torch.tensor([FIRST, SECOND])
    with torch.no_grad():
        for net, row, value in ((model.q_net, 0, before), (model.q_net_target, 1, NEXT_BEST)):
            layer = [module for module in net.modules() if isinstance(module, torch.nn.Linear)][-1]
            layer.bias[PRODUCT_4] += value - net(states)[row, PRODUCT_4]
        rest = np.delete(np.arange(10), PRODUCT_4)
        layer.bias[rest] -= 5.0
        assert model.q_net_target(states[1:]).argmax() == PRODUCT_4
    assert model.replay_buffer is not None
    model.replay_buffer.add(
        np.array([FIRST]), np.array([SECOND]), np.array([PRODUCT_4]), np.array([CLICK_RATE]), np.array([False]), [{}]
    )  # fmt: skip
    return model


def gradient(model: DQN) -> list[torch.Tensor]:
    """Returns grad Q(S_1, 4), by automatic differentiation, in the order of the parameters."""
    value = model.q_net(torch.tensor([FIRST]))[0, PRODUCT_4]
    grads = torch.autograd.grad(value, list(model.q_net.parameters()), allow_unused=True)
    return [
        torch.zeros_like(parameter) if grad is None else grad
        for parameter, grad in zip(model.q_net.parameters(), grads, strict=True)
    ]


@pytest.mark.parametrize("hidden", [[], [16]])
@pytest.mark.parametrize(("before", "move"), [(0.7, 0.91), (1.2, 0.41), (0.0, 1.0), (3.0, -1.0)])
def test_a_network_moves_along_its_gradient(hidden: list[int], before: float, move: float) -> None:
    """Stable-Baselines3's loss is the smooth L1 loss (Huber, 1964): errors above 1, as 1.61 - 0, count as 1."""
    model = network(before, hidden)
    old = [parameter.detach().clone() for parameter in model.q_net.parameters()]
    slopes = gradient(model)
    assert move == pytest.approx(np.clip(TARGET - before, -1.0, 1.0))
    model.train(gradient_steps=1, batch_size=1)
    for parameter, start, slope in zip(model.q_net.parameters(), old, slopes, strict=True):
        assert (parameter - start).detach().numpy() == pytest.approx((ALPHA * move * slope).numpy(), abs=1e-6)


def test_a_network_of_one_weight_per_state_and_product_is_the_table() -> None:
    """With the state as one digit, the network has a weight for each state and product; grad Q is 1 there, and 0 elsewhere."""
    weights = torch.zeros(1331, 10, requires_grad=True)
    agent = table("q_learning", 0.7)
    first, second = agent.states(np.array([FIRST, SECOND]))
    with torch.no_grad():
        weights[:] = torch.tensor(agent.state_dict()["values"][0])
    optimizer = torch.optim.SGD([weights], ALPHA)
    target = CLICK_RATE + GAMMA * weights[second].max().detach()
    torch.nn.functional.smooth_l1_loss(weights[first, PRODUCT_4], target).backward()
    optimizer.step()
    agent.learn(example())
    assert weights.detach().numpy() == pytest.approx(agent.state_dict()["values"][0], abs=1e-6)
