/** Beside the page's own: what only the lab's report has. */
export const LAB_STYLE = `
.scenario { border-top: 1px solid var(--line); margin-top: 36px; }
.scenario h3 { font-size: 14px; margin: 24px 0 4px; }
.side { text-transform: uppercase; font-size: 11px; letter-spacing: 0.05em; color: var(--faint); margin-right: 6px; }
dl { display: grid; grid-template-columns: 120px 1fr; gap: 4px 12px; margin: 8px 0; } dt { color: var(--faint); }
dd { margin: 0; } dd ul { margin: 0; padding-left: 18px; } td small { color: var(--faint); }
.verdict { font-size: 12px; font-weight: 500; border: 1px solid currentColor; border-radius: 10px; padding: 1px 9px;
  white-space: nowrap; color: var(--faint); }
.verdict.confirmed { color: var(--good); } .verdict.refuted { color: var(--bad); }
.verdict.confirmed-with-correction { color: var(--busy); }
.assertions { list-style: none; padding: 0; font-size: 13px; } .assertions .good { color: var(--good); }
.assertions .bad, .failed { color: var(--bad); }
svg .point { stroke-width: 1.6; fill: none; } svg .point.good { stroke: var(--good); fill: none; }
svg .point.bad { stroke: var(--bad); fill: none; } svg .point.busy { stroke: var(--busy); fill: none; }
svg .point.quiet { stroke: var(--faint); fill: none; }
summary { cursor: pointer; color: var(--faint); font-size: 13px; } summary:focus-visible { outline: 2px solid var(--busy); }
@media print { .scenario { break-inside: avoid-page; } details { display: none; } body { background: #fff; color: #000; } }
@media (max-width: 640px) { dl { grid-template-columns: 1fr; } main { overflow-x: auto; } }
`;
