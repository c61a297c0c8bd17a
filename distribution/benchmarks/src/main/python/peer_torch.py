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


# A small causal transformer that normalises first, heads tied to the token embeddings.
class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mix = nn.Linear(width, 3 * width)
        self.project = nn.Linear(width, width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width),
            nn.GELU(),
            nn.Linear(4 * width, width),
        )

    def split(self, x):
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)

    def forward(self, x, cache, position):
        query, key, value = map(self.split, self.mix(self.first(x)).chunk(3, -1))
        if cache is None:
            mixed = nn.functional.scaled_dot_product_attention(
                query, key, value, is_causal=True
            )
        else:
            keys, values = cache
            keys[:, :, position : position + 1] = key
            values[:, :, position : position + 1] = value
            mixed = nn.functional.scaled_dot_product_attention(
                query, keys[:, :, : position + 1], values[:, :, : position + 1]
            )
        x = x + self.project(mixed.transpose(1, 2).reshape(x.shape))
        return x + self.mlp(self.second(x))


class Transformer(nn.Module):
    def __init__(self, width, heads, layers, vocabulary=32, capacity=24):
        super().__init__()
        self.token = nn.Embedding(vocabulary, width)
        self.position = nn.Embedding(capacity, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, tokens, caches=None, position=0):
        places = torch.arange(position, position + tokens.shape[1])
        x = self.token(tokens) + self.position(places)
        for i, block in enumerate(self.blocks):
            x = block(x, None if caches is None else caches[i], position)
        return self.norm(x) @ self.token.weight.T


def transformer(width, heads, layers):
    batch, time, vocabulary = 32, 24, 32
    name = f"{width}x{layers}"
    model = Transformer(width, heads, layers)
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-4, weight_decay=0.0)
    tokens = torch.randint(vocabulary, (batch, time))
    targets = torch.randint(vocabulary, (batch, time)).view(-1)

    def step():
        logits = model(tokens).view(-1, vocabulary)
        loss = nn.functional.cross_entropy(logits, targets)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()

    numbers[f"transformer{name}/torch"] = results.best(step, 40)
    shape = (batch, heads, time, width // heads)
    caches = [(torch.zeros(shape), torch.zeros(shape)) for _ in range(layers)]

    @torch.no_grad()
    def sample():
        last = torch.zeros(batch, 1, dtype=torch.long)
        for position in range(time):
            logits = model(last, caches, position)[:, 0]
            last = torch.distributions.Categorical(logits=logits).sample()[:, None]

    numbers[f"sampling{name}/torch"] = results.best(sample, 20, batch * time)


transformer(64, 4, 2)
transformer(256, 8, 4)
results.write(numbers)
