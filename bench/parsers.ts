// Speed of each protocol's parser as a ratio to the fastest serial line that it could hang on: 921,600 baud, ten bits for a
// byte. Good frames in chunks as the system delivers them; the bar is twenty such lines on one core.

import { parsersUnderTest } from "../devices/testing/parsers.ts";
import { seededRandom } from "../spectra/random.ts";

const lineBytesPerS = 921_600 / 10;
const bar = 20;
const streamBytes = Number(process.argv[2] ?? 8_000_000);
/** Mean chunk that node-serialport delivers from a fast line (reference/protocols.md §8.3). */
const chunkBytes = 4200;
const rounds = 5;

let slow = false;
for (const parser of parsersUnderTest) {
  const random = seededRandom(1);
  const frames: Uint8Array[] = [];
  for (let bytes = 0; bytes < streamBytes / 8; bytes += frames.at(-1)?.length ?? 0) frames.push(parser.frame(random));
  const stream = Buffer.concat(frames);
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const under = parser.make();
    let found = 0;
    const startMs = performance.now();
    for (let sent = 0; sent < streamBytes; sent += stream.length) {
      for (let at = 0; at < stream.length; at += chunkBytes)
        found += under.push(stream.subarray(at, at + chunkBytes)).length;
    }
    const seconds = (performance.now() - startMs) / 1000;
    const expected = frames.length * Math.ceil(streamBytes / stream.length);
    if (found !== expected) throw new Error(`${parser.name}: ${found} of ${expected} frames found`);
    ratios.push((stream.length * Math.ceil(streamBytes / stream.length)) / seconds / lineBytesPerS);
  }
  const median = ratios.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
  slow ||= median < bar;
  console.log(`${parser.name}: ${median.toFixed(0)} × a line of 921,600 baud (bar: at least ${bar})`);
}
process.exitCode = slow ? 1 : 0;
