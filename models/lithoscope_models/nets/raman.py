"""Raman network: a spectrum above its background -> an embedding whose cosine to a class vector says how alike they are.

It is trained beside the matcher (matching.py), which it complements: the matcher compares line by line, the network has
learned what noise, fluorescence, orientation and resolution change and what they do not.
"""

from __future__ import annotations

import math

import numpy as np
import onnx
import torch
from torch import nn
from torch.nn import functional as F

from ..graph import gaussian
from ..raman import CLIP_CELLS, GRID, POWER, SMOOTH_CELLS
from .export import exported

CELLS = GRID.count
EMBEDDING = 256
SCALE, MARGIN = 24.0, 0.15  # CosFace (Wang et al. 2018, CVPR, 5265)
EPOCHS = 24
MIXED = 0.4  # share of the training spectra that are two minerals' in one, so that both stay visible in a mixture
RECIPE = 2  # raised when the network or its training changes: names the cache


def above_background(value: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """As matching.above_background: [B, cells] of any offset and scale -> above the clipped background, mean 1 before."""
    low = torch.where(mask > 0, value, torch.full_like(value, 1e30)).amin(1, keepdim=True)
    y = (value - low) * mask
    y = y / (y.sum(1, keepdim=True) / mask.sum(1, keepdim=True).clamp(min=1)).clamp(min=1e-9)
    kernel = torch.from_numpy(gaussian(SMOOTH_CELLS)).view(1, 1, -1)
    half = kernel.shape[-1] // 2
    y = F.conv1d(y[:, None], kernel, padding=half)[:, 0] / (F.conv1d(mask[:, None], kernel, padding=half)[:, 0] + 1e-6) * mask
    far = 1e6
    b = torch.where(mask > 0, y, torch.full_like(y, far))
    for p in CLIP_CELLS:
        padded = F.pad(b, (p, p), value=far)
        b = torch.minimum(b, (padded[:, 2 * p:] + padded[:, :-2 * p]) / 2)
    return F.relu(y - b) * mask


def strength(value: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Network input [B, 2, cells]: intensity**POWER above background, unit mean square over the coverage; the mask."""
    s = above_background(value, mask).clamp(min=1e-12) ** POWER * mask
    s = s / ((s * s).sum(1, keepdim=True) / mask.sum(1, keepdim=True).clamp(min=1)).clamp(min=1e-9).sqrt()
    return torch.stack([s, mask], 1)


class Block(nn.Module):
    """Residual block; halves the axis."""

    def __init__(self, before: int, after: int, kernel: int):
        super().__init__()
        self.one = nn.Sequential(nn.Conv1d(before, after, kernel, 2, kernel // 2, bias=False), nn.BatchNorm1d(after), nn.ReLU())
        self.two = nn.Sequential(nn.Conv1d(after, after, 3, 1, 1, bias=False), nn.BatchNorm1d(after))
        self.side = nn.Sequential(nn.AvgPool1d(2, 2, ceil_mode=True), nn.Conv1d(before, after, 1))

    def forward(self, x):
        return F.relu(self.two(self.one(x)) + self.side(x))


class RamanNet(nn.Module):
    """strength [B, 2, cells] -> unit embedding [B, EMBEDDING]."""

    def __init__(self, width: int = 32):
        super().__init__()
        w = width
        self.body = nn.Sequential(
            nn.Conv1d(2, w, 9, 2, 4, bias=False), nn.BatchNorm1d(w), nn.ReLU(),
            Block(w, w, 7), Block(w, 2 * w, 5), Block(2 * w, 3 * w, 5),
            nn.Conv1d(3 * w, 2 * w, 1), nn.BatchNorm1d(2 * w), nn.ReLU())
        self.drop = nn.Dropout(0.2)
        self.head = nn.Linear(2 * w * math.ceil(CELLS / 16), EMBEDDING)

    def forward(self, x):
        return F.normalize(self.head(self.drop(self.body(x).flatten(1))), dim=1)


class Augment:
    """Disturbs linear Raman spectra [B, cells] as instruments, samples and grains do."""

    def __init__(self, generator: torch.Generator):
        self.g = generator
        self.frequency = torch.fft.rfftfreq(1024)

    def uniform(self, n: int, low: float, high: float) -> torch.Tensor:
        return low + (high - low) * torch.rand(n, 1, generator=self.g)

    def sometimes(self, n: int, share: float) -> torch.Tensor:
        return (torch.rand(n, 1, generator=self.g) < share).float()

    def smooth(self, n: int, knots: int) -> torch.Tensor:
        """Unit-variance random curves."""
        return F.interpolate(torch.randn(n, 1, knots, generator=self.g), CELLS, mode="linear", align_corners=True)[:, 0]

    def __call__(self, y: torch.Tensor, mask: torch.Tensor, other: torch.Tensor, hard: float):
        """`other`: spectra to mix in; `hard` 0..1 scales noise, fluorescence and cropping."""
        n = len(y)
        y = y + other * self.sometimes(n, 0.15) * self.uniform(n, 0, 0.25) * mask
        y = y * torch.exp(self.smooth(n, 24) * self.uniform(n, 0, 0.5) + self.smooth(n, 5) * self.uniform(n, 0, 0.3))
        at = torch.arange(CELLS)[None, :].float()
        at = at - self.uniform(n, -3, 3) * self.sometimes(n, 0.7) - (at - 300) * self.uniform(n, -0.003, 0.003)
        left = at.floor().clamp(0, CELLS - 2)
        part = (at - left).clamp(0, 1)
        index = left.long()
        y = y.gather(1, index) * (1 - part) + y.gather(1, index + 1) * part
        mask = ((mask.gather(1, index) * mask.gather(1, index + 1)) > 0).float() * ((at >= 0) & (at <= CELLS - 1))
        sigma = self.uniform(n, 0, 10 / 2.355 / GRID.step) * self.sometimes(n, 0.5)
        blur = torch.exp(-2 * (math.pi * self.frequency[None] * sigma) ** 2)
        weight = torch.fft.irfft(torch.fft.rfft(mask, 1024) * blur, 1024)[:, :CELLS].clamp(min=1e-3)
        y = torch.fft.irfft(torch.fft.rfft(y * mask, 1024) * blur, 1024)[:, :CELLS] / weight * mask
        y = y / y.amax(1, keepdim=True).clamp(min=1e-9)
        centre, wide = self.uniform(n, 0, 1), self.uniform(n, 0.3, 0.9)
        span = torch.linspace(0, 1, CELLS)[None]
        bell = torch.exp(-0.5 * ((span - centre) / wide) ** 2)
        fall = torch.exp(-span * self.uniform(n, 0.5, 3))
        broad = torch.where(torch.rand(n, 1, generator=self.g) < 0.5, bell, fall)
        y = y + hard * self.sometimes(n, 0.5) * self.uniform(n, 0, 12) * broad
        sigma = 10 ** self.uniform(n, -3, math.log10(0.07))
        y = y + hard * self.sometimes(n, 0.6) * sigma * torch.randn(n, CELLS, generator=self.g)
        low = self.uniform(n, 0, 75) * self.sometimes(n, 0.5 * hard)
        high = CELLS - self.uniform(n, 0, 300) * self.sometimes(n, 0.5 * hard)
        cut = ((torch.arange(CELLS)[None] >= low) & (torch.arange(CELLS)[None] < high)).float() * mask
        mask = torch.where(cut.sum(1, keepdim=True) > 200, cut, mask)
        return y * mask, mask


def train(values: np.ndarray, mask: np.ndarray, owner: np.ndarray, classes: int, seed: int,
          tell=print) -> tuple[RamanNet, torch.Tensor]:
    """Network and class vectors [classes, EMBEDDING] from training spectra [n, cells] (linear, any scale).

    A class is drawn with a chance that grows as the square root of its number of spectra. A share MIXED of the spectra are
    the sum of two, each 20 to 80 % of the area, and have both minerals for a target.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    augment = Augment(generator)
    x, m = torch.from_numpy(values), torch.from_numpy(mask)
    x = x / torch.where(m > 0, x, torch.zeros(())).amax(1, keepdim=True).clamp(min=1e-9)
    y = torch.from_numpy(owner).long()
    area = (x * m).sum(1, keepdim=True).clamp(min=1e-6)
    net = RamanNet()
    proxy = nn.Parameter(F.normalize(torch.randn(classes, EMBEDDING, generator=generator), dim=1))
    batch = 128
    draws = torch.from_numpy(1 / np.bincount(owner, minlength=classes)[owner] ** 0.5).double()
    per_epoch = len(x) // batch
    decay = [p for p in net.parameters() if p.ndim > 1]
    plain = [p for p in net.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW([{"params": decay, "weight_decay": 0.02}, {"params": [*plain, proxy], "weight_decay": 0}])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=EPOCHS * per_epoch, pct_start=0.15)
    for epoch in range(EPOCHS):
        net.train()
        order = torch.multinomial(draws, per_epoch * batch, replacement=True, generator=generator).view(per_epoch, batch)
        total = 0.0
        for index in order:
            with torch.no_grad():
                mate = torch.multinomial(draws, batch, replacement=True, generator=generator)
                mixed = torch.rand(batch, 1, generator=generator) < MIXED
                share = torch.where(mixed, 0.2 + 0.6 * torch.rand(batch, 1, generator=generator), torch.ones(()))
                both = torch.where(mixed, m[index] * m[mate], m[index])
                blend = (share * x[index] / area[index] + (1 - share) * x[mate] / area[mate]) * both
                blend = blend / blend.amax(1, keepdim=True).clamp(min=1e-9)
                other = x[torch.randint(len(x), (batch,), generator=generator)]
                inputs = strength(*augment(blend, both, other, min(1.0, 0.3 + epoch / (0.5 * EPOCHS))))
            cosine = net(inputs) @ F.normalize(proxy, dim=1).T
            target = torch.stack([y[index], torch.where(mixed[:, 0], y[mate], y[index])], 1)
            held = torch.zeros_like(cosine).scatter_(1, target, 1.0)
            told = F.log_softmax(SCALE * (cosine - MARGIN * held), 1)
            loss = -(0.95 * told.gather(1, target).mean(1) + 0.05 * told.mean(1)).mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
        if tell and (epoch % 5 == 4 or epoch == EPOCHS - 1):
            tell(f"epoch {epoch + 1} loss {total / per_epoch:.3f}")
    net.eval()
    return net, F.normalize(proxy.detach(), dim=1)


@torch.no_grad()
def embed(net: RamanNet, values: np.ndarray, mask: np.ndarray, batch: int = 256) -> np.ndarray:
    """Unit embeddings [n, EMBEDDING] of spectra [n, cells]."""
    parts = [net(strength(torch.from_numpy(values[i:i + batch]), torch.from_numpy(mask[i:i + batch])))
             for i in range(0, len(values), batch)]
    return torch.cat(parts).numpy()


def to_onnx(net: RamanNet) -> onnx.ModelProto:
    """The network behind the background removal, as ONNX: strength [B, cells] and mask [B, cells] -> embedding."""

    class Stacked(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = net

        def forward(self, signal, mask):
            return self.net(torch.stack([signal, mask], 1))

    return exported(Stacked(), {"signal": CELLS, "mask": CELLS})
