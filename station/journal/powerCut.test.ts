import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LithoscopeError } from "../../contract/errors.ts";
import {
  type Choose,
  type DiskFaults,
  type DiskModel,
  diskModel,
  everyChoice,
  everyTear,
  someTears,
} from "./diskModel.ts";
import type { Journal } from "./journal.ts";
import { sha256 } from "./line.ts";
import { allLines, folders, note, opening, openJournal, sample, traverse } from "./scenario.ts";
import { verifySession } from "./verify.ts";

/** `ASSURE=1` makes the same checks long. */
const assure = process.env.ASSURE === "1";
const tears = assure ? everyTear : someTears;

/** What the station has told people is safe, by path: of a journal how it begins, of evidence the whole file. */
class Acknowledged {
  readonly journals = new Map<string, Uint8Array>();
  readonly files = new Map<string, Uint8Array>();
}

const copyOf = (said: Acknowledged): Acknowledged => {
  const copy = new Acknowledged();
  for (const [path, bytes] of said.journals) copy.journals.set(path, bytes);
  for (const [path, bytes] of said.files) copy.files.set(path, bytes);
  return copy;
};

const nothingPending: Choose = () => {
  throw new Error("a disk that has just started has nothing pending");
};

const pathOf = (sessionId: string, name = "events.jsonl") => `${folders.root}/${sessionId}/${name}`;

function journalOn(disk: DiskModel, said: Acknowledged): Promise<Journal> {
  return openJournal(disk, (sessionId) => {
    said.journals.set(pathOf(sessionId), disk.contents().get(pathOf(sessionId)) ?? new Uint8Array());
  });
}

/** Lets the program run until it ends or the power goes. */
async function run(program: (said: Acknowledged) => Promise<void>, said = new Acknowledged()) {
  await program(said).catch((error: unknown) => {
    if (!(error instanceof Error && /before \d+: /.test(error.message))) throw error;
  });
  return said;
}

const field = (disk: DiskModel) => async (said: Acknowledged) =>
  traverse(await journalOn(disk, said), (session, name) => {
    const path = pathOf(session.sessionId, `files/${name}`);
    said.files.set(path, disk.contents().get(path) ?? new Uint8Array());
  });

const sessionsOn = (disk: DiskModel) =>
  [...disk.contents().keys()].flatMap((path) => /^\/data\/journal\/(\w{26})\/events\.jsonl$/.exec(path)?.[1] ?? []);

/** The station's next start: every session is opened again, and one line is added where that is possible. */
const nextStart = (disk: DiskModel) => async (said: Acknowledged) => {
  const journal = await journalOn(disk, said);
  for (const sessionId of sessionsOn(disk)) {
    const session = await journal.reopen(sessionId);
    if (session.state === "open") await session.append(note("after the cut"));
  }
  await journal.release();
};

/** Bytes behind the whole lines of each session; throws what verify says when it is an alarm. */
async function tornTails(disk: DiskModel): Promise<{ sessionId: string; bytes: Uint8Array }[]> {
  const tails = [];
  for (const sessionId of sessionsOn(disk)) {
    const report = await verifySession(`${folders.root}/${sessionId}`, { disk, keyFolder: folders.keyFolder });
    if (report.state !== "intact" && report.state !== "torn") throw new Error(`false alarm: ${report.sentence}`);
    const bytes = disk.contents().get(pathOf(sessionId)) ?? new Uint8Array();
    if (report.tornBytes) tails.push({ sessionId, bytes: bytes.slice(-report.tornBytes) });
  }
  return tails;
}

function mustHold(disk: DiskModel, said: Acknowledged): void {
  const contents = disk.contents();
  for (const [path, bytes] of said.journals) {
    const found = contents.get(path)?.subarray(0, bytes.length);
    if (!found || Buffer.compare(found, bytes) !== 0) throw new Error(`acknowledged lines are lost from ${path}`);
  }
  for (const [path, bytes] of said.files) {
    const found = contents.get(path);
    if (!found || Buffer.compare(found, bytes) !== 0) throw new Error(`acknowledged evidence is lost: ${path}`);
  }
}

