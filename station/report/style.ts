/** The report's own style: paper first. Rows, figures and headings are not torn apart by a page's end. */
export const style = `
@page { size: A4; margin: 16mm 15mm 18mm; @bottom-right { content: counter(page) " of " counter(pages); font: 9pt system-ui, sans-serif; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 16px; max-width: 712px; color: #000; background: #fff; font: 10.5pt/1.4 system-ui, "Segoe UI", "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 22pt; line-height: 1.15; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 13pt; margin: 0 0 6px; break-after: avoid; }
h3 { font-size: 11pt; margin: 12px 0 4px; break-after: avoid; }
p { margin: 4px 0; }
.what { font-size: 13pt; font-weight: 600; }
header { border-bottom: 2px solid #000; padding-bottom: 8px; }
section { margin-top: 18px; }
svg { display: block; max-width: 100%; height: auto; font: 11px system-ui, "Noto Sans", sans-serif; break-inside: avoid; }
svg .halo { paint-order: stroke; stroke: #fff; stroke-width: 3px; }
table { width: 100%; border-collapse: collapse; margin: 6px 0 10px; font-size: 9.5pt; }
thead { display: table-header-group; }
th { text-align: left; border-bottom: 1.5px solid #000; padding: 3px 6px 3px 0; vertical-align: bottom; }
td { border-bottom: 0.75px solid #999; padding: 3px 6px 3px 0; vertical-align: top; overflow-wrap: break-word; }
table.short { break-inside: avoid; }
tr { break-inside: avoid; }
.figure { text-align: right; padding-left: 10px; }
td.figure { white-space: nowrap; }
small { font-size: 8.5pt; }
code { font: 8.5pt ui-monospace, monospace; white-space: nowrap; }
ul { margin: 4px 0; padding-left: 18px; }
li { margin: 2px 0; overflow-wrap: anywhere; break-inside: avoid; }
.signatures { break-inside: avoid; display: flow-root; }
.sign { float: left; width: 46%; margin: 26px 4% 0 0; }
.sign span { display: block; border-bottom: 1px solid #000; }
footer { clear: both; border-top: 1px solid #000; margin-top: 24px; padding-top: 6px; font-size: 8.5pt; }
@media print { body { padding: 0; max-width: none; } }
`;
