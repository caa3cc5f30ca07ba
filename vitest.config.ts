import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "{contract,spectra,devices,inference,mindb,models,station,electron,web,renderer,scripts}/**/*.test.{ts,tsx}",
    ],
    // The tests open real ports and real model sessions: on two cores more workers only make them wait for each other.
    maxWorkers: 2,
    testTimeout: 30_000,
  },
});
