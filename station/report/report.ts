import type { Rate, ReviewCampaign, ReviewSpot, Score } from "../../contract/review.ts";
import { techniqueName, techniques } from "../../contract/spectrum.ts";
import { calibrationFigure, mapFigure, timelineFigure, verdictLegend, verdictWord } from "./figures.ts";
import { style } from "./style.ts";
import { escaped, marksOf } from "./svg.ts";

export interface ReportOptions {
  readonly title: string;
  /** The debrief of one crew; absent: of the day. */
  readonly crew?: string | undefined;
  readonly appVersion: string;
}

/**
 * The debrief as one HTML document that needs nothing else: figures are inline SVG, no script, no font, no picture from outside. Made for
 * A4 in print. The same campaign gives the same text.
 */
export function reportHtml(campaign: ReviewCampaign, { title, crew, appVersion }: ReportOptions): string {
  const spots = crew === undefined ? campaign.spots : campaign.spots.filter((spot) => spot.crew === crew);
  const sessions = crew === undefined ? campaign.sessions : campaign.sessions.filter((s) => s.crew === crew);
  const own = { ...campaign, spots, sessions };
  const crews = marksOf(campaign.sessions.map((session) => session.crew));
  const shown = new Map([...crews].filter(([name]) => crew === undefined || name === crew));
  const { scores } = campaign;
  const crewScores = scores.crews.filter(({ name }) => shown.has(name));
  const map = mapFigure(spots, shown);
  const calibration = calibrationFigure(scores);
  const body = [
    `<header><h1>${escaped(title)}</h1><p class="what">${crew === undefined ? "Debrief of the day" : `Debrief of ${escaped(crew)}`}</p>${headline(own)}</header>`,
    section("Scores", scoreTable([...crewScores, ...(crew === undefined ? [scores.all] : [])], "Crew") + scoreNote),
    section("The day on one clock", verdictLegend() + timelineFigure(own, shown)),
    section("Where", map ?? "<p>No place is known of any spot.</p>"),
    section(
      "By technique and mineral group",
      scoreTable(scores.techniques, "Technique") +
        scoreTable(scores.groups, "Group of the true mineral") +
        (crew === undefined ? "" : "<p>Over all crews.</p>"),
    ),
    section("Who agreed with whom", agreementTable(campaign)),
    section(
      "How far the machine can be believed",
      (calibration ?? "<p>No spot has a truth yet.</p>") + coverageText(campaign),
    ),
    section("Where machine and truth differ", differenceTable(spots)),
    section("Sampling", samplingTable(own, shown)),
    section("Notes of the trainer", notesList(spots)),
    section("What these data cannot say", list(campaign.limits)),
    section("Journals", sessionTable(own) + refusedList(campaign)),
    signatures(shown),
    `<footer>Made by Lithoscope ${escaped(appVersion)} from the signed journals named above. Times are UTC on the common clock.</footer>`,
  ].join("\n");
  return `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>${escaped(title)}${crew === undefined ? "" : `, ${escaped(crew)}`}</title>\n<style>${style}</style>\n</head>\n<body>\n${body}\n</body>\n</html>\n`;
}

const section = (heading: string, content: string): string => `<section><h2>${heading}</h2>\n${content}</section>`;
const list = (items: readonly string[]): string =>
  items.length === 0 ? "<p>None.</p>" : `<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join("")}</ul>`;

/** Tables with fewer rows are never torn apart by a page's end. */
const shortTable = 12;

