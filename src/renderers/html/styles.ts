/** Light is the default and what is printed; colours are told apart by lightness too. */
const COLORS = `
:root {
  --paper: #faf9f7; --surface: #ffffff; --ink: #1c232a; --muted: #5b6670; --line: #e4e1db; --strong: #8c949b; --accent: #27608f;
  --notice: #fdf6e7; --notice-line: #d39b2c;
  --more: #c0703a; --less: #3d8480;
  --series-1: #2c5f8a; --series-2: #d49a3a; --series-3: #5aa092; --series-4: #b3566c; --series-5: #86b3d6; --series-6: #76679f; --series-7: #b4b1aa;
  color-scheme: light;
}
@media screen and (prefers-color-scheme: dark) {
  :root:not(.printing) {
    --paper: #13171b; --surface: #1a1f24; --ink: #e5e8ea; --muted: #9da7b0; --line: #2c333a; --strong: #69737c; --accent: #86b9e4;
    --notice: #29241a; --notice-line: #c9973a;
    --more: #db8f58; --less: #5fb0aa;
    --series-1: #5b95c7; --series-2: #e0b15e; --series-3: #6fbdac; --series-4: #d17d92; --series-5: #a8cdea; --series-6: #9a8bc9; --series-7: #6d757c;
    color-scheme: dark;
  }
}
`;

const PAGE = `
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums lining-nums; -webkit-text-size-adjust: 100%; }
body { margin: 0; }
main { max-width: 1080px; margin: 0 auto; padding: 48px 32px 64px; }
h1, h2, p, dl, dd, ul { margin: 0; }
h1 { font-size: 30px; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; text-wrap: balance; }
h2 { font-size: 17px; line-height: 1.3; font-weight: 650; margin-bottom: 12px; }
a { color: var(--accent); text-underline-offset: 0.15em; }
header .note { margin-top: 8px; }
section, footer { margin-top: 44px; min-width: 0; }
footer { border-top: 1px solid var(--line); padding-top: 28px; }
.note { color: var(--muted); font-size: 13.5px; overflow-wrap: anywhere; }
section > .note { margin: -6px 0 12px; }
.contents { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-top: 18px; padding: 0; list-style: none; font-size: 13.5px; }
.organisation { color: var(--accent); font-weight: 650; margin-bottom: 4px; overflow-wrap: anywhere; }
.digest { margin-top: 12px; font-size: 12.5px; }

.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr)); gap: 1px; margin-top: 28px; background: var(--line); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.tiles div { background: var(--surface); padding: 18px 20px; min-width: 0; }
.tiles dt { color: var(--muted); font-size: 13px; font-weight: 550; }
.figure { font-size: 26px; line-height: 1.25; font-weight: 650; letter-spacing: -0.015em; margin: 4px 0; overflow-wrap: anywhere; }
.figure.named { font-size: 18px; line-height: 1.3; margin: 8px 0 6px; }

.gaps { margin-top: 28px; background: var(--notice); border-left: 3px solid var(--notice-line); border-radius: 0 8px 8px 0; padding: 16px 20px; }
.gaps h2 { margin-bottom: 6px; font-size: 15px; }
.gaps ul { padding-left: 18px; }
.gaps li { overflow-wrap: anywhere; }
.gaps li + li { margin-top: 4px; }

.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr)); column-gap: 48px; }
.chart { position: relative; height: 320px; min-width: 0; }
.chart.changes { height: 330px; }
.chart.months { height: 240px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-top: 12px; padding: 0; list-style: none; color: var(--muted); font-size: 13px; }
.legend li { overflow-wrap: anywhere; }
.legend li::before { content: ""; display: inline-block; width: 10px; height: 10px; margin-right: 7px; border-radius: 2px; background: var(--swatch); -webkit-print-color-adjust: exact; print-color-adjust: exact; }
${[1, 2, 3, 4, 5, 6, 7].map((at) => `.legend li:nth-child(${at}) { --swatch: var(--series-${at}); }`).join('\n')}
details { margin-top: 14px; }
summary { color: var(--muted); cursor: pointer; font-size: 13.5px; width: fit-content; }
details .scroll { margin-top: 10px; max-height: 420px; overflow-y: auto; }
details thead th { position: sticky; top: 0; z-index: 1; background: var(--paper); }
details thead th:first-child { z-index: 2; }
`;

