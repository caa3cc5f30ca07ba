"""What the model is measured against, on the same spots: cosine of sqrt(I), the training-free matcher, the CNN of Liu 2017."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from . import raman, spots
from .build import cached, numbered, training
from .dataset import Table
from .fit import gridded
from .heads import best
from .package import run

EPOCHS, BATCH = 30, 128


class LeNet(nn.Module):
    """Liu J. et al. (2017) Analyst 142, 4067: three convolutions (16 x 21, 32 x 11, 64 x 5) with leaky ReLU and pooling, a
    dense layer of 2048 with dropout, softmax. Input: intensity above background, highest line 1."""

    def __init__(self, classes: int):
        super().__init__()
        layers, before = [], 1
        for after, kernel in ((16, 21), (32, 11), (64, 5)):
            layers += [nn.Conv1d(before, after, kernel, padding=kernel // 2), nn.BatchNorm1d(after), nn.LeakyReLU(), nn.MaxPool1d(2)]
            before = after
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(64 * (raman.GRID.count // 8), 2048), nn.BatchNorm1d(2048),
                                  nn.Tanh(), nn.Dropout(0.5), nn.Linear(2048, classes))

    def forward(self, x):
        return self.body(x[:, None])


def highest_one(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    a = raman.above(run, values, mask)
    return a / np.maximum(a.max(axis=1, keepdims=True), 1e-9)


def lenet(t: Table, owner: np.ndarray, classes: int, seed: int) -> LeNet:
    """Trained as the paper does: shifts of a few cm-1, noise, and linear mixtures of spectra of the same mineral."""
    def make():
        torch.manual_seed(seed)
        g = torch.Generator().manual_seed(seed)
        x, y = torch.from_numpy(highest_one(t.values, t.mask)), torch.from_numpy(owner)
        net = LeNet(classes)
        optimiser = torch.optim.Adam(net.parameters(), 1e-3)
        steps = len(x) // BATCH
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=EPOCHS * steps)
        mates = [np.flatnonzero(owner == c) for c in owner]
        for _ in range(EPOCHS):
            for index in torch.randperm(len(x), generator=g)[:steps * BATCH].view(steps, BATCH):
                mate = torch.tensor([int(mates[i][torch.randint(len(mates[i]), (1,), generator=g)]) for i in index.tolist()])
                share = torch.rand(BATCH, 1, generator=g)
                a = share * x[index] + (1 - share) * x[mate]
                a = torch.roll(a, int(torch.randint(-3, 4, (1,), generator=g)), 1)
                a = a + 0.01 * torch.randn(a.shape, generator=g)
                loss = F.cross_entropy(net(a), y[index])
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                schedule.step()
        return net.state_dict()

    net = LeNet(classes)
    net.load_state_dict(cached(f"lenet {seed} {t.column('id').tolist()} {EPOCHS}", make))
    return net.eval()


def raman_scores(data: Path, seed: int) -> tuple[list[str], list[spots.Spot], dict[str, np.ndarray]]:
    """(minerals, test spots, scores [spots, minerals] by baseline)."""
    t = training(data, "raman", seed, frozenset())
    minerals, owner = numbered(t)
    these = spots.of_subset(data, "raman", seed, "test")
    v, m = gridded(data, "raman", [s.keys["raman"] for s in these])
    a = highest_one(v, m)
    root = [np.sqrt(np.maximum(np.where(k > 0, w - np.where(k > 0, w, np.inf).min(axis=1, keepdims=True), 0), 0))
            for w, k in ((v, m), (t.values, t.mask))]
    dot = root[0] @ root[1].T
    scale = np.sqrt((root[0] ** 2) @ t.mask.T * (m @ (root[1] ** 2).T))
    refs = raman.references(run, t)
    matched = run(lambda g, x, k: raman.similarity(g, x, k, refs), v, m)
    net = lenet(t, owner, len(minerals), seed)
    with torch.no_grad():
        told = torch.cat([net(torch.from_numpy(a[i:i + 256])) for i in range(0, len(a), 256)]).numpy()
    return minerals, these, {"cosine": best(dot / np.maximum(scale, 1e-9), owner), "matcher": best(matched, owner),
                             "liu2017": told}
