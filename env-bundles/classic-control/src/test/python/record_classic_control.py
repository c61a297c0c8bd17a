"""Records transitions of Gymnasium's classic control tasks for GymnasiumReplayTest.

    pip install gymnasium numpy
    python record_classic_control.py ../resources/dev/stoa/environment/classic/gymnasium.txt.gz

One line per transition, fields separated by spaces, numbers of one field by commas:
task, steps before, state, action, next state, observation, reward, terminated, truncated.
Real numbers are hexadecimal float64 literals: exact, and readable by Java's Double.parseDouble.
Even seeds act at random. Odd seeds act by a script that balances the pole up to the time limit, and
swings the pendulum round and round up to its greatest speed.
"""

import gzip
import platform
import sys

import gymnasium
import numpy as np

SEEDS = 4
STEPS = 500


def cart_pole(seed, state, random):
    if seed % 2 == 0:
        return int(random.integers(2))
    x, v, angle, w = state
    return int(0.02 * x + 0.1 * v + angle + 0.3 * w > 0)


def pendulum(seed, state, random):
    """A third of the random torques lies beyond the bounds, where the task clips."""
    if seed % 2 == 0:
        torque = random.uniform(-3, 3)
    else:
        torque = random.uniform(1, 2) * (1 if state[1] >= 0 else -1)
    return np.array([torque], dtype=np.float32)


TASKS = {"CartPole-v1": cart_pole, "Pendulum-v1": pendulum}


def numbers(values):
    return ",".join(float(value).hex() for value in np.atleast_1d(values))


def record(task, policy, seed):
    env = gymnasium.make(task, disable_env_checker=True)
    random = np.random.default_rng(seed)
    env.reset(seed=seed)
    steps = 0
    for _ in range(STEPS):
        state = env.unwrapped.state.copy()
        action = policy(seed, state, random)
        observation, reward, terminated, truncated, _ = env.step(action)
        yield " ".join([
            task, str(steps), numbers(state), numbers(action), numbers(env.unwrapped.state),
            numbers(observation), numbers(reward), str(int(terminated)), str(int(truncated))])
        steps += 1
        if terminated or truncated:
            env.reset()
            steps = 0


def main(path):
    lines = [
        f"# gymnasium {gymnasium.__version__}, numpy {np.__version__}, Python"
        f" {platform.python_version()}, {platform.machine()}",
        f"# record_classic_control.py: {SEEDS} seeds of {STEPS} steps per task"]
    for task, policy in TASKS.items():
        for seed in range(SEEDS):
            lines += record(task, policy, seed)
    # No file name and no time in the head: the same transitions give the same bytes.
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, 0) as packed:
        packed.write(("\n".join(lines) + "\n").encode("ascii"))


if __name__ == "__main__":
    main(sys.argv[1])
