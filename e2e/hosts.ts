import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Browser, test as base, chromium, _electron as electron, expect, type Page } from "@playwright/test";
import { build } from "vite";

const repository = fileURLToPath(new URL("..", import.meta.url));
export const command = join(repository, "bin/lithoscope.js");

/** Debian's browser where it is installed; else the one that Playwright brings. */
const systemChromium = "/usr/bin/chromium";
const chromiumArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A camera and a microphone that are there on every machine: a green picture with a clock, a beep each second.
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
];

/** The app as a person has it: one page, one data folder, and a station that can die. */
export interface App {
  readonly page: Page;
  readonly dataFolder: string;
  /** Where simulators are plugged in: the station looks for ports in this folder. */
  readonly sockets: string;
  /** Kills the station process as a GPU driver or the system would. */
  killStation(): Promise<void>;
  close(): Promise<void>;
}

export const test = base.extend<{ app: App }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright's fixtures name what they use in a pattern
  app: async ({}, use, info) => {
    const host = info.project.name;
    base.skip(
      host === "electron" && electronExecutable() === undefined,
      "Electron's runtime is not installed on this machine",
    );
    const dataFolder = mkdtempSync(join(tmpdir(), "lithoscope-e2e-"));
    const app = host === "electron" ? await startElectron(dataFolder) : await startWeb(dataFolder);
    await use(app);
    await app.close();
    rmSync(dataFolder, { recursive: true, force: true });
  },
});
export { expect };

/**
 * Runs a module of the repository on the page, with its exports under a global name. The page's policy forbids scripts from
 * elsewhere; the debugging protocol that Playwright speaks is not the page.
 */
export async function loadOnPage(page: Page, file: string, name: string): Promise<void> {
  const result = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, lib: { entry: join(repository, file), formats: ["iife"], name } },
  });
  const [bundle] = Array.isArray(result) ? result : [];
  const code = bundle?.output[0].code ?? "";
  await page.evaluate(code.replace(new RegExp(`^var ${name}`, "m"), `globalThis.${name}`));
}

/** Opens one of the traverse's pages, as a person does: the sample, then the page. */
export async function openTab(page: Page, name: string): Promise<void> {
  const tab = page.getByRole("navigation", { name: "Traverse" }).getByRole("button", { name, exact: true });
  // What was asked for before (a new spot, a saved traverse) may close the page again when it is done.
  await expect(async () => {
    if (!(await tab.isVisible())) await page.locator(".sample").click();
    await tab.click({ timeout: 5000 });
    await expect(tab).toHaveAttribute("aria-current", "page", { timeout: 2000 });
  }).toPass({ timeout: 60_000 });
}

/** Presses "Open file", which stands on an empty spot and beside the samples, and chooses one, as a person does. */
export async function openFile(page: Page, name: string, content: string | Buffer): Promise<void> {
  await expect(page.getByRole("button", { name: /^MEASURE/ })).toBeVisible();
  const empty = page.getByRole("region", { name: "Answer" }).getByRole("button", { name: "Open file" });
  const open = page.getByRole("button", { name: "Open file" });
  await expect(async () => {
    if (!(await empty.isVisible())) await openTab(page, "Samples");
    await expect(open).toBeEnabled({ timeout: 2000 });
  }).toPass({ timeout: 60_000 });
  const chooser = page.waitForEvent("filechooser");
  await open.click();
  await (await chooser).setFiles({ name, mimeType: "text/plain", buffer: Buffer.from(content) });
}

/** The journal of the app's one session, as it lies on disk. */
export function journalText({ dataFolder }: App): string {
  const root = join(dataFolder, "journal");
  const sessions = readdirSync(root).filter((name) => existsSync(join(root, name, "events.jsonl")));
  if (sessions.length !== 1) throw new Error(`${sessions.length} sessions instead of one`);
  return readFileSync(join(root, sessions[0] ?? "", "events.jsonl"), "utf8");
}

/** Runs `lithoscope` to its end; throws with its output unless it exits with 0. */
export function lithoscope(...args: string[]): string {
  return execFileSync(process.execPath, [command, ...args], { encoding: "utf8" });
}

function electronExecutable(): string | undefined {
  const folder = dirname(createRequire(import.meta.url).resolve("electron/package.json"));
  const pathFile = join(folder, "path.txt");
  if (!existsSync(pathFile)) return undefined;
  const executable = join(folder, "dist", readFileSync(pathFile, "utf8"));
  return existsSync(executable) ? executable : undefined;
}

async function startWeb(dataFolder: string): Promise<App> {
  const sockets = socketsOf(dataFolder);
  const host = spawn(process.execPath, [command, "station", "--json", "--data", dataFolder, "--ports", sockets], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const told = hostEvents(host);
  const { url } = await told.next("listening");
  let { pid } = await told.next("ready");
  told.on("ready", (event) => {
    pid = event.pid;
  });
  const browser: Browser = await chromium.launch({
    ...(existsSync(systemChromium) ? { executablePath: systemChromium } : {}),
    args: chromiumArguments,
  });
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await page.goto(url ?? "");
  return {
    page,
    dataFolder,
    sockets,
    killStation: async () => {
      const died = told.next("died");
      process.kill(pid ?? 0, "SIGKILL");
      await died;
    },
    close: async () => {
      await browser.close();
      const ended = new Promise((resolve) => host.once("exit", resolve));
      host.kill("SIGTERM");
      await ended;
    },
  };
}

interface HostEvent {
  event: string;
  url?: string;
  pid?: number;
}

/** The JSON lines that `lithoscope station --json` prints. */
function hostEvents(host: ChildProcess) {
  const listeners = new Set<(event: HostEvent) => void>();
  if (host.stdout === null) throw new Error("the host has no standard output");
  const seen: HostEvent[] = [];
  createInterface({ input: host.stdout }).on("line", (line) => {
    const event = JSON.parse(line) as HostEvent;
    seen.push(event);
    for (const listener of listeners) listener(event);
  });
  const on = (name: string, listener: (event: HostEvent) => void) =>
    listeners.add((event) => {
      if (event.event === name) listener(event);
    });
  const next = (name: string) =>
    new Promise<HostEvent>((resolve, reject) => {
      const index = seen.findIndex((event) => event.event === name);
      if (index >= 0) return resolve(seen.splice(index, 1)[0] ?? { event: name });
      const listener = (event: HostEvent): void => {
        if (event.event !== name) return;
        listeners.delete(listener);
        seen.splice(seen.indexOf(event), 1);
        resolve(event);
      };
      listeners.add(listener);
      host.once("exit", (code) => reject(new Error(`the host ended (${code}) before "${name}"`)));
    });
  return { on, next };
}

function socketsOf(dataFolder: string): string {
  const folder = join(dataFolder, "sockets");
  mkdirSync(folder);
  return folder;
}

async function startElectron(dataFolder: string): Promise<App> {
  const sockets = socketsOf(dataFolder);
  const executablePath = electronExecutable();
  const app = await electron.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [repository, ...(process.platform === "linux" ? ["--no-sandbox"] : []), "--ports", sockets],
    env: { ...process.env, LITHOSCOPE_HOME: dataFolder } as Record<string, string>,
  });
  const page = await app.firstWindow();
  await page.setViewportSize({ width: 1280, height: 800 });
  return {
    page,
    dataFolder,
    sockets,
    killStation: async () => {
      const pid = await app.evaluate(
        ({ app }) => app.getAppMetrics().find((p) => p.name === "Lithoscope station")?.pid,
      );
      process.kill(pid ?? 0, "SIGKILL");
    },
    close: () => app.close(),
  };
}
