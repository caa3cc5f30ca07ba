import { readFile } from "node:fs/promises";
import { Command, InvalidArgumentError } from "commander";
import { z } from "zod";
import { LithoscopeError } from "../../contract/errors.ts";
import { Identification } from "../../contract/identification.ts";
import { GrainSize, Place, type RockAssessment, RockObservations, SpotLook, Texture } from "../../contract/rock.ts";
import { assessRock } from "../../inference/rocks/assess.ts";
import type { RockSpot } from "../../inference/rocks/evidence.ts";
import { unreadable } from "../files.ts";

interface RockOptions {
  place?: Place;
  grain?: GrainSize;
  texture?: Texture;
  impact?: boolean;
  chemistry?: string;
  json?: boolean;
}

/** `lithoscope rock`: what a sample is made of and what such a rock is called, from the answers on its spots. */
export function rockCommand(): Command {
  return new Command("rock")
    .description("modal mineralogy and rock names from identify's JSON answers on the spots of one sample")
    .argument("<answers>", "what lithoscope identify --batch --json said, one line for each spot")
    .option("--place <place>", `where the sample lay: ${Place.options.join(", ")}`, oneOf(Place))
    .option("--grain <size>", `size of most grains: ${GrainSize.options.join(", ")}`, oneOf(GrainSize))
    .option("--texture <word>", `how the grains lie together: ${Texture.options.join(", ")}`, oneOf(Texture))
    .option("--impact", "found in or around an impact crater, or with its marks")
    .option("--chemistry <oxides>", "oxides of the whole rock in wt%, as SiO2=48,TiO2=2,alkalis=3")
    .option("--json", "one JSON line")
    .addHelpText(
      "after",
      `
A line may carry "look": ${SpotLook.options.map((look) => JSON.stringify(look)).join(", ")}, which the eye saw under the probe.
Thirty spots are a good count. What was not observed is left out of the reckoning; the answer says which observation
a name waits for.

Examples:
  lithoscope rock answers.jsonl
  lithoscope rock answers.jsonl --place moon --grain fine --texture vesicular --json`,
    )
    .action(async (file: string, options: RockOptions) => {
      const assessment = await assessRock(await readAnswers(file), observationsOf(options));
      process.stdout.write(options.json ? `${JSON.stringify(assessment)}\n` : rockText(assessment));
    });
}

function oneOf<Words extends z.ZodEnum>(words: Words): (text: string) => z.infer<Words> {
  return (text) => {
    const word = words.safeParse(text);
    if (!word.success) throw new InvalidArgumentError(`It is one of: ${words.options.join(", ")}.`);
    return word.data;
  };
}

function observationsOf({ place, grain, texture, impact, chemistry }: RockOptions): RockObservations {
  const oxides = chemistry?.split(",").map((part) => {
    const [oxide = "", value] = part.split("=");
    return [oxide.trim(), Number(value)];
  });
  const observations = z
    .strictObject({
      ...RockObservations.shape,
      chemistry: z.strictObject(RockObservations.shape.chemistry.unwrap().shape).optional(),
    })
    .safeParse({
      ...(place !== undefined && { place }),
      ...(grain !== undefined && { grain }),
      ...(texture !== undefined && { texture }),
      ...(impact !== undefined && { impact }),
      ...(oxides !== undefined && { chemistry: Object.fromEntries(oxides) }),
    });
  if (observations.success) return observations.data;
  throw new LithoscopeError(
    "usage",
    "The oxides of --chemistry cannot be read.",
    "Write them as SiO2=48,TiO2=2,Al2O3=14,MgO=7,K2O=0.3,alkalis=3: wt%, each left out where it is not known.",
  );
}

const AnswerLine = Identification.pick({ minerals: true, unknown: true, quality: true }).extend({
  mixture: Identification.shape.mixture.nullable(),
  look: SpotLook.optional(),
});
const ErrorLine = z.object({ error: z.object({ message: z.string() }) });

/** The spots of an answers file; a spot that could not be answered is left out. Throws file-not-found, spot-invalid. */
async function readAnswers(file: string): Promise<RockSpot[]> {
  const text = await readFile(file, "utf8").catch((error) => {
    throw unreadable(file, error);
  });
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  return lines.flatMap((line, i) => {
    if (line.trim() === "") return [];
    const data = parseJson(line, i + 1);
    if (ErrorLine.safeParse(data).success) return [];
    const answer = AnswerLine.safeParse(data);
    if (!answer.success) throw notAnAnswer(i + 1, answer.error.issues[0]?.message ?? "it has another shape");
    const { look, mixture, ...identification } = answer.data;
    return [{ identification: { ...identification, ...(mixture && { mixture }) }, look }];
  });
}

function parseJson(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw notAnAnswer(number, "it is not JSON");
  }
}

function notAnAnswer(number: number, reason: string): LithoscopeError {
  return new LithoscopeError(
    "spot-invalid",
    `Line ${number} of the answers is not an answer on a spot (${reason}).`,
    "Make the file with lithoscope identify --batch LIST --json > ANSWERS.",
  );
}

function rockText({ minerals, rocks, sentence, spots }: RockAssessment): string {
  const lines = [sentence];
  if (spots.leftOut > 0) lines.push(`${spots.leftOut} too poor to count.`);
  if (minerals.length > 0)
    lines.push("", `Volume per cent (right ${Math.round((minerals[0]?.coverage ?? 0) * 10)} times in 10):`);
  for (const { name, share, low, high, named } of minerals) {
    const range = `${percent(low)} to ${percent(high)}`;
    lines.push(
      `  ${name.padEnd(22)} ${percent(share).padStart(4)}   ${range.padEnd(10)} ${named.join(", ")}`.trimEnd(),
    );
  }
  if (rocks.length > 0) lines.push("", "Rock names:");
  for (const { name, probability, scheme, confidence, needs } of rocks) {
    lines.push(
      `  ${name.padEnd(44)} ${percent(probability).padStart(4)} %  ${scheme} [${confidence.replace("_", " ")}]`,
    );
    if (needs !== undefined) lines.push(`      ${needs}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Whole per cents, never "0" or "100" (design guide, Uncertainty). */
function percent(p: number): string {
  if (p > 0.99) return ">99";
  return p < 0.01 ? "<1" : Math.round(p * 100).toString();
}