/** The facts that must be true of a disk that the power was cut from. `tails`: torn bytes seen at earlier starts. */
async function check(disk: DiskModel, said: Acknowledged, tails: Awaited<ReturnType<typeof tornTails>> = []) {
  mustHold(disk, said);
  const seen = [...tails, ...(await tornTails(disk))];
  await nextStart(disk)(said);
  mustHold(disk, said);
  if ((await tornTails(disk)).length > 0) throw new Error("torn bytes are still in the journal");
  const journal = await journalOn(disk, said);
  for (const { sessionId, bytes } of seen) {
    const told = (await allLines(journal, sessionId)).some(({ event }) => {
      if (event.kind !== "torn-tail" || event.sha256 !== sha256(bytes)) return false;
      const aside = disk.contents().get(pathOf(sessionId, event.file));
      return aside && event.bytes === bytes.length && Buffer.compare(aside, bytes) === 0;
    });
    if (!told) throw new Error(`torn bytes of ${sessionId} are not told of`);
  }
  return seen.length;
}

/** Operations of a whole run without a cut. */
async function operationsOf(program: (disk: DiskModel) => (said: Acknowledged) => Promise<void>, disk = diskModel()) {
  await program(disk)(new Acknowledged());
  return disk.operations;
}

/** A source of choices that a seed repeats (mulberry32). */
function random(seed: number): Choose {
  let state = seed;
  return (count) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % count;
  };
}

/** Cuts the power before every operation of the traverse, and looks at every state the disk can be left in. */
async function cutEverywhere(faults: DiskFaults = {}): Promise<{ cuts: number; states: number; torn: number }> {
  const cuts = (await operationsOf(field)) + 1;
  let states = 0;
  let torn = 0;
  for (let cutBefore = 1; cutBefore <= cuts; cutBefore++) {
    const disk = diskModel({ ...faults, cutBefore, tears });
    const said = await run(field(disk));
    states += await everyChoice(async (choose) => {
      torn += await check(disk.restarted(choose), copyOf(said));
    });
  }
  return { cuts, states, torn };
}

describe("a power cut", () => {
  it("before any operation, whatever it leaves, loses nothing acknowledged and every torn tail is told", async () => {
    const { cuts, states, torn } = await cutEverywhere();
    console.log(`power cut: ${cuts} places, ${states} states of the disk, ${torn} torn tails, all told`);
    expect(torn).toBeGreaterThan(cuts);
  }, 3_600_000);

  it("during recovery from a power cut, before any operation, loses nothing either", async () => {
    const short = (disk: DiskModel) => async (said: Acknowledged) => {
      const journal = await journalOn(disk, said);
      await (await journal.create(opening(101))).append(sample(1));
    };
    // The line is written and not yet synced.
    const disk = diskModel({ cutBefore: await operationsOf(short), tears });
    const said = await run(short(disk));
    let states = 0;
    await everyChoice(async (choose) => {
      const first = disk.restarted(choose);
      const tails = await tornTails(first);
      const operations = await operationsOf(nextStart, first.restarted(nothingPending));
      for (let cutBefore = 1; cutBefore <= operations + 1; cutBefore++) {
        const second = first.restarted(nothingPending, { cutBefore, tears: (length) => [length >> 1] });
        const then = await run(nextStart(second), copyOf(said));
        states += await everyChoice(async (next) => void (await check(second.restarted(next), copyOf(then), tails)));
      }
    });
    console.log(`power cut during recovery: ${states} states of the disk`);
    expect(states).toBeGreaterThan(500);
  }, 3_600_000);

  it("takes nothing back that the start after a killed process has shown", async () => {
    const operations = await operationsOf(field);
    for (let killedBefore = 1; killedBefore <= operations + 1; killedBefore++) {
      const killed = diskModel({ cutBefore: killedBefore });
      const said = await run(field(killed));
      const disk = killed.afterKill();
      const journal = await journalOn(disk, said);
      for (const sessionId of sessionsOn(disk)) {
        await journal.reopen(sessionId);
        said.journals.set(pathOf(sessionId), disk.contents().get(pathOf(sessionId))!);
      }
      await journal.create(opening(103));
      const everythingUnsyncedIsLost: Choose = () => 0;
      await check(disk.restarted(everythingUnsyncedIsLost), said);
    }
  }, 60_000);

  it("again and again, at any time, with processes killed in between, loses nothing", async () => {
    const operations = await operationsOf(field);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: operations + 1 }),
        fc.array(fc.record({ cut: fc.integer({ min: 1, max: 60 }), killed: fc.boolean() }), { maxLength: 4 }),
        fc.integer(),
        async (cutBefore, later, seed) => {
          const choose = random(seed);
          let disk = diskModel({ cutBefore, tears: everyTear });
          const said = await run(field(disk));
          const tails = [];
          for (const { cut, killed } of later) {
            const faults = { cutBefore: cut, tears: everyTear };
            disk = killed ? disk.afterKill(faults) : disk.restarted(choose, faults);
            mustHold(disk, said);
            // What a killed process left may still be lost to a power cut: it was neither durable nor acknowledged.
            if (!killed) tails.push(...(await tornTails(disk)));
            await run(nextStart(disk), said);
          }
          await check(disk.restarted(choose), said, tails);
        },
      ),
      { numRuns: assure ? 100_000 : 200 },
    );
  }, 3_600_000);
});

