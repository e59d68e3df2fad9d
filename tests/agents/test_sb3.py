"""The adapter and the networks for Stable-Baselines3."""

from __future__ import annotations

import json
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch
from agent_making import make
from gymnasium.wrappers.vector import TransformReward
from stable_baselines3 import A2C, DQN, PPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.logger import configure
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor, VecNormalize

import agents
from agents.sb3.agents import _steps_of_rows
from agents.sb3.callbacks import RecommendationMetrics
from agents.sb3.epsilon_greedy import EpsilonGreedyDQN
from agents.sb3.two_tower import SlateDistribution, Towers, TwoTowerDQNPolicy, TwoTowerPolicy
from agents.sb3.vec_env import RecVecEnv
from recgym.evaluation import evaluate


def native(env_id: str = "RecVideo-v0", num_envs: int = 16, **arguments: Any) -> Any:
    return make(env_id, num_envs, **arguments)


@pytest.mark.parametrize("env_id", ["RecVideo-v0", "RecNews-v0"])
def test_rows_are_single_environments_that_begin_anew_at_once(env_id: str) -> None:
    size = 6
    adapted = RecVecEnv(native(env_id, size), seed=20)
    singles = [gym.make(env_id, num_users=60) for _ in range(size)]
    observations = adapted.reset()
    mine = [env.reset(seed=20 + row)[0] for row, env in enumerate(singles)]
    returns, lengths, ended = np.zeros(size), np.zeros(size, int), 0
    generator = np.random.default_rng(0)
    for _ in range(80):
        plain = observations["observation"] if adapted.masked else observations
        assert np.array_equal(plain, mine)
        masks = np.array([env.unwrapped.action_masks() for env in singles])
        assert np.array_equal(adapted.env_method("action_masks"), masks)
        if adapted.masked:
            assert np.array_equal(observations["action_mask"], masks)
        actions = np.argmax(masks * generator.random(masks.shape), axis=1)
        observations, rewards, dones, infos = adapted.step(actions)
        for row, env in enumerate(singles):
            mine[row], reward, terminated, truncated, info = env.step(actions[row])
            returns[row] += reward
            lengths[row] += 1
            assert rewards[row] == np.float32(reward)
            for name in (*adapted.task.signal_names, "attended"):
                assert adapted.native_infos[name][row] == info[name]
            assert np.array_equal(adapted.native_infos["shown"][row], info["shown"])
            assert dones[row] == (terminated or truncated)
            if not dones[row]:
                assert infos[row] == {}
                continue
            last = infos[row]["terminal_observation"]
            assert np.array_equal(last["observation"] if adapted.masked else last, mine[row])
            assert infos[row]["TimeLimit.truncated"] == (truncated and not terminated)
            assert infos[row]["episode"]["r"] == pytest.approx(returns[row])
            assert infos[row]["episode"]["l"] == lengths[row]
            returns[row], lengths[row] = 0.0, 0
            ended += 1
            mine[row] = env.reset()[0]
    assert ended > size


def test_what_was_returned_is_not_written_again() -> None:
    adapted = RecVecEnv(native("RecNews-v0"), seed=0)
    seen = []
    observations = adapted.reset()
    for _ in range(4):
        actions = np.argmax(observations["action_mask"], axis=1)
        observations, rewards, dones, _ = adapted.step(actions)
        parts = [*observations.values(), rewards, dones]
        seen.append((parts, [part.copy() for part in parts]))
    for parts, copies in seen:
        assert all(np.array_equal(part, copy) for part, copy in zip(parts, copies, strict=True))


def test_staggered_rows_reach_the_horizon_at_different_steps() -> None:
    ends = {}
    for stagger in (False, True):
        adapted = RecVecEnv(native("RecControl-v0", 64, horizon=10), stagger=stagger, seed=0)
        adapted.reset()
        ends[stagger] = np.array([adapted.step(np.zeros(64, int))[2].sum() for _ in range(10)])
    assert ends[False][-1] > 2 * ends[True].max()
    assert ends[True][:5].sum() > ends[False][:5].sum()


def test_the_adapter_refuses_what_it_cannot_step() -> None:
    with pytest.raises(TypeError, match="make_vec"):
        RecVecEnv(gym.make("RecVideo-v0", num_users=60))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="rows are reset by whoever trains"):
        RecVecEnv(gym.make_vec("RecVideo-v0", 2, num_users=60))


