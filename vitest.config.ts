import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "{contract,spectra,devices,inference,mindb,models,station,electron,web,renderer,scripts}/**/*.test.{ts,tsx}",
    ],
    // The tests open real ports and real model sessions: on two cores more workers only make them wait for each other.
    maxWorkers: 2,
    // No test asserts a duration; a machine that is busy with other work may be ten times slower.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    setupFiles: process.env.PROPERTY_RUNS ? ["scripts/propertyRuns.ts"] : [],
  },
});
