"""JAX: PPO's update and collected steps, SAC's update."""

import jax_ppo as ppo

import jax
import jax.numpy as jnp

import results

numbers = {}
key = jax.random.PRNGKey(0)
normal = jax.random.normal
data = (
    normal(key, (ppo.ROLLOUT, 4)),
    jnp.zeros(ppo.ROLLOUT, int),
    -0.7 * jnp.ones(ppo.ROLLOUT),
    normal(key, (ppo.ROLLOUT,)),
    normal(key, (ppo.ROLLOUT,)),
)

epoch = jax.jit(ppo.epoch)
carried = ppo.start(ppo.parameters(key))


def one_epoch():
    global carried
    carried = jax.block_until_ready(epoch(carried, data, key))


numbers["ppo/jax"] = results.best(one_epoch, 100, ppo.ROLLOUT // ppo.MINIBATCH)

one = jax.jit(lambda c, i: ppo.update(c, tuple(each[i] for each in data)))
indices = jnp.arange(ppo.MINIBATCH)


def one_by_one():
    global carried
    for _ in range(50):
        carried = one(carried, indices)
    jax.block_until_ready(carried)


numbers["ppo.call/jax"] = results.best(one_by_one, 60, 50)

collect = jax.jit(ppo.collect, static_argnums=2)
world = (jnp.zeros(4), 0, key)


def rollout():
    jax.block_until_ready(collect(carried[0], world, ppo.ROLLOUT))


numbers["collection/jax"] = results.best(rollout, 40, ppo.ROLLOUT)

# Soft actor-critic: both critics as one batched network.
BATCH = 256


def network(key, sizes, copies=()):
    made = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:]):
        key, own = jax.random.split(key)
        weight = normal(own, copies + (inputs, outputs)) / inputs**0.5
        made.append((weight, jnp.zeros(copies + (1, outputs))))
    return made


def apply(weights, x):
    for weight, bias in weights[:-1]:
        x = jax.nn.relu(x @ weight + bias)
    weight, bias = weights[-1]
    return x @ weight + bias


def draw(actor, observation, noise):
    head = apply(actor, observation)
    mean, log_deviation = head[:, :1], jnp.clip(head[:, 1:], -20, 2)
    raw = mean + jnp.exp(log_deviation) * noise
    squash = 2 * (jnp.log(2.0) - raw - jax.nn.softplus(-2 * raw))
    log_density = -0.5 * noise**2 - log_deviation - 0.9189385 - squash
    return jnp.tanh(raw), log_density.sum(1)


def values(critics, observation, action):
    return apply(critics, jnp.concatenate([observation, action], 1)[None])[..., 0]


def adam(weights, mean, square, step, gradient):
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradient)
    square = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, square, gradient)
    first, second = 1 - 0.9**step, 1 - 0.999**step
    weights = jax.tree.map(
        lambda p, m, v: p - 3e-4 * (m / first) / (jnp.sqrt(v / second) + 1e-8),
        weights,
        mean,
        square,
    )
    return weights, mean, square


def sac(carried, batch):
    actor, critics, targets, heat, step, am, av, cm, cv, hm, hv = carried
    observation, action, reward, following, noise, later_noise = batch
    later, later_log = draw(actor, following, later_noise)
    soft = values(targets, following, later).min(0) - jnp.exp(heat) * later_log
    target = reward + 0.99 * soft
    gradient = jax.grad(
        lambda c: ((values(c, observation, action) - target) ** 2).mean(1).sum()
    )(critics)
    critics, cm, cv = adam(critics, cm, cv, step, gradient)

    def objective(actor):
        now, log = draw(actor, observation, noise)
        least = values(critics, observation, now).min(0)
        return (jnp.exp(heat) * log - least).mean(), log

    gradient, log = jax.grad(objective, has_aux=True)(actor)
    actor, am, av = adam(actor, am, av, step, gradient)
    heat, hm, hv = adam(heat, hm, hv, step, -(log - 1).mean())
    targets = jax.tree.map(lambda t, c: 0.995 * t + 0.005 * c, targets, critics)
    return actor, critics, targets, heat, step + 1, am, av, cm, cv, hm, hv


def zeros(tree):
    return jax.tree.map(jnp.zeros_like, tree)


actor = network(key, (3, 256, 256, 2))
critics = network(key, (4, 256, 256, 1), (2,))
heat = jnp.float32(0)
state = (
    (actor, critics, critics, heat, jnp.float32(1))
    + (zeros(actor), zeros(actor), zeros(critics), zeros(critics))
    + (heat, heat)
)
batch = (
    normal(key, (BATCH, 3)),
    jnp.tanh(normal(key, (BATCH, 1))),
    normal(key, (BATCH,)),
    normal(key, (BATCH, 3)),
    normal(key, (BATCH, 1)),
    normal(key, (BATCH, 1)),
)
sac_update = jax.jit(sac)


def ten():
    global state
    for _ in range(10):
        state = sac_update(state, batch)
    jax.block_until_ready(state)


numbers["sac/jax"] = results.best(ten, 20, 10)
results.write(numbers)
