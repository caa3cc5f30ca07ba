import { Command } from "commander";
import { techniqueName, techniques } from "../../contract/spectrum.ts";
import { findSessions } from "../review/bringIn.ts";
import { type SessionStats, statsOf } from "../review/stats.ts";

/** `lithoscope journal stats`: what sessions hold, counted. */
export const statsCommand = (): Command =>
  new Command("stats")
    .description("counts what the sessions in a folder hold")
    .argument("<folder>", "a session's folder, a stick, or any folder that holds sessions")
    .option("--json", "one JSON line for each session")
    .addHelpText("after", "\nExample:\n  lithoscope journal stats /media/stick")
    .action(async (folder: string, { json }: { json?: boolean }) => {
      for (const session of await findSessions(folder)) {
        const stats = await statsOf(session);
        process.stdout.write(json ? `${JSON.stringify(stats)}\n` : textOf(stats));
      }
    });

function textOf(stats: SessionStats): string {
  const { sessionId, folder, title, state, lines, bytes, firstAt, lastAt, samples, spots, answers } = stats;
  const measured = techniques.flatMap((t) => {
    const count = stats.measurements[t];
    return count === undefined ? [] : [`${count} ${techniqueName[t]}`];
  });
  const answered = Object.entries(answers).map(([kind, count]) => `${count} ${kind}`);
  return [
    `${sessionId ?? folder}  ${title ?? "cannot be read"}`,
    `  ${state}, ${lines} lines, ${(bytes / 1e6).toFixed(1)} MB, ${firstAt ?? "?"} to ${lastAt ?? "?"}`,
    `  ${samples} samples, ${spots} spots, ${measured.length > 0 ? measured.join(", ") : "nothing measured"}`,
    ...(answered.length > 0 ? [`  answers: ${answered.join(", ")}`] : []),
    "",
  ].join("\n");
}
