import { execFileSync } from "node:child_process";

/** Programs that the tests need beside the npm packages, with the Debian package that holds each. */
const needed = [
  { command: "chromium", package: "chromium" },
  { command: "socat", package: "socat" },
  { command: "xz", package: "xz-utils" },
];

function has(command: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Installs what is missing where that is possible (root, apt); else prints the one line that does it. */
export function installSystemPackages(): void {
  const missing = needed.filter(({ command }) => !has(command)).map((n) => n.package);
  if (missing.length === 0) return;
  const line = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(" ")}`;
  if (process.getuid?.() === 0 && has("apt-get")) {
    console.log(`Installing ${missing.join(", ")} …`);
    execFileSync("sh", ["-c", line], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    return;
  }
  console.log(
    `These are missing and some tests need them: ${missing.join(", ")}.\nInstall them with:  sudo sh -c '${line}'`,
  );
}