const TABLES = `
/* A shadow on the side where there is more to see: the paper lies over it at the end. */
.scroll {
  overflow-x: auto; position: relative; background:
    linear-gradient(to left, var(--paper) 40%, transparent) right / 36px 100% no-repeat local,
    linear-gradient(to left, color-mix(in srgb, var(--ink) 22%, transparent), transparent) right / 12px 100% no-repeat scroll;
}
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: 14px; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { padding: 7px 0 7px 20px; text-align: right; vertical-align: baseline; white-space: nowrap; border-bottom: 1px solid var(--line); font-weight: inherit; }
th:first-child { padding-left: 0; position: sticky; left: 0; background: var(--paper); }
tbody th, tfoot th, .text { text-align: left; }
tbody th, tfoot th { white-space: normal; overflow-wrap: anywhere; min-width: 110px; max-width: 420px; unicode-bidi: isolate; }
thead th { color: var(--muted); font-size: 13px; font-weight: 550; border-bottom-color: var(--strong); vertical-align: bottom; }
thead th.text:not(:first-child), td.text { padding-left: 28px; }
td.text { color: var(--muted); }
th.nameless, .others th, .others td { color: var(--muted); }
th.nameless { font-style: italic; }
.total th, .total td { font-weight: 650; border-top: 1px solid var(--strong); border-bottom: 3px double var(--strong); }
.total td.text { font-weight: inherit; }
tbody tr:hover > *, tfoot tr:hover > * { background: color-mix(in srgb, var(--line) 45%, var(--paper)); }
table.sortable thead th { width: 122px; }
table.sortable thead th.share { width: 190px; }
table.sortable thead th:first-child { width: auto; }
thead button { all: unset; cursor: pointer; white-space: nowrap; }
thead button:hover { color: var(--ink); }
thead button:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 2px; }
th[aria-sort$="scending"] { color: var(--ink); }
th[aria-sort="descending"] button::after { content: " ↓"; content: " ↓" / ""; }
th[aria-sort="ascending"] button::after { content: " ↑"; content: " ↑" / ""; }
.bar { display: inline-block; width: 64px; height: 6px; margin-right: 8px; vertical-align: 1px; fill: var(--series-1); border-radius: 3px; }
.bar .track { fill: var(--line); }
.share span { display: inline-block; min-width: 4.1em; }
.total .bar { display: none; }
`;

const NARROW = `
@media (max-width: 860px) {
  .tiles { grid-template-columns: 1fr 1fr; }
  .tiles div:last-child:nth-child(odd) { grid-column: 1 / -1; }
}
@media (max-width: 640px) {
  main { padding: 28px 16px 48px; }
  h1 { font-size: 25px; }
  .tiles { grid-template-columns: 1fr; }
  .tiles div { padding: 14px 16px; }
  .chart { height: 260px; }
  .bar { display: none; }
  table { font-size: 13px; }
  table.sortable thead th, table.sortable thead th.share { width: auto; }
  tbody th, tfoot th { min-width: 118px; max-width: 160px; }
  th, td, thead th.text:not(:first-child), td.text { padding-left: 12px; }
  thead th, thead button { white-space: normal; font-size: 12px; }
  td.text { white-space: normal; min-width: 68px; overflow-wrap: anywhere; }
}
`;

const PRINT = `
.printing .chart { width: 680px; height: 260px; }
@media print {
  @page { margin: 14mm; }
  html { background: none; font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  th:first-child, details thead th { position: static; background: none; }
  .scroll, details .scroll { overflow: visible; max-height: none; background: none; }
  td.text { white-space: normal; overflow-wrap: anywhere; }
  .chart canvas { max-width: 100% !important; }
  .pair { display: block; }
  .tiles, .gaps, .chart, .legend, tr { break-inside: avoid; }
  h1, h2, caption, thead { break-after: avoid; }
  tfoot { display: table-row-group; }
  table { font-size: 9pt; }
  th, td { padding: 4px 0 4px 10px; }
  tbody th, tfoot th { min-width: 0; }
  thead th[aria-sort] button::after { content: none; }
  details:not([open]), nav { display: none; }
  .bar { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;

export const STYLES = `${COLORS}${PAGE}${TABLES}${NARROW}${PRINT}`;
