"""From the data to a model: what trains, what is held out, and the heads put together."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import torch

from . import mixture, protocol, spots
from .dataset import CACHE, Table, table
from .fusion import Fusion
from .heads import libs_head, raman_head, vnir_head
from .nets import libs as libs_net
from .nets import libs_spots
from .nets import raman as raman_net
from .nets import vnir as vnir_net
from .package import ROOMS, capped
from .prototypes import VNIR_EACH, Prototypes


def training(data: Path, technique: str, seed: int | None, without: frozenset[str]) -> Table:
    """The spectra that train: all that count, less the held-out specimens of the seed and the minerals taken out."""
    t = table(data, technique, ROOMS[technique].GRID)
    held = protocol.deal(spots.index(data), technique, seed).held_out if seed is not None else set()
    return t.take(np.array([protocol.counted(r) and r["specimen"] not in held and r["mineral"] not in without
                            for r in t.rows]))


def numbered(t: Table) -> tuple[list[str], np.ndarray]:
    """(minerals of the table, number of each spectrum's among them)."""
    names, owner = np.unique(t.column("mineral"), return_inverse=True)
    return names.tolist(), owner


def cached(key: str, make):
    """Trained weights by what they were trained on."""
    file = CACHE / "nets" / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.pt"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        torch.save(make(), file)
    return torch.load(file)


def trained_raman(t: Table, names: list[str], owner: np.ndarray, seed: int):
    """(network, class vectors), trained or from the cache."""
    def make():
        net, proxy = raman_net.train(t.values, t.mask, owner, len(names), seed)
        return {"net": net.state_dict(), "proxy": proxy}

    key = f"raman {seed} {names} {t.column('id').tolist()} {raman_net.RECIPE}"
    got = cached(key, make)
    net = raman_net.RamanNet()
    net.load_state_dict(got["net"])
    return net.eval(), got["proxy"].numpy()


def trained_vnir(data: Path, seed: int | None, without: frozenset[str]) -> vnir_net.Net:
    """The network, trained or from the cache."""
    held = protocol.deal(spots.index(data), "vnir", seed) if seed is not None else protocol.Deal({}, {})

    def make():
        net = vnir_net.train(data, held, set(without), seed=0 if seed is None else seed)
        return {"classes": [str(c) for c in net.classes], "net": net.state_dict()}

    got = cached(f"vnir {seed} {sorted(held.held_out)} {sorted(without)} {vnir_net.RECIPE}", make)
    net = vnir_net.Net(got["classes"])
    net.load_state_dict(got["net"])
    return net.eval()


def trained_libs(data: Path) -> libs_net.Net:
    """The network; it sees formulas only, so one serves every deal."""
    form, _ = libs_spots.composition(data)
    net = libs_net.Net(len(form.elements), len(form.decided))
    net.load_state_dict(cached(f"libs {libs_net.RECIPE}", lambda: libs_net.train(data).state_dict()))
    return net.eval()


def fusion(data: Path, seed: int | None, without: frozenset[str] = frozenset()) -> Fusion:
    """The model of a seed (its test and calibration specimens held out), or of all specimens (None)."""
    tables = {t: training(data, t, seed, without) for t in ("raman", "vnir")}
    names = {t: numbered(tables[t]) for t in tables}
    classes = sorted({*names["raman"][0], *names["vnir"][0]})
    number = {c: i for i, c in enumerate(classes)}
    columns = {t: np.array([number[n] for n in names[t][0]]) for t in names}
    net, proxy = trained_raman(tables["raman"], *names["raman"], 0 if seed is None else seed)
    held = protocol.deal(spots.index(data), "raman", seed).held_out if seed is not None else set()
    heads = {"raman": raman_head(tables["raman"], columns["raman"], names["raman"][1], net, proxy),
             "vnir": vnir_head(columns["vnir"], trained_vnir(data, seed, without)),
             "libs": libs_head(data, classes, held, trained_libs(data))}
    shown = tables["vnir"].take(vnir_net.may_ship(tables["vnir"]))
    shown = capped(shown, VNIR_EACH)
    return Fusion(classes, heads, Prototypes(
        (*mixture.prototypes(tables["raman"], names["raman"][1], len(columns["raman"])), columns["raman"]),
        (shown.values, shown.mask, np.array([number[m] for m in shown.column("mineral")]))), shown.column("source").tolist())