/** Columns that begin with ">" are numbers. */
function table(columns: readonly string[], rows: readonly (readonly string[])[], caption?: string): string {
  if (rows.length === 0) return "<p>None.</p>";
  const figure = columns.map((column) => (column.startsWith(">") ? ' class="figure"' : ""));
  const head = columns.map((column, i) => `<th scope="col"${figure[i]}>${column.replace(/^>/, "")}</th>`).join("");
  const body = rows
    .map((row) => `<tr>${row.map((cell, i) => `<td${figure[i]}>${cell}</td>`).join("")}</tr>`)
    .join("\n");
  const short = rows.length < shortTable ? ' class="short"' : "";
  return `<table${short}>${caption === undefined ? "" : `<caption>${caption}</caption>`}<thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

function headline({ spots, sessions }: ReviewCampaign): string {
  const times = sessions.flatMap(({ firstAt, lastAt }) => [firstAt, lastAt]).sort();
  const [from, to] = [times[0], times.at(-1)];
  const judged = spots.filter(({ verdict }) => verdict !== undefined).length;
  const when =
    from === undefined || to === undefined
      ? ""
      : `${from.slice(0, 10)}, ${from.slice(11, 16)} to ${to.slice(11, 16)} UTC. `;
  const tablets = new Set(sessions.map(({ tabletKey }) => tabletKey)).size;
  return `<p>${when}${count(tablets, "tablet")}, ${count(spots.length, "spot")}, ${judged} with a truth that can be scored.</p>`;
}

const count = (number: number, thing: string): string => `${number} ${thing}${number === 1 ? "" : "s"}`;

/** "12 of 14 (60 to 96 %)": a count first, since few spots make any per cent look better than it is. */
const rateText = ({ hits, of, low, high }: Rate): string =>
  of === 0 ? "none" : `${hits} of ${of} <small>(${Math.round(low * 100)} to ${Math.round(high * 100)} %)</small>`;

const scoreNote =
  "<p><small>In brackets: where the true rate lies, 19 times in 20 (Wilson). Not known is a full answer, not a fault. A spot too poor to name counts as judged.</small></p>";

const scoreTable = (scores: readonly Score[], of: string): string =>
  table(
    [of, ">Spots", ">Judged", ">Right first", ">First or in the set", ">Wrong", ">Not known", ">Too poor"],
    scores.map((s) => [
      escaped(s.name),
      `${s.spots}`,
      `${s.judged}`,
      rateText(s.rightFirst),
      rateText(s.inSet),
      `${s.wrong}`,
      `${s.notKnown}`,
      `${s.poor}`,
    ]),
  );

const agreementTable = ({ scores }: ReviewCampaign): string =>
  table(
    ["Between", ">Same name"],
    scores.agreement.map(({ between, rate }) => [escaped(between), rateText(rate)]),
  );

function coverageText({ scores }: ReviewCampaign): string {
  if (scores.coverage === undefined) return "";
  const { stated, rate } = scores.coverage;
  const verdict =
    stated < rate.low
      ? "more often than stated"
      : stated > rate.high
        ? "less often than stated"
        : "as often as stated, within chance";
  return `<p>The model states that the truth is in the set ${Math.round(stated * 100)} times in 100. Here it was in ${rateText(rate)}: ${verdict}.</p>`;
}

const minuteOf = (spot: ReviewSpot): string => spot.measurements.at(-1)?.at.slice(11, 16) ?? "";

function differenceTable(spots: readonly ReviewSpot[]): string {
  const differ = spots.filter(({ verdict }) => verdict === "wrong" || verdict === "in-set" || verdict === "not-known");
  const rows = [...differ]
    .sort((a, b) => ((a.measurements[0]?.at ?? "") < (b.measurements[0]?.at ?? "") ? -1 : 1))
    .map((spot) => {
      const said = spot.measurements.findLast((m) => m.identification !== undefined)?.identification;
      const top = said?.minerals[0];
      const quality = Object.entries(said?.quality ?? {})
        .map(([technique, q]) => `${techniqueName[technique as (typeof techniques)[number]]} ${q.verdict}`)
        .join(", ");
      return [
        minuteOf(spot),
        escaped(spot.crew),
        escaped(`${spot.sampleName} ${spot.number}`),
        escaped(`${spot.truth?.names.join(" + ") ?? ""}${spot.truth?.certain === false ? " (uncertain)" : ""}`),
        top === undefined ? "" : `${escaped(top.name)} ${percent(top.probability)}`,
        spot.verdict === undefined ? "" : verdictWord[spot.verdict],
        escaped(quality),
      ];
    });
  return table(["UTC", "Crew", "Sample, spot", "Truth", "Machine", "Verdict", "Spectra"], rows);
}

/** Whole per cents, never 0 or 100 (design guide, Uncertainty). */
const percent = (p: number): string => (p > 0.99 ? "over 99 %" : p < 0.01 ? "under 1 %" : `${Math.round(p * 100)} %`);

function samplingTable({ scores }: ReviewCampaign, shown: ReadonlyMap<string, unknown>): string {
  const fixed = (value: number | undefined, digits: number) => value?.toFixed(digits) ?? "not known";
  return table(
    [
      "Crew",
      ">Samples",
      ">Spots",
      ">Spots a sample",
      ">Repeats",
      "Techniques",
      ">Min a stop",
      ">Min a spot",
      ">Way, m",
    ],
    scores.sampling
      .filter(({ crew }) => shown.has(crew))
      .map((s) => [
        escaped(s.crew),
        `${s.samples}`,
        `${s.spots}`,
        fixed(s.spots / Math.max(1, s.samples), 1),
        `${s.repeats}`,
        techniques
          .flatMap((t) => (s.techniques[t] === undefined ? [] : [`${techniqueName[t]} ${s.techniques[t]}`]))
          .join(", "),
        fixed(s.minutesPerStop, 1),
        fixed(s.minutesPerSpot, 1),
        s.pathM === undefined ? "not known" : Math.round(s.pathM).toString(),
      ]),
  );
}

function notesList(spots: readonly ReviewSpot[]): string {
  const notes = spots.flatMap((spot) =>
    spot.notes.map((note) => `${spot.crew}, ${spot.sampleName} spot ${spot.number}: ${note.text} (${note.by})`),
  );
  return list(notes);
}

const clockWord = { none: "its own", "common-event": "common event", gnss: "satellite time", hand: "by hand" } as const;

const sessionTable = ({ sessions }: ReviewCampaign): string =>
  table(
    ["Session", "Crew", "Journal", ">Lines", "Tablet's key", "Clock", ">Moved by, s"],
    sessions.map((s) => [
      escaped(s.title),
      escaped(s.crew),
      s.state === "intact" ? "intact" : s.state === "torn" ? "intact; last write torn by a power cut" : "ALTERED",
      `${s.lines}`,
      `<code>${escaped(s.tabletKey)}</code>`,
      clockWord[s.clock.by],
      (s.clock.offsetMs / 1000).toFixed(1).replace("-", "−"),
    ]),
  );

const refusedList = ({ refused }: ReviewCampaign): string =>
  refused.length === 0 ? "" : `<h3>Refused</h3>${list(refused)}`;

function signatures(crews: ReadonlyMap<string, unknown>): string {
  const line = (who: string) => `<div class="sign"><span></span><small>${escaped(who)}, date</small></div>`;
  return `<section class="signatures"><h2>Signatures</h2>${line("Trainer")}${[...crews.keys()].map(line).join("")}</section>`;
}
