/** What a page of scores has beyond every page's style. */
export const SCORE_STYLE = `
main { max-width: 1320px; }
h3 { font-size: 14px; margin: 22px 0 6px; } a { color: inherit; }
.wide { overflow-x: auto; }
.fleet { font-size: 13.5px; } .fleet td { vertical-align: top; } .fleet th { white-space: nowrap; vertical-align: bottom; }
.fleet td:nth-child(2) { overflow-wrap: anywhere; min-width: 150px; } .fleet .next { min-width: 260px; }
.fleet th button { all: unset; cursor: pointer; } .fleet th button:hover { color: var(--ink); text-decoration: underline; }
.fleet th button:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--busy); outline-offset: 2px; }
.fleet th[aria-sort="ascending"] button::after { content: " ↑"; } .fleet th[aria-sort="descending"] button::after { content: " ↓"; }
.fleet tbody tr:hover { background: color-mix(in srgb, var(--line) 35%, transparent); }
.fleet b { font-size: 15px; } .next small, .cap { display: block; color: var(--faint); }
.find { margin: 10px 0; } .find input { font: inherit; color: inherit; background: transparent; border: 1px solid var(--line);
  border-radius: 6px; padding: 4px 10px; width: 260px; }
.chip { display: inline-block; border-radius: 9px; padding: 0 8px; font-size: 12px; white-space: nowrap; border: 1px solid currentColor; }
.chip.bad { color: var(--bad); } .chip.busy { color: color-mix(in srgb, var(--busy) 78%, var(--ink)); }
.chip.good { color: var(--good); } .chip.quiet { color: var(--faint); }
.up { color: var(--good); } .down { color: var(--bad); }
svg.bar { width: 150px; height: 18px; display: inline-block; vertical-align: middle; } .service svg.bar.large { width: min(420px, 100%); height: 26px; display: block; margin: 6px 0; }
svg .track { fill: var(--line); } svg .goal { stroke: var(--faint); stroke-dasharray: 2 2; } svg .range { stroke: var(--ink); stroke-width: 1.4; }
.service { border-top: 1px solid var(--line); margin-top: 34px; content-visibility: auto; contain-intrinsic-size: auto 700px; }
.service h2 { font-size: 19px; margin: 20px 0 2px; overflow-wrap: anywhere; } .service .big { color: var(--ink); font-size: 30px; font-weight: 700; font-variant-numeric: tabular-nums; }
.service p { max-width: 90ch; } .service p.said { color: var(--ink); }
ol.steps { padding-left: 22px; margin: 6px 0; } ol.steps li { margin: 8px 0; } ol.steps small { color: var(--faint); }
pre { margin: 4px 0; padding: 8px 10px; border: 1px solid var(--line); border-radius: 6px; overflow-x: auto;
  font: 12.5px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; } pre ins { text-decoration: none; color: var(--good); } pre del { text-decoration: none; color: var(--bad); }
details.indicator { border-bottom: 1px solid var(--line); } details.indicator summary { display: grid; cursor: pointer;
  grid-template-columns: 16px 42px minmax(180px, 1fr) 160px 48px 60px minmax(120px, 1.2fr); gap: 10px; align-items: center; padding: 4px 0; list-style: none; }
summary::-webkit-details-marker { display: none; } summary::before { content: "▸"; color: var(--faint); } details[open] > summary::before { content: "▾"; }
summary .right, .head .right { text-align: right; } summary small { color: var(--faint); overflow: hidden; text-overflow: ellipsis; }
.head { display: grid; grid-template-columns: 16px 42px minmax(180px, 1fr) 160px 48px 60px minmax(120px, 1.2fr); gap: 10px;
  color: var(--faint); border-bottom: 1px solid var(--line); padding: 4px 0; font-size: 13.5px; }
details.indicator table { font-size: 13.5px; margin: 2px 0 12px 26px; width: calc(100% - 26px); table-layout: fixed; }
.indicator th:nth-child(1) { width: 24%; } .indicator th:nth-child(2) { width: 118px; } .indicator th:nth-child(3) { width: 92px; } details.indicator td { vertical-align: top; }
td small { display: block; color: var(--faint); overflow-wrap: anywhere; } td .wrong { color: var(--ink); }
@media screen and (max-width: 760px) { details.indicator summary, .head { grid-template-columns: 16px 42px 1fr 48px; }
  summary > :nth-child(3), summary > :nth-child(5), summary > :nth-child(6), .head > :nth-child(4), .head > :nth-child(6), .head > :nth-child(7) { display: none; } }
@page { size: A4 landscape; margin: 12mm; }
@media print { .find { display: none; } summary::before { visibility: hidden; } .wide { overflow: visible; }
  main { max-width: none; padding: 0; font-size: 12px; } .fleet, .service table { font-size: 11px !important; } .fleet .next { min-width: 180px; }
  a { text-decoration: none; } .service { content-visibility: visible; break-before: page; margin-top: 0; border-top: 0; }
  details.lost:not([open])::details-content { content-visibility: visible; display: block; } tr, li, pre, summary { break-inside: avoid; } td small { display: inline; margin: 0 1em 0 0.6em; } }
`;