def test_the_probability_of_a_slate_by_hand() -> None:
    scores = torch.log(torch.tensor([[0.5, 0.3, 0.2]]))
    slates = SlateDistribution(2).proba_distribution(scores)
    assert slates.log_prob(torch.tensor([[0, 2]])).exp().item() == pytest.approx(0.5 * 0.2 / 0.5)
    single = SlateDistribution(1).proba_distribution(scores)
    assert single.log_prob(torch.tensor([1])).exp().item() == pytest.approx(0.3)
    assert single.entropy().item() == pytest.approx(
        -(0.5 * np.log(0.5) + 0.3 * np.log(0.3) + 0.2 * np.log(0.2))
    )
    assert slates.mode().tolist() == [[0, 1]]


def test_slates_are_drawn_as_often_as_their_probability_says() -> None:
    torch.manual_seed(0)
    scores = torch.log(torch.tensor([0.5, 0.3, 0.2])).repeat(40_000, 1)
    slates = SlateDistribution(2).proba_distribution(scores)
    drawn = slates.sample()
    for pair in ([0, 1], [2, 1], [1, 2]):
        share = (drawn == torch.tensor(pair)).all(dim=1).float().mean().item()
        expected = slates.log_prob(torch.tensor(pair).repeat(40_000, 1))[0].exp().item()
        assert share == pytest.approx(expected, abs=4 * np.sqrt(expected / 40_000))


def policy(adapted: RecVecEnv, dimension: int = 64) -> TwoTowerPolicy:
    torch.manual_seed(0)
    features = adapted.task.item_features
    return TwoTowerPolicy(
        adapted.observation_space,
        adapted.action_space,
        lambda _: 1e-3,
        towers=Towers(features, dimension),
    )


def test_items_out_of_reach_are_never_drawn() -> None:
    adapted = RecVecEnv(native("RecNews-v0", 200), seed=0)
    observations = adapted.reset()
    network = policy(adapted)
    actions, _ = network.predict(observations, deterministic=False)
    assert observations["action_mask"][np.arange(200), actions].all()
    probability = network.get_distribution(
        {k: torch.as_tensor(v) for k, v in observations.items()}
    ).scores.softmax(dim=1)
    assert (probability.detach().numpy()[observations["action_mask"] == 0] == 0).all()


def test_the_network_does_not_grow_with_the_catalogue() -> None:
    sizes = {}
    for count in (100, 1_000):
        network = policy(RecVecEnv(native(num_items=count)))
        sizes[count] = sum(parameter.numel() for parameter in network.parameters())
    assert sizes[100] == sizes[1_000]


def test_equal_items_get_equal_scores() -> None:
    adapted = RecVecEnv(native(), seed=0)
    features = adapted.task.item_features.copy()
    features[7] = features[3]
    network = TwoTowerPolicy(
        adapted.observation_space, adapted.action_space, lambda _: 1e-3, towers=Towers(features, 64)
    )
    scores = network.get_distribution(torch.as_tensor(adapted.reset())).scores
    assert torch.allclose(scores[:, 7], scores[:, 3], atol=1e-6)
    assert not torch.allclose(scores[:, 7], scores[:, 4], atol=1e-3)


def test_other_algorithms_take_the_adapter_and_the_policy() -> None:
    adapted = RecVecEnv(native(), seed=0)
    towers = {"towers": Towers.of(adapted.task)}
    A2C(TwoTowerPolicy, adapted, policy_kwargs=towers, n_steps=5, device="cpu").learn(160)
    PPO("MlpPolicy", adapted, n_steps=8, batch_size=32, n_epochs=1, device="cpu").learn(256)


def test_each_row_explores_by_itself() -> None:
    adapted = RecVecEnv(native("RecNews-v0", 400), seed=0)
    towers = {"towers": Towers.of(adapted.task)}
    model = EpsilonGreedyDQN(TwoTowerDQNPolicy, adapted, policy_kwargs=towers, seed=0, device="cpu")
    observations = adapted.reset()
    greedy, _ = model.predict(observations, deterministic=True)
    for rate in (0.0, 0.3, 1.0):
        model.exploration_rate = rate
        actions, _ = model.predict(observations)
        assert observations["action_mask"][np.arange(400), actions].all()
        assert (actions != greedy).mean() == pytest.approx(rate, abs=0.08)


