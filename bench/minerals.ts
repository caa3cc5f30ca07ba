// The mineral catalogue in Chromium: work of each keystroke as a ratio to a bare Dexie prefix query, first load into IndexedDB
// as a ratio to a bare bulkPut, same objects, same run. node bench/minerals.ts [rounds]
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { build } from "vite";
import type { MinDbPack } from "../contract/mindb.ts";
import type { Figures } from "./mineralsPage.ts";

const rounds = Number(process.argv[2] ?? 9);
const result = await build({
  configFile: false,
  logLevel: "error",
  build: {
    write: false,
    lib: {
      entry: fileURLToPath(new URL("mineralsPage.ts", import.meta.url)),
      formats: ["iife"],
      name: "lithoscopeBench",
    },
  },
});
const [bundle] = Array.isArray(result) ? result : [];
const code = bundle?.output[0].code ?? "";
const pack = readFileSync(new URL("../mindb/pack.json", import.meta.url), "utf8");

// As e2e/hosts.ts: the system's Chromium, where Playwright has none of its own.
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
try {
  const page = await browser.newPage();
  await page.route("**/*", (route) =>
    route.request().url().endsWith("pack.json")
      ? route.fulfill({ body: pack, contentType: "application/json" })
      : route.fulfill({ body: "<!doctype html>", contentType: "text/html" }),
  );
  await page.goto("http://localhost/"); // IndexedDB needs an origin
  await page.evaluate(code.replace(/^var lithoscopeBench/m, "globalThis.lithoscopeBench"));
  const figures = await page.evaluate(async (n): Promise<Figures> => {
    const { lithoscopeBench } = globalThis as unknown as {
      lithoscopeBench: { measure(given: MinDbPack, rounds: number): Promise<Figures> };
    };
    const given = (await (await fetch("pack.json")).json()) as MinDbPack;
    return lithoscopeBench.measure(given, n);
  }, rounds);
  report(figures);
} finally {
  await browser.close();
}

function report({ entries, loadMs, indexMs, keystrokes }: Figures): void {
  const ratio = (own: number, bare: number) => own / Math.max(bare, 0.1); // the browser's clock steps by 0.1 ms
  console.log(
    `first load of ${entries} entries ${loadMs.own.toFixed(0)} ms, bare bulkPut ${loadMs.bare.toFixed(0)} ms, ratio ${ratio(loadMs.own, loadMs.bare).toFixed(2)} (bar: at most 3)`,
  );
  const sum = (side: "own" | "bare") => keystrokes.reduce((total, stroke) => total + stroke[side], 0);
  const [worst] = keystrokes.toSorted((a, b) => ratio(b.own, b.bare) - ratio(a.own, a.bare));
  if (worst === undefined) return;
  console.log(
    `search, ${keystrokes.length} keystrokes: ${(sum("own") / keystrokes.length).toFixed(2)} ms each, bare prefix query ${(sum("bare") / keystrokes.length).toFixed(2)} ms, ratio ${ratio(sum("own"), sum("bare")).toFixed(2)}; worst "${worst.text}" ${worst.own.toFixed(2)} ms against ${worst.bare.toFixed(2)} ms, ratio ${ratio(worst.own, worst.bare).toFixed(2)} (bar: at most 2)`,
  );
  console.log(`index, once for each version: ${indexMs.toFixed(0)} ms`);
}
