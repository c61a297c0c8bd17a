"""PyTorch, eager: PPO's and SAC's updates, one decision."""

import torch
from torch import nn

import results

torch.set_num_threads(1)
torch.manual_seed(0)
numbers = {}


def network(sizes, activation):
    made = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:]):
        made += [nn.Linear(inputs, outputs), activation()]
    return nn.Sequential(*made[:-1])


actor = network((4, 64, 64, 2), nn.Tanh)
critic = network((4, 64, 64, 1), nn.Tanh)
weights = list(actor.parameters()) + list(critic.parameters())
optimiser = torch.optim.Adam(weights, lr=3e-4, eps=1e-5)
observations = torch.randn(2048, 4)
actions = torch.zeros(2048, dtype=torch.long)
old = -0.7 * torch.ones(2048)
advantages = torch.randn(2048)
targets = torch.randn(2048)
order = torch.randperm(2048)


def ppo(indices):
    observation = observations[indices]
    policy = torch.distributions.Categorical(logits=actor(observation))
    advantage = advantages[indices]
    advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
    ratio = (policy.log_prob(actions[indices]) - old[indices]).exp()
    clipped = ratio.clamp(0.8, 1.2)
    loss = torch.max(-ratio * advantage, -clipped * advantage).mean()
    loss = loss + 0.5 * ((critic(observation)[:, 0] - targets[indices]) ** 2).mean()
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(weights, 0.5)
    optimiser.step()


def epoch():
    for indices in order.split(64):
        ppo(indices)


numbers["ppo/torch"] = results.best(epoch, 20, 32)


@torch.no_grad()
def decisions():
    for _ in range(200):
        seen = observations[:1]
        policy = torch.distributions.Categorical(logits=actor(seen))
        policy.log_prob(policy.sample())
        critic(seen)


numbers["inference/torch"] = results.best(decisions, 20, 200)

# Soft actor-critic.
policy_net = network((3, 256, 256, 2), nn.ReLU)
critics = [network((4, 256, 256, 1), nn.ReLU) for _ in range(2)]
slow = [network((4, 256, 256, 1), nn.ReLU) for _ in range(2)]
heat = torch.zeros((), requires_grad=True)
actor_optimiser = torch.optim.Adam(policy_net.parameters(), 3e-4)
critic_weights = [p for each in critics for p in each.parameters()]
critic_optimiser = torch.optim.Adam(critic_weights, 3e-4)
heat_optimiser = torch.optim.Adam([heat], 3e-4)
observation = torch.randn(256, 3)
action = torch.rand(256, 1)
reward = torch.randn(256)


def draw(x):
    head = policy_net(x)
    deviation = head[:, 1:].clamp(-20, 2).exp()
    normal = torch.distributions.Normal(head[:, :1], deviation)
    raw = normal.rsample()
    squashed = raw.tanh()
    density = normal.log_prob(raw) - torch.log(1 - squashed**2 + 1e-6)
    return squashed, density.sum(1)


def least(networks, x, a):
    both = torch.cat([x, a], 1)
    return torch.min(networks[0](both)[:, 0], networks[1](both)[:, 0])


def sac():
    with torch.no_grad():
        later, later_log = draw(observation)
        soft = least(slow, observation, later) - heat.exp() * later_log
        target = reward + 0.99 * soft
    both = torch.cat([observation, action], 1)
    loss = sum(((each(both)[:, 0] - target) ** 2).mean() for each in critics)
    critic_optimiser.zero_grad()
    loss.backward()
    critic_optimiser.step()
    now, log = draw(observation)
    loss = (heat.exp().detach() * log - least(critics, observation, now)).mean()
    actor_optimiser.zero_grad()
    loss.backward()
    actor_optimiser.step()
    loss = -(heat * (log.detach() - 1)).mean()
    heat_optimiser.zero_grad()
    loss.backward()
    heat_optimiser.step()
    with torch.no_grad():
        for own, target in zip(critics, slow):
            for p, t in zip(own.parameters(), target.parameters()):
                t.mul_(0.995).add_(p, alpha=0.005)


numbers["sac/torch"] = results.best(sac, 100)
results.write(numbers)
