"""A whole training of PPO on CartPole-v1 by Stable-Baselines3, its defaults, one environment."""

import time

import torch
from stable_baselines3 import PPO

import results

torch.set_num_threads(1)
start = time.perf_counter()
model = PPO("MlpPolicy", "CartPole-v1", seed=1, device="cpu")
model.learn(102_400)
taken = time.perf_counter() - start
lengths = [each["r"] for each in model.ep_info_buffer]
results.write(
    {"training/sb3": taken, "training.return/sb3": sum(lengths) / len(lengths)}
)
