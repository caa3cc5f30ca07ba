"""Facts about the shipped package; need no data."""

import json
import unittest
from pathlib import Path

import numpy as np

from lithoscope_models.dataset import SHIPPABLE, sha256
from lithoscope_models.decide import Package
from lithoscope_models.golden import spot

FOLDER = Path(__file__).resolve().parents[1] / "packages" / "fusion-1"
# Lines of quartz, cm-1 and relative height (RRUFF; Schmidt & Ziemann 2000, Am. Mineral. 85, 1725).
QUARTZ = [(128, 0.35), (206, 0.35), (265, 0.06), (355, 0.06), (394, 0.03), (464, 1.0), (697, 0.02), (808, 0.03),
          (1161, 0.02)]


def quartz(stretch: float = 1.0, background: float = 0.0) -> list:
    x = np.arange(110.0, 1300.0, 1.4)
    y = sum(h / (1 + ((x - c * stretch) / 4) ** 2) for c, h in QUARTZ)
    return [(x, 900 * (y + background * np.exp(-(x - 110) / 700)) + 40)]


class ShippedPackage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.package = Package(FOLDER)
        cls.manifest = cls.package.manifest
        cls.golden = json.loads((FOLDER / "golden.json").read_text())["cases"]

    def best(self, s):
        a = self.package.answer([s])[0]
        return self.manifest["classes"][int(a.probabilities.argmax())]

    def test_files_are_those_of_the_manifest_and_small(self):
        for name, said in self.manifest["files"].items():
            self.assertEqual(sha256(FOLDER / name), said["sha256"])
        self.assertLess(sum(f.stat().st_size for f in FOLDER.iterdir()), 25e6)

    def test_only_cleared_sources_ship_vectors(self):
        shipped = {p["source"] for p in self.manifest["provenance"] if p["use"] == "reference vectors"}
        self.assertLessEqual(shipped, SHIPPABLE)

    def test_golden_answers_come_back(self):
        for case in self.golden:
            a = self.package.answer([spot(case)])[0]
            for name, p in case["probabilities"].items():
                self.assertAlmostEqual(p, a.probabilities[self.manifest["classes"].index(name)], delta=1e-4)
            np.testing.assert_allclose(a.match, case["match"], atol=1e-4)
            self.assertAlmostEqual(a.unknown, case["unknown"], delta=1e-4)
            self.assertEqual(a.names, case["set"])

    def test_with_a_technique_missing_the_others_say_the_same(self):
        case = next(c for c in self.golden if len({s["technique"] for s in c["spectra"]}) == 3)
        whole = spot(case)
        together, *alone = self.package.answer([whole, *({t: s} for t, s in whole.items())])
        for a in alone:
            row = int(np.abs(a.evidence).sum(axis=1).argmax())
            np.testing.assert_allclose(a.evidence[row], together.evidence[row], atol=1e-5)
            np.testing.assert_array_equal(np.delete(a.evidence, row, axis=0), 0)

    def test_no_input_gives_a_number_that_is_not_finite(self):
        for fill in (0.0, 1.0, -5.0, 1e6):
            for covered in (0, 1, 12):
                feed = {}
                for t, said in self.manifest["techniques"].items():
                    values = np.zeros((2, said["grid"]["count"]), np.float32)
                    mask = values.copy()
                    mask[:, :covered] = 1
                    feed[t], feed[f"{t}_mask"] = values + fill * mask, mask
                for out in self.package.session.run(None, feed):
                    self.assertTrue(np.isfinite(out).all())

    def test_quartz_is_known_by_its_lines(self):
        self.assertEqual(self.best({"raman": quartz()}), "Quartz")

    def test_quartz_keeps_its_name_after_a_stretch_of_half_a_percent(self):
        self.assertEqual(self.best({"raman": quartz(stretch=1.005)}), "Quartz")

    def test_quartz_keeps_its_name_under_fluorescence_eight_times_its_strongest_line(self):
        self.assertEqual(self.best({"raman": quartz(background=8.0)}), "Quartz")

    def test_flat_noise_is_called_unknown_rather_than_a_mineral(self):
        x = np.arange(110.0, 1300.0, 1.4)
        noise = np.random.default_rng(3).normal(100, 1, len(x))
        strange = self.package.answer([{"raman": [(x, noise)]}])[0].unknown
        familiar = self.package.answer([{"raman": quartz()}])[0].unknown
        self.assertGreater(strange, 3 * familiar)
        self.assertLess(familiar, strange)


if __name__ == "__main__":
    unittest.main()
