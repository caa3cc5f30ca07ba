"""LIBS spectra for training: line by line, a batch at a time, in torch.

Physics: Saha-Boltzmann populations from NIST levels (Griem, Principles of Plasma Spectroscopy, 1997) in a hot core and a
cooler rim; each line's optical depth from its lower level, gA lambda^3 times the population, in the rim; log-normal
errors of every line and of every ionisation stage; Voigt profiles; a smooth response over stitched detectors; continuum,
shot and read noise; air and what any natural surface carries. Never beyond 8-13 kK, 10^16.5-10^17.5 cm-3 and a Gaussian
sigma of 0.06-0.16 nm (models/PROTOCOL.md). Shares no code with testlibs.py.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from .. import plasma
from ..libs import GRID

KELVIN, LOG_PER_CM3, SIGMA_NM = (8_000.0, 13_000.0), (16.5, 17.5), (0.06, 0.16)
LORENTZ_NM = (0.004, 0.06)  # half width, Stark and instrument
LINE_ERROR, STAGE_ERROR, ELEMENT_ERROR = 0.28, 0.12, 0.06  # log-normal: response and gA; non-equilibrium; evaporation
STRANGE = 2.0  # mean number of lines that no table has
DEPTH_LOG10 = (-0.5, 2.3)  # optical depth of the deepest line
LEAST = 2e-4  # lines weaker than this part of their element's strongest, at every temperature, are left out
LOW_NM, STEP_NM, BINS = 199.0, 0.05, 16384
FIRST, EVERY = round((GRID.start - LOW_NM) / STEP_NM), round(GRID.step / STEP_NM)
# log10 mass fraction, mean and spread
SURFACE = {"Na": (-3.3, 0.5), "K": (-3.4, 0.5), "Ca": (-3.1, 0.5), "Mg": (-3.5, 0.5), "Al": (-3.4, 0.5), "Si": (-3.2, 0.5),
           "Fe": (-3.5, 0.5), "Li": (-5.7, 0.5), "Ti": (-4.6, 0.5), "Sr": (-5.3, 0.6), "Ba": (-5.3, 0.6), "Mn": (-4.8, 0.6),
           "C": (-3.0, 0.6)}
AIR = {"N": (-0.7, 0.4), "O": (-0.9, 0.4), "Ar": (-2.5, 0.4)}
DETECTORS_NM = ((330.0, 20.0), (450.0, 40.0), (560.0, 40.0), (700.0, 40.0))
STARTS, ENDS = (200.0, 200.0, 200.0, 215.0, 230.0, 245.0), (900.0, 900.0, 900.0, 880.0, 850.0, 780.0, 650.0)


class Simulator:
    """Spectra on the grid of libs from amounts [B, E] of `elements` (mass fractions; air and surface are added here)."""

    def __init__(self, data: Path):
        atomic = plasma.read(data)
        self.elements = sorted(atomic.lines)
        self.weight = {e: atomic.weight[e] for e in self.elements}
        self._temperatures = np.linspace(*KELVIN, 26)
        k = plasma.K_EV
        table, rows = [], []
        for number, e in enumerate(self.elements):
            first, second = atomic.ionisation[e]
            third = atomic.levels.get((e, 3), np.array([[1.0, 0.0]]))
            for stage, limit in ((1, first), (2, second), (3, 1e3)):
                levels = third if stage == 3 else atomic.levels[e, stage]
                table.append([np.log(plasma.partition(levels, t, limit)) for t in self._temperatures])
            stage, nm, a, upper, g, lower = atomic.lines[e].T
            strong = np.max([g * a / nm * np.exp(-(upper - upper.min()) / (k * t))
                             / (g * a / nm * np.exp(-(upper - upper.min()) / (k * t))).max() for t in KELVIN], axis=0)
            for s in (1, 2):  # each stage by itself, since the ratio of stages moves
                mine = (stage == s) & (nm > LOW_NM + 0.2) & (nm < 900.8)
                keep = mine & (strong > LEAST * (strong[mine].max() if mine.any() else 1))
                rows += [(2 * number + s - 1, nm[i], np.log(g[i] * a[i]), upper[i], lower[i]) for i in np.flatnonzero(keep)]
        owner, nm, ga, upper, lower = np.array(rows).T
        tensor = lambda x: torch.tensor(x, dtype=torch.float32)  # noqa: E731
        self._partition = np.array(table).reshape(len(self.elements), 3, -1)
        self._ionisation = np.array([[min(v, 99.0) for v in atomic.ionisation[e]] for e in self.elements])
        self._log_weight = np.log([atomic.weight[e] for e in self.elements])
        self.owner = torch.tensor(owner.astype(int))
        self._bright, self._opaque = tensor(ga - np.log(nm))[:, None], tensor(ga + 3 * np.log(nm))[:, None]
        self._upper, self._lower = tensor(upper)[:, None], tensor(lower)[:, None]
        place = (nm - LOW_NM) / STEP_NM
        cell = np.floor(place).astype(int)
        index = np.stack([np.concatenate([cell, cell + 1]), np.tile(np.arange(len(nm)), 2)])
        share = np.concatenate([1 - (place - cell), place - cell])
        self._spread = torch.sparse_coo_tensor(torch.tensor(index), tensor(share), (BINS, len(nm))).coalesce().to_sparse_csr()
        self.frequency = torch.fft.rfftfreq(BINS, STEP_NM).to(torch.float32)[:, None]
        self.lines = len(nm)

    def _populations(self, kelvin: np.ndarray, log_ne: np.ndarray) -> np.ndarray:
        """log(population / U) of stages I and II per unit mass; [2E, B]."""
        at = (kelvin - self._temperatures[0]) / (self._temperatures[1] - self._temperatures[0])
        i = np.clip(at.astype(int), 0, len(self._temperatures) - 2)
        u = self._partition[:, :, i] * (1 - (at - i)) + self._partition[:, :, i + 1] * (at - i)
        saha = np.log(plasma.SAHA) + 1.5 * np.log(kelvin) - log_ne * np.log(10)
        r2 = saha + u[:, 1] - u[:, 0] - self._ionisation[:, :1] / (plasma.K_EV * kelvin)
        r3 = r2 + saha + u[:, 2] - u[:, 1] - self._ionisation[:, 1:] / (plasma.K_EV * kelvin)
        total = np.logaddexp(np.logaddexp(0, r2), r3)
        both = np.stack([-total - u[:, 0], r2 - total - u[:, 1]], axis=1) - self._log_weight[:, None, None]
        return both.reshape(-1, len(kelvin))

    def ambient(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Air and surface, [count, E]."""
        out = np.zeros((count, len(self.elements)))
        for e, (mean, spread) in {**SURFACE, **AIR}.items():
            out[:, self.elements.index(e)] = 10 ** rng.normal(mean, spread, count)
        return out

    def lines_of(self, amount: np.ndarray, rng: np.random.Generator, generator: torch.Generator) -> torch.Tensor:
        """Line spectra on the fine axis after absorption; [BINS, B]."""
        count = len(amount)
        core = rng.uniform(*KELVIN, count)
        rim = np.maximum(core * rng.uniform(0.75, 1, count), KELVIN[0])
        log_ne = rng.uniform(*LOG_PER_CM3, count)
        log_amount = np.log(np.maximum(amount, 1e-12)).T
        log_amount = np.repeat(log_amount + rng.normal(0, ELEMENT_ERROR, log_amount.shape), 2, axis=0)
        log_amount += rng.normal(0, STAGE_ERROR, log_amount.shape)
        hot = torch.tensor(self._populations(core, log_ne) + log_amount, dtype=torch.float32)
        cool = torch.tensor(self._populations(rim, log_ne) + log_amount, dtype=torch.float32)
        beta = [torch.tensor(1 / (plasma.K_EV * t), dtype=torch.float32)[None] for t in (core, rim)]
        cool_lines = cool[self.owner]
        bright = torch.randn(self.lines, count, generator=generator).mul_(LINE_ERROR)
        bright += hot[self.owner] + self._bright - self._upper * beta[0]
        glow = torch.exp(bright - bright.max(dim=0).values)
        opaque = cool_lines + self._opaque - self._lower * beta[1]
        depth = torch.exp(opaque - opaque.max(dim=0).values)
        depth *= torch.tensor(10 ** rng.uniform(*DEPTH_LOG10, count), dtype=torch.float32)
        # (1 - exp -d)/d for a line that cannot widen, its square root for one with Lorentzian wings
        power = torch.tensor(rng.uniform(0.5, 1.0, count), dtype=torch.float32)
        escape = (-torch.expm1(-depth)).div_(depth.clamp_min_(1e-6)).pow_(power)
        fine = torch.sparse.mm(self._spread, glow * escape)
        strange = rng.poisson(STRANGE, count)
        at = np.repeat(np.arange(count), strange)
        height = 10 ** rng.uniform(-3.3, -1.5, len(at)) * fine.max(dim=0).values.numpy()[at]
        fine[rng.integers(FIRST, FIRST + GRID.count * EVERY, len(at)), at] += torch.tensor(height, dtype=torch.float32)
        return fine

    def profile(self, count: int, rng: np.random.Generator) -> torch.Tensor:
        """Transfer function: Voigt, pixel, cell and shift; complex [frequencies, B]."""
        tensor = lambda x: torch.tensor(x, dtype=torch.float32)[None]  # noqa: E731
        f = self.frequency
        sigma, gamma = tensor(rng.uniform(*SIGMA_NM, count)), tensor(rng.uniform(*LORENTZ_NM, count))
        size = torch.exp(-2 * (torch.pi * sigma * f) ** 2 - 2 * torch.pi * gamma * f)
        size *= torch.sinc(f * tensor(rng.uniform(0.05, 0.2, count))) * torch.sinc(f * GRID.step)
        shift = tensor(rng.normal(0, 0.025, count))
        return torch.polar(size.abs(), -2 * torch.pi * f * shift) * torch.sign(size)

    def spectra(self, amount: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Amounts [B, E] -> (value, mask) float32 [B, cells], in counts of any scale."""
        count = len(amount)
        generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
        fine = self.lines_of(amount + self.ambient(count, rng), rng, generator)
        wide = torch.fft.irfft(torch.fft.rfft(fine, dim=0) * self.profile(count, rng), n=BINS, dim=0)
        y = wide[FIRST:FIRST + GRID.count * EVERY:EVERY].T.clamp_min(0).numpy()
        y = y / y.max(axis=1, keepdims=True)
        x = GRID.centres
        response = np.empty_like(y)
        knots = np.linspace(x[0], x[-1], 16)
        step = np.zeros_like(y)
        for i in range(count):
            response[i] = np.interp(x, knots, rng.normal(0, 0.28, len(knots)))
            borders = sorted(rng.normal(*d) for d in DETECTORS_NM if rng.random() < 0.6)
            detector = np.searchsorted(borders, x)
            response[i] += rng.normal(0, 0.22, len(borders) + 1)[detector]
            glow = rng.uniform(0, 0.12) * np.exp(-0.5 * ((x - rng.uniform(280, 650)) / rng.uniform(110, 320)) ** 2)
            step[i] = glow + (rng.exponential(0.01, len(borders) + 1) * (rng.random() < 0.3))[detector]
        y = (y + step) * np.exp(response)
        y /= y.max(axis=1, keepdims=True)
        full = 10 ** rng.uniform(4.4, 6.6, (count, 1))
        noise = torch.randn(count, GRID.count, generator=generator).numpy()
        y = y + noise * np.sqrt(np.maximum(y, 0) / full + (rng.uniform(5, 60, (count, 1)) / full) ** 2)
        mask = np.ones_like(y)
        for i in range(count):
            mask[i, (x < STARTS[rng.integers(len(STARTS))] - 1e-6) | (x > ENDS[rng.integers(len(ENDS))] + 1e-6)] = 0
            if rng.random() < 0.12:
                for _ in range(rng.integers(1, 3)):
                    start = rng.uniform(200, 880)
                    mask[i, (x > start) & (x < start + rng.uniform(1, 45))] = 0
        return (y * mask).astype(np.float32), mask.astype(np.float32)
