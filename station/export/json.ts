import { type ExportedMeasurement, ExportedSession, exportVersion } from "../../contract/exported.ts";
import { damaged } from "./problems.ts";

/** One session as JSON, one measurement a line, so that a difference can be read and a long file streamed. Made of parts so that nobody holds it as a whole. */
export const sessionHead = (campaign: string, sessionId: string): string =>
  `{"format":"lithoscope-measurements","version":${exportVersion},"campaign":${JSON.stringify(campaign)},"session_id":${JSON.stringify(sessionId)},"measurements":[`;
export const sessionRow = (row: ExportedMeasurement, index: number): string =>
  `${index === 0 ? "" : ","}\n${JSON.stringify(row)}`;
export const sessionEnd = "\n]}\n";

/** Throws export-invalid with the first thing that is wrong. */
export function readSessionJson(text: string): ExportedMeasurement[] {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw damaged("it is not JSON", cause);
  }
  const parsed = ExportedSession.safeParse(data);
  if (parsed.success) return parsed.data.measurements;
  const [issue] = parsed.error.issues;
  throw damaged(`${issue?.path.join(".")}: ${issue?.message}`, parsed.error);
}