def test_each_row_has_an_info_of_its_own() -> None:
    adapted = RecVecEnv(native(), seed=0)
    adapted.reset()
    _, _, _, infos = adapted.step(np.zeros(16, int))
    infos[0]["mine"] = 1
    assert len({id(info) for info in infos}) == 16
    assert "mine" not in infos[1]


def test_what_stable_baselines_wraps_around_the_adapter_works(tmp_path: Any) -> None:
    adapted = RecVecEnv(native(), seed=0)
    with pytest.warns(UserWarning, match="already wrapped"):  # the adapter tells returns by itself
        wrapped = VecNormalize(VecMonitor(adapted))
    callback = RecommendationMetrics(every=16 * 40)
    model = PPO("MlpPolicy", wrapped, n_steps=16, batch_size=64, n_epochs=1, device="cpu")
    model.set_logger(configure(str(tmp_path), ["json"]))
    model.learn(16 * 160, callback=callback)
    model.logger.close()
    lines = [json.loads(line) for line in (tmp_path / "progress.json").read_text().splitlines()]
    ours, theirs = (
        [line[tag] for line in lines if tag in line][-1]
        for tag in ("rec/reward_per_session", "rollout/ep_rew_mean")
    )
    assert ours == pytest.approx(theirs, rel=0.4)  # the environment's rewards, not the normalised ones
    other = DummyVecEnv([lambda: gym.make("RecVideo-v0", num_users=60)])
    elsewhere = PPO("MlpPolicy", other, n_steps=8, batch_size=8, device="cpu")
    with pytest.raises(TypeError, match="RecVecEnv"):
        elsewhere.learn(8, callback=callback)


def test_wrappers_inside_of_the_adapter_are_heeded() -> None:
    plain, doubled = (
        RecVecEnv(env, seed=0) for env in (native(), TransformReward(native(), lambda rewards: 2.0 * rewards))
    )
    for adapted in (plain, doubled):
        adapted.reset()
    actions = np.arange(16)
    assert doubled.step(actions)[1] == pytest.approx(2.0 * plain.step(actions)[1])


def test_policies_are_evaluated_without_a_warning() -> None:
    adapted = RecVecEnv(native("RecBandit-v0", 4), seed=0)
    model = DQN("MlpPolicy", adapted, learning_starts=8, buffer_size=100, device="cpu").learn(40)
    mean, _ = evaluate_policy(model, adapted, n_eval_episodes=8)  # a warning would be an error
    assert np.isfinite(mean)


def test_ids_are_looked_up() -> None:
    by_form = {}
    for form in ("ids", "sequence"):
        adapted = RecVecEnv(native(observation=form, sequence_length=6), seed=0)
        observations = adapted.reset()
        torch.manual_seed(0)
        network = TwoTowerPolicy(
            adapted.observation_space,
            adapted.action_space,
            lambda _: 1e-3,
            towers=Towers.of(adapted.task),
        )
        tensors, _ = network.obs_to_tensor(observations)
        by_form[form] = network.extract_features(tensors).detach().numpy()
    assert by_form["ids"] == pytest.approx(by_form["sequence"], abs=1e-6)


def test_double_dqn_tells_the_value_of_the_learners_choice() -> None:
    adapted = RecVecEnv(native(num_envs=4), seed=0)
    towers = {"towers": Towers.of(adapted.task)}
    model = EpsilonGreedyDQN(TwoTowerDQNPolicy, adapted, policy_kwargs=towers, seed=0, device="cpu")
    with torch.no_grad():
        for parameter in model.q_net_target.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    observations = torch.as_tensor(adapted.reset())
    target, chosen = model.q_net_target(observations), model.q_net(observations).argmax(dim=1)
    stand_in = model._value_of_the_learners_choice(model.q_net_target)
    assert torch.equal(stand_in(observations)[:, 0], target[torch.arange(4), chosen])
    assert (stand_in(observations).max(dim=1).values <= target.max(dim=1).values).all()
    assert (chosen != target.argmax(dim=1)).any()


