import { defineConfig } from "@playwright/test";

/** People's tasks, played on every host that this machine has (e2e/hosts.ts says which). */
export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  // Each task starts its own station with its own data folder; on two cores one at a time is fastest.
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  use: { actionTimeout: 15_000 },
  outputDir: "test-results/e2e",
  reporter: [["list"], ["json", { outputFile: "test-results/reports/e2e.json" }]],
  projects: [{ name: "web" }, { name: "electron" }],
});
