import type { ReviewCampaign } from "../../contract/review.ts";

/** Fewer spots than this and an interval is wider than a quarter either way. */
const fewSpots = 12;

/** What the data of a campaign cannot say, as sentences for the debrief. */
export function limitsOf({ sessions, spots, refused, scores }: Omit<ReviewCampaign, "limits" | "events">): string[] {
  const limits: string[] = [];
  const say = (count: number, sentence: string) => {
    if (count > 0) limits.push(sentence);
  };
  const none = spots.filter(({ truth }) => truth === undefined).length;
  say(none, `${none} of ${spots.length} spots have no truth: nothing is said of them.`);
  const uncertain = spots.filter(({ truth }) => truth?.certain === false).length;
  say(uncertain, `${uncertain} truths are uncertain and count like the others.`);
  const seen = spots.filter(({ truth }) => truth !== undefined && !truth.blind).length;
  say(seen, `${seen} truths were set with the machine's answer in view; such a truth tends to agree with it.`);
  const rocks = spots.filter(({ truth }) => truth?.kind === "rock" || truth?.kind === "undetermined").length;
  say(rocks, `${rocks} truths are a rock or undetermined: no mineral name can be held against them.`);
  const small = scores.crews.filter(({ judged }) => judged > 0 && judged < fewSpots).map(({ name }) => name);
  say(
    small.length,
    `Fewer than ${fewSpots} judged spots: ${small.join(", ")}. Their rates may differ by chance alone.`,
  );
  if (scores.crews.filter(({ judged }) => judged > 0).length > 1)
    limits.push("Crews measured different rocks: a difference between crews is also one between outcrops.");
  const silent = spots.every(({ opinion }) => opinion === undefined);
  if (silent && spots.length > 0)
    limits.push("No astronaut's own answer was noted, so astronaut and machine cannot be compared.");
  const unaligned = sessions.filter(({ clock }) => clock.by === "none").map(({ crew }) => crew);
  if (sessions.length > 1 && unaligned.length > 1)
    limits.push(`Clocks were not aligned: ${unaligned.join(", ")}. Times between these tablets cannot be compared.`);
  const lost = spots.filter(({ measurements }) => measurements.every(({ position }) => position === undefined)).length;
  say(lost, `${lost} spots have no place and are not on the map.`);
  const simulated = spots.filter(({ measurements }) => measurements.some((m) => m.simulated)).length;
  say(simulated, `${simulated} spots were measured with a simulated instrument: they say nothing of the ground.`);
  const torn = sessions.filter(({ state }) => state === "torn").map(({ crew }) => crew);
  say(
    torn.length,
    `A power cut tore the last write of ${torn.join(", ")}; what was never reported as saved is not here.`,
  );
  say(
    refused.length,
    `${refused.length === 1 ? "A session was" : `${refused.length} sessions were`} refused (see Journals): what was measured there is not counted.`,
  );
  return limits;
}