def test_a_dueling_network_splits_value_and_advantage() -> None:
    adapted = RecVecEnv(native(), seed=0)
    torch.manual_seed(0)
    plain = Towers.of(adapted.task).scores(adapted.observation_space.shape[0])
    torch.manual_seed(0)
    dueling = Towers.of(adapted.task, dueling=True).scores(adapted.observation_space.shape[0])
    states = torch.as_tensor(adapted.reset())
    value = dueling.state_value(dueling.state_tower(states))
    assert torch.allclose(dueling(states).mean(dim=1, keepdim=True), value, atol=1e-5)
    advantages = plain(states) - plain(states).mean(dim=1, keepdim=True)
    assert torch.allclose(dueling(states) - value, advantages, atol=1e-5)


def test_quantiles_have_the_mean_that_is_shown() -> None:
    from agents.sb3.qr_dqn import TwoTowerQRDQNPolicy

    adapted = RecVecEnv(native("RecNews-v0"), seed=0)
    network = TwoTowerQRDQNPolicy(
        adapted.observation_space,
        adapted.action_space,
        lambda _: 1e-3,
        n_quantiles=5,
        towers=Towers.of(adapted.task),
    )
    tensors, _ = network.obs_to_tensor(adapted.reset())
    quantiles = network.quantile_net(tensors)
    assert quantiles.shape == (16, 5, 200)
    assert torch.equal(network(tensors), quantiles.mean(dim=1).argmax(dim=1))
    assert (tensors["action_mask"].gather(1, network(tensors)[:, None]) == 1).all()


def test_items_may_have_embeddings_of_their_own() -> None:
    adapted = RecVecEnv(native(), seed=0)
    states = torch.as_tensor(adapted.reset())
    scores = Towers.of(adapted.task, learned_items=True).scores(states.shape[1])
    before = scores(states)
    with torch.no_grad():
        scores.learned.weight[3] += 1.0
    changed = (scores(states) != before).any(dim=0)
    assert changed[3]
    assert changed.sum() == 1


def test_a_batch_must_divide_what_is_collected() -> None:
    env = make()
    with pytest.raises(
        ValueError, match=r"batch_size=48 does not divide the 64 transitions.*Pass batch_size=32"
    ):
        agents.load("ppo", env, n_steps=8, batch_size=48).fit(env, 64)


def test_all_rows_together_collect_what_one_would() -> None:
    for num_envs, batch_size, steps in (
        (1, 64, 2_048),
        (8, 64, 256),
        (512, 64, 16),
        (3, 64, 704),  # 33 batches of 64
        (8, 48, 258),
        (64, 999, 32),  # whole batches would take thirty times as long: the size is refused in words
    ):
        assert _steps_of_rows(2_048, batch_size, num_envs) == steps
    with pytest.raises(ValueError, match=r"batch_size=999 does not divide the 2,048 .*Pass batch_size=512"):
        agents.load("ppo", make(num_envs=64), batch_size=999).fit(make(num_envs=64), 64)
    env = make(num_envs=512)
    for options, steps in (({}, 16), ({"n_steps": 4}, 4)):
        agent = agents.load("ppo", env, n_epochs=1, batch_size=1_024, hidden=[8], **options)
        agent.fit(env, 512)
        assert agent.steps_trained == steps * 512


ON_POLICY: dict[str, Any] = {"hidden": [32], "embedding_size": 16, "learning_rate": 4e-3, "gamma": 0.9, "ent_coef": 0.01}  # fmt: skip
CLIPPED = {**ON_POLICY, "n_steps": 16, "batch_size": 1024, "n_epochs": 4}
VALUES: dict[str, Any] = {
    "hidden": [32], "embedding_size": 16, "learning_rate": 4e-3, "learning_rate_end": 2e-4, "gamma": 0.8, "learning_starts": 5_000, "buffer_size": 60_000,
    "batch_size": 512, "train_freq": 1, "gradient_steps": 1, "target_update_interval": 5_000, "exploration_fraction": 0.7, "exploration_final_eps": 0.1,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "env_id", "steps", "options"),
    [
        ("ppo", "RecCrossDomain-v0", 36_000, CLIPPED),
        ("a2c", "RecNews-v0", 50_000, {**ON_POLICY, "n_steps": 8, "use_rms_prop": False}),
        ("dqn", "RecNews-v0", 40_000, {**VALUES, "double": True}),
        ("qr_dqn", "RecCrossDomain-v0", 40_000, {**VALUES, "n_quantiles": 5}),
        ("recurrent_ppo", "RecNews-v0", 28_000, {**CLIPPED, "n_epochs": 2, "lstm_hidden_size": 8}),
        ("maskable_ppo", "RecEcommerce-v0", 40_000, CLIPPED),
    ],
)
def test_a_short_training_beats_random(name: str, env_id: str, steps: int, options: dict[str, Any]) -> None:
    """In the shop the reward is the click: what is bought is so rare that it takes ten times as long to learn."""
    weights = {"reward_weights": {"click": 1.0}} if env_id == "RecEcommerce-v0" else {}
    env = native(env_id, 256, num_users=1_000, **weights)
    agent = agents.load(name, env, **options)
    agent.fit(env, steps)
    result = evaluate(env, {name: agent}, users=800)
    assert result.differences(name)["random"].low > 0.0, str(result)


