import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { StoreFixture } from "./fixture.ts";
import { latestVersion, schemaV1 } from "./schema.ts";

const folder = new URL("fixtures/", import.meta.url);
const fixtures = readdirSync(folder).map((file) =>
  StoreFixture.parse(JSON.parse(readFileSync(new URL(file, folder), "utf8"))),
);

describe("the store's fixtures", () => {
  it("hold every version that was ever released", () => {
    expect(fixtures.map((f) => f.version).sort()).toEqual(Array.from({ length: latestVersion }, (_, i) => i + 1));
  });

  it("have rows in every table, so that a migration meets each", () => {
    for (const fixture of fixtures) {
      for (const table of Object.keys(fixture.stores)) expect(fixture.rows[table], table).not.toEqual([]);
    }
  });

  it("keep version 1 as it was released", () => {
    expect(fixtures.find((f) => f.version === 1)?.stores).toEqual(schemaV1);
  });
});
