import manifest from "../package.json" with { type: "json" };

/** The version of the app, as package.json states it. */
export const appVersion: string = manifest.version;
