import unittest

import numpy as np

from lithoscope_models.quality import replicate_weight, replicate_weights, signal_to_noise
from lithoscope_models.resample import Grid, combine

GRID = Grid(start=100.0, step=2.0, count=51, unit="cm-1", max_gap=8.0)


class Quality(unittest.TestCase):
    # The same numbers stand in spectra/quality.test.ts.
    def test_the_signal_to_noise_is_what_typescript_finds(self):
        i = np.arange(1000)
        wave = (50 * np.sin(i / 150) + 30 * np.exp(-(((i - 333) / 5) ** 2)) + np.sin(i * i * 0.37)
                + 0.3 * np.cos(i * 12.9))
        self.assertAlmostEqual(signal_to_noise(wave, "raman"), 51.90714549474924, places=9)
        self.assertAlmostEqual(signal_to_noise(wave, "libs"), 51.90714549474924, places=9)
        self.assertAlmostEqual(signal_to_noise(wave, "vnir"), 171.4684935606801, places=9)

    def test_a_cosmic_ray_is_no_signal(self):
        y = np.random.default_rng(1).normal(0, 1, 1500)
        y[700:702] = 5000
        self.assertLess(signal_to_noise(y, "raman"), 6)

    def test_a_noisy_replicate_counts_less_and_a_refused_one_not(self):
        self.assertAlmostEqual(replicate_weight(100), 1000)
        self.assertAlmostEqual(replicate_weight(10), 1 / 0.0109)
        self.assertEqual(replicate_weight(4), 0)

    def test_what_lies_outside_the_grid_does_not_count(self):
        x = np.arange(60.0, 215, 0.5)
        y = 100 * np.exp(-((x - 150) ** 2) / 20) + np.random.default_rng(2).normal(0, 1, len(x))
        laser = y + 1e5 * np.exp(-((x - 70) ** 2) / 20)
        same, other = replicate_weights([(x, y), (x, laser)], GRID, "raman")
        self.assertAlmostEqual(same, other)

    def test_replicates_are_pooled_by_their_weights(self):
        x = np.arange(90.0, 215, 1)
        pooled, mask = combine([(x, 0 * x + 0.2), (x, 0 * x + 0.8)], GRID, "vnir", [3.0, 1.0])
        np.testing.assert_allclose(pooled[mask > 0], 0.35, rtol=1e-6)
        alone, _ = combine([(x, 0 * x + 0.2), (x, 0 * x + 0.8)], GRID, "vnir", [0.0, 1.0])
        np.testing.assert_allclose(alone[mask > 0], 0.8, rtol=1e-6)
        equal, _ = combine([(x, 0 * x + 0.2), (x, 0 * x + 0.8)], GRID, "vnir", [0.0, 0.0])
        np.testing.assert_allclose(equal[mask > 0], 0.5, rtol=1e-6)


if __name__ == "__main__":
    unittest.main()
