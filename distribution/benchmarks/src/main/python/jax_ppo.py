"""PPO on CartPole in JAX: networks, loss, Adam, environment; one processor thread."""

import os

os.environ["XLA_FLAGS"] = (
    "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp

ROLLOUT = 2048
MINIBATCH = 64
EPOCHS = 10
LEARNING_RATE = 3e-4
DISCOUNT = 0.99
LAMBDA = 0.95
CLIP = 0.2
VALUE = 0.5
BOUND = 0.5
LIMIT = 500


def layers(key, sizes, gain):
    weights = []
    for i, (inputs, outputs) in enumerate(zip(sizes[:-1], sizes[1:])):
        key, own = jax.random.split(key)
        scale = gain if i == len(sizes) - 2 else 2**0.5
        make = jax.nn.initializers.orthogonal(scale)
        weights.append((make(own, (inputs, outputs)), jnp.zeros(outputs)))
    return weights


def parameters(key):
    actor, critic = jax.random.split(key)
    return layers(actor, (4, 64, 64, 2), 0.01), layers(critic, (4, 64, 64, 1), 1.0)


def apply(weights, x):
    for weight, bias in weights[:-1]:
        x = jnp.tanh(x @ weight + bias)
    weight, bias = weights[-1]
    return x @ weight + bias


def loss(both, observation, action, old, advantage, target):
    actor, critic = both
    logs = jax.nn.log_softmax(apply(actor, observation))
    chosen = jnp.take_along_axis(logs, action[:, None], 1)[:, 0]
    advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
    ratio = jnp.exp(chosen - old)
    policy = jnp.maximum(
        -ratio * advantage, -jnp.clip(ratio, 1 - CLIP, 1 + CLIP) * advantage
    )
    value = apply(critic, observation)[:, 0]
    return policy.mean() + VALUE * ((value - target) ** 2).mean()


def start(both):
    zeros = jax.tree.map(jnp.zeros_like, both)
    return both, zeros, zeros, jnp.float32(1)


def update(carried, batch):
    both, mean, square, step = carried
    gradient = jax.grad(loss)(both, *batch)
    norm = jnp.sqrt(sum((g**2).sum() for g in jax.tree.leaves(gradient)))
    scale = jnp.minimum(1.0, BOUND / (norm + 1e-6))
    gradient = jax.tree.map(lambda g: g * scale, gradient)
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradient)
    square = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, square, gradient)
    first, second = 1 - 0.9**step, 1 - 0.999**step
    both = jax.tree.map(
        lambda p, m, v: p
        - LEARNING_RATE * (m / first) / (jnp.sqrt(v / second) + 1e-5),
        both,
        mean,
        square,
    )
    return both, mean, square, step + 1


def epoch(carried, data, key):
    """One pass over a rollout in shuffled minibatches."""
    order = jax.random.permutation(key, ROLLOUT).reshape(-1, MINIBATCH)

    def minibatch(carried, indices):
        return update(carried, tuple(each[indices] for each in data)), None

    return jax.lax.scan(minibatch, carried, order)[0]


def physics(state, action):
    """CartPole-v1 as Gymnasium has it; the next state and whether the pole is lost."""
    x, speed, angle, turning = state
    force = jnp.where(action == 1, 10.0, -10.0)
    cosine, sine = jnp.cos(angle), jnp.sin(angle)
    pull = (force + 0.05 * turning**2 * sine) / 1.1
    angular = (9.8 * sine - cosine * pull) / (0.5 * (4 / 3 - 0.1 * cosine**2 / 1.1))
    linear = pull - 0.05 * angular * cosine / 1.1
    after = jnp.array(
        [
            x + 0.02 * speed,
            speed + 0.02 * linear,
            angle + 0.02 * turning,
            turning + 0.02 * angular,
        ]
    )
    return after, (abs(after[0]) > 2.4) | (abs(after[2]) > 12 * 2 * jnp.pi / 360)


def collect(both, world, steps):
    """A rollout of one environment; the world is state, steps of the episode, key."""
    actor, critic = both

    def step(world, _):
        state, age, key = world
        key, drawing, resetting = jax.random.split(key, 3)
        logs = jax.nn.log_softmax(apply(actor, state[None])[0])
        value = apply(critic, state[None])[0, 0]
        action = jax.random.categorical(drawing, logs)
        after, lost = physics(state, action)
        age = age + 1
        timeout = (age >= LIMIT) & ~lost
        # Where the time limit ends an episode, the value of what would follow counts.
        beyond = jnp.where(timeout, DISCOUNT * apply(critic, after[None])[0, 0], 0.0)
        ended = lost | timeout
        fresh = jax.random.uniform(resetting, (4,), minval=-0.05, maxval=0.05)
        kept = (state, action, logs[action], value, 1.0 + beyond, ended, age)
        world = jnp.where(ended, fresh, after), jnp.where(ended, 0, age), key
        return world, kept

    return jax.lax.scan(step, world, None, steps)


def advantages(values, rewards, ended, last):
    """Generalised advantage estimation, from the end."""

    def back(carried, each):
        following, advantage = carried
        value, reward, end = each
        goes_on = 1.0 - end
        delta = reward + DISCOUNT * following * goes_on - value
        advantage = delta + DISCOUNT * LAMBDA * goes_on * advantage
        return (value, advantage), advantage

    return jax.lax.scan(
        back, (last, jnp.float32(0)), (values, rewards, ended), reverse=True
    )[1]
