/** Beside the page's own: what only the lab's report has. */
export const LAB_STYLE = `
:root { --busy-ink: #8a5a0b; } @media (prefers-color-scheme: dark) { :root { --busy-ink: #e0ab4e; } }
a { color: inherit; } a:focus-visible, summary:focus-visible { outline: 2px solid var(--busy); outline-offset: 2px; }
.scenario { border-top: 1px solid var(--line); margin-top: 36px; }
.arm h3 { font-size: 14px; margin: 28px 0 4px; }
.side { text-transform: uppercase; font-size: 11px; letter-spacing: 0.05em; color: var(--faint); margin-right: 6px; }
.side.after { color: var(--good); }
dl { display: grid; grid-template-columns: 120px 1fr; gap: 4px 12px; margin: 8px 0; } dt { color: var(--faint); }
dd { margin: 0; } dd ul { margin: 0; padding-left: 18px; } td small, h3 small { color: var(--faint); } h3 small { font-weight: 400; }
.verdict { font-size: 12px; font-weight: 500; border: 1px solid currentColor; border-radius: 10px; padding: 1px 9px;
  white-space: nowrap; color: var(--faint); }
.verdict.confirmed { color: var(--good); } .verdict.refuted { color: var(--bad); }
.verdict.confirmed-with-correction { color: var(--busy-ink); }
.prediction { white-space: nowrap; } .prediction.unexpected { color: var(--bad); font-weight: 600; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 16px 0 4px; font-size: 13px; color: var(--faint); }
.legend i { margin-left: 0; }
.picture { margin: 0; overflow-x: auto; } .picture svg { min-width: 820px; }
figcaption { font-size: 13px; color: var(--faint); }
.arm > table { table-layout: fixed; font-size: 14px; } .arm > table th:first-child { width: 46%; } .arm > table th:nth-child(3):last-child { width: 15%; }
.arm td { overflow-wrap: anywhere; }
.assertions { list-style: none; padding: 0; margin: 8px 0; font-size: 13px; overflow-wrap: anywhere; }
.assertions .good { color: var(--good); } .assertions .bad, .failed { color: var(--bad); }
svg .point { stroke-width: 1.6; fill: none; } svg .point.good { stroke: var(--good); fill: none; }
svg .point.bad { stroke: var(--bad); fill: none; } svg .point.busy { stroke: var(--busy); fill: none; }
svg .point.quiet { stroke: var(--faint); fill: none; }
summary { cursor: pointer; color: var(--faint); font-size: 13px; } .back { font-size: 13px; margin-top: 16px; }
@media (max-width: 640px) {
  dl { grid-template-columns: 1fr; } dt { margin-top: 6px; }
  .overview thead { display: none; } .overview tr { display: block; border-bottom: 1px solid var(--line); padding: 6px 0; }
  .overview td { display: inline-block; border: 0; padding: 2px 10px 2px 0; } .overview td:first-child { display: block; }
}
@page { size: A4 landscape; margin: 12mm; }
@media print {
  :root { color-scheme: light; }
  body { background: #fff; color: #000; font-size: 12px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { padding: 0; } .scenario { margin-top: 20px; } .arm, .overview tr { break-inside: avoid; }
  .arm > table, .assertions, dl, .legend { font-size: 11px; } .arm td, .arm th { padding: 1px 8px; } .arm h3 { margin: 14px 0 2px; }
  dl { break-inside: avoid; } h2, h3, dl { break-after: avoid; } details, .back { display: none; } .picture svg { min-width: 0; }
}
`;
