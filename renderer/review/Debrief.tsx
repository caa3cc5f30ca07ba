import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import type { ReviewCampaign } from "../../contract/review.ts";
import { useStation } from "../parts/hooks.ts";
import { Icon } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";
import type { Review } from "./useReview.ts";

/** The debrief as it will be printed, of the day or of one crew, and the export of everything. */
export function Debrief({ review, campaign }: { review: Review; campaign: ReviewCampaign }): ReactNode {
  const station = useStation();
  const crews = [...new Set(campaign.sessions.map(({ crew }) => crew))].sort((a, b) => a.localeCompare(b, "en"));
  const [title, setTitle] = useState("Debrief");
  const [crew, setCrew] = useState("");
  const [html, setHtml] = useState("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: a campaign that changed has another report
  useEffect(() => {
    let wanted = true;
    station.ask("reviewReport", { title, ...(crew !== "" && { crew }) }).then(
      (report) => wanted && setHtml(report.html),
      () => wanted && setHtml(""),
    );
    return () => {
      wanted = false;
    };
  }, [station, title, crew, campaign]);
  return (
    <section className="debrief" aria-label="Debrief">
      <div className="review-tools">
        <label>
          Title
          <input value={title} maxLength={200} onChange={(event) => setTitle(event.target.value)} />
        </label>
        <label>
          Of
          <select value={crew} onChange={(event) => setCrew(event.target.value)}>
            <option value="">the day</option>
            {crews.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <Press className="btn go" onPress={() => window.print()}>
          <Icon name="print" size={28} />
          Print
        </Press>
      </div>
      <Export review={review} />
      <Document html={html} />
    </section>
  );
}

/**
 * A document that the station made, shown apart from the page's own style. It is parsed, never run: the page's policy allows no script, and
 * its style comes in as a sheet, since the policy allows no inline style either.
 */
function Document({ html }: { html: string }): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    const [, css = ""] = /<style>([\s\S]*?)<\/style>/.exec(html) ?? [];
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css.replaceAll("body {", ":host {"));
    root.adoptedStyleSheets = [sheet];
    const parsed = new DOMParser().parseFromString(html.replace(/<style>[\s\S]*?<\/style>/, ""), "text/html");
    root.replaceChildren(...parsed.body.childNodes);
  }, [html]);
  // The document is longer than the screen, so the keyboard must be able to scroll it.
  // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
  return <article className="document" ref={host} aria-label="Report" tabIndex={0} />;
}

function Export({ review }: { review: Review }): ReactNode {
  const station = useStation();
  const [to, setTo] = useState("");
  const [campaign, setCampaign] = useState("campaign");
  const [done, setDone] = useState("");
  return (
    <form
      className="review-tools"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        setDone("");
        void review.act(async () => {
          const { measurements, files } = await station.ask("reviewExport", { to: to.trim(), campaign });
          setDone(`${measurements} measurements written to ${to} (${files} files).`);
        });
      }}
    >
      <label>
        New folder
        <input value={to} onChange={(event) => setTo(event.target.value)} required />
      </label>
      <label>
        Campaign
        <input
          value={campaign}
          onChange={(event) => setCampaign(event.target.value)}
          required
          pattern="[A-Za-z0-9._\-]{1,64}"
        />
      </label>
      <button type="submit" className="btn" aria-disabled={review.busy}>
        {review.busy ? "Writing" : "Export CSV, JSON, JCAMP-DX, GeoJSON, Parquet"}
      </button>
      <p role="status">{done}</p>
    </form>
  );
}
