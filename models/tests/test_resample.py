import unittest

import numpy as np

from lithoscope_models.resample import Grid, combine, resample

GRID = Grid(start=100.0, step=2.0, count=51, unit="cm-1", max_gap=8.0)


class Resampling(unittest.TestCase):
    def test_a_straight_line_keeps_its_values_on_an_uneven_axis(self):
        rng = np.random.default_rng(1)
        x = np.sort(rng.uniform(90, 210, 120))
        values, mask = resample(x, 3 * x + 1, GRID)
        self.assertTrue(mask.any())
        np.testing.assert_allclose(values[mask > 0], 3 * GRID.centres[mask > 0] + 1, rtol=1e-9)

    def test_a_narrow_line_keeps_its_area(self):
        x = np.array([90.0, 149.9, 150.2, 150.5, 210.0])
        grid = Grid(100.0, 2.0, 51, "cm-1", 100.0)
        values, _ = resample(x, np.array([0, 0, 5, 0, 0.0]), grid)
        self.assertAlmostEqual(values.sum() * grid.step, 5 * 0.6 / 2, places=9)

    def test_a_cell_is_covered_only_when_all_of_it_is(self):
        _, mask = resample(np.arange(99.0, 111.1, 1.0), np.ones(13), GRID)
        self.assertEqual(mask[:7].tolist(), [1, 1, 1, 1, 1, 1, 0])

    def test_a_gap_wider_than_allowed_is_not_bridged(self):
        x = np.concatenate([np.arange(90.0, 131), np.arange(139.5, 215)])
        _, mask = resample(x, np.ones(len(x)), GRID)
        self.assertEqual(GRID.centres[mask == 0].tolist(), [130.0, 132.0, 134.0, 136.0, 138.0, 140.0])

    def test_equal_x_are_averaged_and_deleted_points_are_skipped(self):
        x = np.array([98.0, 100.0, 100.0, 102.0, 104.0, 106.0])
        values, mask = resample(x, np.array([2.0, 1.0, 3.0, 2.0, np.nan, 2.0]), GRID)
        self.assertEqual(values[mask > 0].round(12).tolist(), [2.0, 2.0, 2.0])

    def test_replicates_of_raman_count_equally_whatever_their_exposure(self):
        x = np.arange(90.0, 215, 1)
        y = np.exp(-((x - 150) ** 2) / 20)
        one, _ = combine([(x, y)], GRID, "raman")
        two, _ = combine([(x, y), (x, 5000 * y + 300)], GRID, "raman")
        np.testing.assert_allclose(one, two, atol=1e-5)


if __name__ == "__main__":
    unittest.main()
