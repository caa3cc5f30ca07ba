"""Measured chemistry of RRUFF specimens: from the header's formula to mass fractions."""

from __future__ import annotations

import csv
import html
import re
from functools import lru_cache
from pathlib import Path

_TOKEN = re.compile(r"([A-Z][a-z]?)|([(\[{])|([)\]}])|(\d*\.?\d+)|(·)|(,)")
_SUM_TOLERANCE = 0.04  # a subscript that equals what a group of cations (or of anions) holds is its sum, not a factor


@lru_cache
def weights(data: Path) -> dict[str, float]:
    """Atomic weights, atomic/elements.csv."""
    with (data / "atomic" / "elements.csv").open() as f:
        return {r["symbol"]: float(r["atomic_weight"]) for r in csv.DictReader(f) if r["atomic_weight"]}


def first_phase(text: str) -> str:
    """The first formula of a header: other phases, remarks and trace elements stand behind ';'."""
    head = text.split(";")[0]
    return head.split(":")[-1] if ":" in head else head


def atoms(text: str) -> dict[str, float]:
    """RRUFF notation -> atoms per formula; ValueError where it is no formula.

    '_x_' is a subscript, '^x^' a charge, '[box]' a vacancy, '_Σ=x_' a sum already contained in the group before it.
    """
    s = re.sub("[Ʃ∑]+", "Σ", re.sub("[\u0387•‧∙⋅]", "·", html.unescape(text)))
    s = re.sub(r"\^[^^]*\^", "", first_phase(s))
    s = re.sub(r"_?Σ=?\s*[\d.]+_?", "", s.replace("[box]", "").replace("□", ""))
    s = s.replace("_", " ")
    if "%" in s or re.search(r"\b(and|trace|phase|with|not|average)\b", s, re.I):
        raise ValueError("not a formula")
    tokens = [(m.lastindex, m.group()) for m in _TOKEN.finditer(s)]
    rest = re.sub(r"[\s,.*=~-]", "", _TOKEN.sub("", s))
    if rest or not tokens:
        raise ValueError(f"cannot read {rest!r}")
    at = 0

    def number(default: float) -> float:
        nonlocal at
        if at < len(tokens) and tokens[at][0] == 4:
            at += 1
            return float(tokens[at - 1][1])
        return default

    def group() -> tuple[dict[str, float], float | None]:
        """(atoms, number of sites where it holds only cations or only anions)."""
        nonlocal at
        total: dict[str, float] = {}
        sites, kinds, choices, factor = 0.0, set(), 1, 1.0
        while at < len(tokens):
            kind, word = tokens[at]
            if kind == 3:
                break
            at += 1
            if kind == 1:
                part, times = {word: 1.0}, number(1.0)
            elif kind == 2:
                part, held = group()
                if at == len(tokens):
                    raise ValueError("a bracket is not closed")
                at += 1
                times = number(1.0)
                if held and times > 1 and abs(times - held) <= _SUM_TOLERANCE * times:
                    sites, times = sites + held - 1, 1.0
            elif kind == 5:
                factor = number(1.0)
                continue
            else:
                choices += kind == 6
                continue
            sites += times
            kinds.add(bool(set(part) & {"O", "H", "F", "Cl"}))
            for e, n in part.items():
                total[e] = total.get(e, 0.0) + n * times * factor
        shared = {e: n / choices for e, n in total.items()} if sites == choices else total  # "(La,Pr)"
        return shared, sites if len(kinds) == 1 else None

    found, _ = group()
    if at < len(tokens):
        raise ValueError("a bracket is closed that was not opened")
    return found


def mass_fractions(text: str, data: Path) -> dict[str, float]:
    """Header formula -> mass fractions that add up to 1; ValueError where it cannot be read."""
    known = weights(data)
    got = {("H" if e == "D" else e): n for e, n in atoms(text).items()}
    if not set(got) <= set(known):
        raise ValueError(f"no element: {sorted(set(got) - set(known))}")
    mass = {e: n * known[e] for e, n in got.items() if n > 0}
    total = sum(mass.values())
    if total <= 0:
        raise ValueError("no atoms")
    return {e: m / total for e, m in mass.items()}
