// The whole test command: static checks, unit and property tests, builds, then people's tasks in a real browser.
// Ends with "N passed, N failed" (and what was skipped, with the reason in its title). `--only unit` etc. runs one part.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { installSystemPackages } from "./system.ts";

interface Tally {
  passed: number;
  failed: number;
  skipped: string[];
}

const reports = "test-results/reports";
const only = process.argv.includes("--only") ? process.argv[process.argv.indexOf("--only") + 1] : undefined;
const total: Tally = { passed: 0, failed: 0, skipped: [] };

function run(command: string, args: string[]): boolean {
  const result = spawnSync(command, args, { stdio: "inherit", shell: process.platform === "win32" });
  return result.status === 0;
}

/** A check that passes or fails as a whole. */
function check(name: string, command: string, args: string[]): void {
  console.log(`\n── ${name}`);
  const ok = run(command, args);
  total[ok ? "passed" : "failed"] += 1;
  if (!ok) console.log(`FAILED: ${name}`);
}

/** A test runner that writes a report; a run without one counts as a failure. */
function suite(name: string, command: string, args: string[], report: string, read: (text: string) => Tally): void {
  console.log(`\n── ${name}`);
  rmSync(report, { force: true });
  const ok = run(command, args);
  try {
    const tally = read(readFileSync(report, "utf8"));
    total.passed += tally.passed;
    total.failed += tally.failed + (!ok && tally.failed === 0 ? 1 : 0);
    total.skipped.push(...tally.skipped);
  } catch (error) {
    total.failed += 1;
    console.log(`FAILED: ${name} wrote no report (${error})`);
  }
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numFailedTestSuites: number;
  testResults: { assertionResults: { status: string; fullName: string }[] }[];
}

function readVitest(text: string): Tally {
  const report = JSON.parse(text) as VitestReport;
  const all = report.testResults.flatMap((file) => file.assertionResults);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests > 0 ? report.numFailedTests : report.numFailedTestSuites,
    skipped: all
      .filter((t) => t.status === "pending" || t.status === "skipped" || t.status === "todo")
      .map((t) => t.fullName),
  };
}

interface PlaywrightSuite {
  title: string;
  suites?: PlaywrightSuite[];
  specs?: { title: string; tests: { status: string; projectName: string }[] }[];
}

function readPlaywright(text: string): Tally {
  const report = JSON.parse(text) as { suites: PlaywrightSuite[] };
  const tally: Tally = { passed: 0, failed: 0, skipped: [] };
  const walk = (suite: PlaywrightSuite): void => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status === "skipped") tally.skipped.push(`${suite.title} › ${spec.title} [${test.projectName}]`);
        else if (test.status === "unexpected") tally.failed += 1;
        else tally.passed += 1;
      }
    }
    for (const inner of suite.suites ?? []) walk(inner);
  };
  for (const suite of report.suites) walk(suite);
  return tally;
}

mkdirSync(reports, { recursive: true });
installSystemPackages();

if (only === undefined || only === "static") {
  check("format and lint (Biome)", "biome", ["ci", "--error-on-warnings", "."]);
  check("who imports whom (dependency-cruiser)", "npm", ["run", "--silent", "rooms"]);
  check("types", "tsc", ["-p", "."]);
  check("types of the page", "tsc", ["-p", "renderer"]);
  check("dead code and unused dependencies (knip)", "knip", []);
}
// The web host serves the built page, in unit tests too.
if (only !== "static") {
  check("build of the page", "vite", ["build", "renderer", "--logLevel", "warn"]);
  check("build of the desktop shell", "electron-vite", ["build", "--ignoreConfigWarning", "--logLevel", "warn"]);
}
if (only === undefined || only === "unit") {
  const report = `${reports}/unit.json`;
  suite(
    "unit and property tests (Vitest)",
    "vitest",
    ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    report,
    readVitest,
  );
}
if (only === undefined || only === "e2e") {
  const report = `${reports}/e2e.json`;
  suite(
    "people's tasks in a real window (Playwright)",
    "playwright",
    ["test", "--grep-invert", "@pictures"],
    report,
    readPlaywright,
  );
}

if (total.skipped.length > 0) console.log(`\nSkipped:\n${total.skipped.map((name) => `  ${name}`).join("\n")}`);
console.log(
  `\n${total.passed} passed, ${total.failed} failed${total.skipped.length > 0 ? `, ${total.skipped.length} skipped` : ""}`,
);
process.exitCode = total.failed > 0 ? 1 : 0;
