import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { LithoscopeError } from "../../contract/errors.ts";
import type { ProviderName } from "../../contract/identification.ts";
import { type ModelPackage, openPackage, shippedPackageFolder } from "../../inference/package.ts";
import { freshFolder } from "../testing/folders.ts";
import { chosenProvider, ModelLoader, type TryOut, tryProviders } from "./provider.ts";

const shipped = await openPackage(shippedPackageFolder, { allowUnsigned: false });
let dataFolder: string;
beforeEach(() => {
  dataFolder = freshFolder();
});

/** What a station that is killed on a graphics processor leaves on disk. */
function dieInUse(): void {
  const file = join(dataFolder, "models", "provider.json");
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), inUse: true }));
}

/** A machine whose graphics processors take so long for a spot, answer wrongly, or do not load. */
const machine =
  (spots: Partial<Record<ProviderName, number | "wrong" | "does not load">>): TryOut =>
  async (_, provider) => {
    const spot = spots[provider];
    if (typeof spot === "number") return { cases: 9, failures: [], largestDifference: 0, spotMs: spot };
    if (spot === "wrong")
      return { cases: 9, failures: ["quartz: unknown is 0.9 instead of 0.1."], largestDifference: 0.8, spotMs: 1 };
    throw new LithoscopeError("package-invalid", "The model cannot be loaded: no adapter.", "Copy it again.");
  };

describe("where the model runs", () => {
  it("is the processor until a person has tried", async () => {
    expect(await chosenProvider(dataFolder, shipped)).toEqual({
      provider: "cpu",
      reason: "Whether a graphics processor is faster was not tried with this model.",
    });
  });

  it("is the fastest whose golden answers are right", async () => {
    const found = await tryProviders(
      dataFolder,
      shipped,
      ["cuda", "dml", "webgpu"],
      machine({ cpu: 9, cuda: "wrong", dml: 2, webgpu: 4 }),
    );
    expect(found.provider).toBe("dml");
    expect(found.reason).toBe("It takes 2.0 ms for a spot, the processor 9.0 ms.");
    expect(await chosenProvider(dataFolder, shipped)).toMatchObject(found);
  });

  it("is the processor where nothing is faster, and says of each why not", async () => {
    const found = await tryProviders(dataFolder, shipped, ["cuda", "webgpu"], machine({ cpu: 9, webgpu: 900 }));
    expect(found).toEqual({
      provider: "cpu",
      reason:
        "No graphics processor is faster here. NVIDIA CUDA does not load here. WebGPU takes 900 ms for a spot, the best other 9.0 ms.",
    });
  });

  it("is not known of another package", async () => {
    await tryProviders(dataFolder, shipped, ["webgpu"], machine({ cpu: 9, webgpu: 2 }));
    const other = { ...shipped, sha256: "0".repeat(64) } as ModelPackage;
    expect((await chosenProvider(dataFolder, other)).provider).toBe("cpu");
  });

  it("is the processor after Lithoscope ended unexpectedly on a graphics processor, until a person tries again", async () => {
    await tryProviders(dataFolder, shipped, ["webgpu"], machine({ cpu: 9, webgpu: 2 }));
    dieInUse();
    const after = await chosenProvider(dataFolder, shipped);
    expect(after.provider).toBe("cpu");
    expect(after.reason).toContain("ended unexpectedly while WebGPU ran the model");
    expect(await chosenProvider(dataFolder, shipped)).toMatchObject(after);
    await tryProviders(dataFolder, shipped, ["webgpu"], machine({ cpu: 9, webgpu: 2 }));
    expect((await chosenProvider(dataFolder, shipped)).provider).toBe("webgpu");
  });

  it("is the processor if the chosen one does not load the model today, and the station still starts", async () => {
    await tryProviders(dataFolder, shipped, ["webgpu"], machine({ cpu: 9, webgpu: 2 }));
    const loader = new ModelLoader(dataFolder);
    const model = await loader.load(shipped);
    expect([model.provider, loader.reason]).toEqual(
      model.provider === "cpu"
        ? ["cpu", "WebGPU, which was faster when it was tried, did not load the model now."]
        : ["webgpu", "It takes 2.0 ms for a spot, the processor 9.0 ms."],
    );
    await model.close();
    await loader.ended();
    expect((await chosenProvider(dataFolder, shipped)).provider).toBe("webgpu");
  });

  it("is found on this machine by processes of their own, which say how long a spot takes", async () => {
    const { reason } = await tryProviders(dataFolder, shipped, []);
    expect(reason).toBe("No graphics processor is faster here.");
  });
});