describe("an operation that fails", () => {
  it("anywhere, once or more, costs nothing acknowledged: the station resumes, and then the power may go", async () => {
    const operations = await operationsOf(field);
    const survive = async (failing: number[]): Promise<void> => {
      let done = 0;
      const disk = diskModel({ fails: () => (failing.includes(++done) ? "EIO" : undefined) });
      const said = new Acknowledged();
      const refused = (error: unknown): void => {
        if (!(error instanceof LithoscopeError && error.code === "journal-not-written")) throw error;
      };
      let journal: Journal | undefined;
      for (let attempt = 0; attempt <= failing.length; attempt++) {
        await (async () => {
          journal ??= await journalOn(disk, said);
          if (attempt === 0) await traverse(journal);
          for (const sessionId of sessionsOn(disk)) {
            const session = await journal.reopen(sessionId);
            if (session.state === "open") await session.append(note("again"));
          }
        })().catch(refused);
      }
      const everythingUnsyncedIsLost: Choose = () => 0;
      await check(disk.restarted(everythingUnsyncedIsLost), said);
    };
    for (let failing = 1; failing <= operations; failing++) await survive([failing]);
    // Close behind each other, so that recovery fails too.
    const places = fc
      .tuple(
        fc.integer({ min: 1, max: operations }),
        fc.array(fc.integer({ min: 1, max: 16 }), { minLength: 1, maxLength: 4 }),
      )
      .map(([first, gaps]) => {
        let last = first;
        return [first, ...gaps.map((gap) => (last += gap))];
      });
    await fc.assert(fc.asyncProperty(places, survive), { numRuns: assure ? 50_000 : 200 });
  }, 3_600_000);
});

describe("the same check, on a disk or in a program that is not honest,", () => {
  const lies: [string, DiskFaults, RegExp][] = [
    ["syncs no file", { ignores: (operation) => operation === "sync" }, /own key.*cannot be read/],
    ["syncs no directory", { ignores: (operation) => operation === "syncDirectory" }, /false alarm: .*public-key.pem/],
    [
      "acknowledges a line before its sync",
      { ignores: (operation, path) => operation === "sync" && /\w{26}\/events\.jsonl$/.test(path) },
      /acknowledged lines are lost/,
    ],
    [
      "does not sync evidence",
      { ignores: (operation, path) => operation === "sync" && path.includes("/files/") },
      /acknowledged evidence is lost/,
    ],
  ];
  it.each(lies)("fails where it %s", async (_name, lie, complaint) => {
    await expect(cutEverywhere(lie)).rejects.toThrow(complaint);
  });
});
