import type { ModelManifest } from "../../contract/model.ts";
import { appVersion } from "../version.ts";
import { tooNew } from "./problems.ts";

/** Throws package-too-new if the package wants a later version of the app than this one. */
export function assertAppVersion({ id, version, minimumAppVersion }: ModelManifest): void {
  if (compareVersions(minimumAppVersion, appVersion) > 0)
    throw tooNew(`${id} ${version}`, minimumAppVersion, appVersion);
}

/** Above 0 if `a` is later than `b`, by the numbers before any `-`; what is no number counts as 0. */
export function compareVersions(a: string, b: string): number {
  const numbers = (text: string) => (text.split("-")[0] ?? "").split(".").map((part) => Number.parseInt(part, 10) || 0);
  const [x, y] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(x.length, y.length); i += 1) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