@pytest.mark.parametrize(
    ("name", "options"),
    [("ppo", {"n_steps": 8, "batch_size": 16}), ("dqn", {"learning_starts": 16, "batch_size": 16})],
)
def test_training_goes_on_with_another_number_of_rows(name: str, options: dict[str, Any]) -> None:
    agent = agents.load(name, native("RecBandit-v0", 8, num_users=60), learning_rate=1e-6, **options)
    agent.fit(native("RecBandit-v0", 8, num_users=60), 256)
    before = agent.state_dict()
    agent.fit(native("RecBandit-v0", 16, num_users=60), 256)
    after = agent.state_dict()
    steps = [key for key in before if key.endswith(".step")]
    assert all(after[key] > before[key] for key in steps)
    assert steps
    for key in (
        key for key in before if key.startswith("network.")
    ):  # so slow that one that begins anew is far away
        np.testing.assert_allclose(after[key], before[key], atol=1e-3)


def test_who_asks_in_between_does_not_disturb_what_is_remembered() -> None:
    env = native("RecBandit-v0", 4, num_users=60)
    agent = agents.load("recurrent_ppo", env, n_steps=8, batch_size=16, lstm_hidden_size=4)
    agent.fit(env, 64)
    observations, infos = env.reset(seed=0)
    agent.begin(np.arange(4))
    for _ in range(3):
        observations, *_, infos = env.step(agent.act(observations, infos["action_mask"]))
    expected = agent.probabilities(observations)
    first = agent.recommend([1, 2], k=1)
    np.testing.assert_array_equal(agent.probabilities(observations), expected)
    assert agent.recommend([1, 2], k=1) == first


@pytest.mark.parametrize("agent", ["ppo", "a2c", "recurrent_ppo", "maskable_ppo", "dqn", "qr_dqn"])
def test_masks_are_heeded_where_everything_is_always_available(agent: str) -> None:
    """As when items are withheld: no network reads such masks, and none of its choices may pass them over."""
    envs = make("RecVideo-v0", num_envs=16)
    short = {} if "dqn" in agent else {"n_steps": 8}
    short |= {} if agent in ("a2c", "dqn", "qr_dqn") else {"batch_size": 64}
    mine = agents.load(agent, envs, seed=0, **short)
    mine.fit(envs, 128)
    observations, _ = envs.reset(seed=5)
    masks = np.zeros((16, 200), np.int8)
    masks[:, 7:10] = 1
    for explore in (False, True):
        assert set(mine.act(observations, masks, explore=explore).tolist()) <= {7, 8, 9}
        shares = mine.probabilities(observations, masks, explore=explore)
        assert shares[:, 7:10].sum(axis=1) == pytest.approx(1.0)
    everything = np.ones_like(masks)
    assert np.array_equal(mine.act(observations, everything), mine.act(observations))


def test_slates_heed_masks_where_everything_is_always_available() -> None:
    envs = make("RecVideoSlate-v0", num_envs=8)
    mine = agents.load("ppo", envs, seed=0, n_steps=8, batch_size=64)
    mine.fit(envs, 64)
    observations, _ = envs.reset(seed=5)
    masks = np.zeros((8, 200), np.int8)
    masks[:, 40:50] = 1
    for explore in (False, True):
        slates = mine.act(observations, masks, explore=explore)
        assert ((slates >= 40) & (slates < 50)).all()
        assert all(len(set(slate)) == 5 for slate in slates.tolist())
