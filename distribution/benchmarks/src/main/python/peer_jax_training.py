"""A whole training of PPO on CartPole in JAX: rollouts and updates in one compiled scan."""

import time

import jax_ppo as ppo

import jax
import jax.numpy as jnp

import results

ITERATIONS = 50


def iteration(carried, _):
    learner, world, key = carried
    world, kept = ppo.collect(learner[0], world, ppo.ROLLOUT)
    state, action, log, value, reward, ended, age = kept
    last = ppo.apply(learner[0][1], world[0][None])[0, 0]
    advantage = ppo.advantages(value, reward, ended, last)
    data = (state, action, log, advantage, advantage + value)
    key, own = jax.random.split(key)

    def epoch(learner, shuffling):
        return ppo.epoch(learner, data, shuffling), None

    learner, _ = jax.lax.scan(epoch, learner, jax.random.split(own, ppo.EPOCHS))
    length = jnp.where(ended, age, 0).sum() / jnp.maximum(1, ended.sum())
    return (learner, world, key), length


@jax.jit
def train(key):
    first, second, third = jax.random.split(key, 3)
    learner = ppo.start(ppo.parameters(first))
    fresh = jax.random.uniform(second, (4,), minval=-0.05, maxval=0.05)
    return jax.lax.scan(iteration, (learner, (fresh, 0, second), third), None, ITERATIONS)


def seconds(seed):
    start = time.perf_counter()
    lengths = jax.block_until_ready(train(jax.random.PRNGKey(seed)))[1]
    taken = time.perf_counter() - start
    print("mean length of the last rollouts' episodes", lengths[-5:])
    return taken, float(lengths[-1])


numbers = {}
numbers["training.first/jax"], _ = seconds(1)
numbers["training/jax"], numbers["training.return/jax"] = min(seconds(1) for _ in range(3))
results.write(numbers)
