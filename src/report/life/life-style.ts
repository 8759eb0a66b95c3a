/** What a simulation's page has beyond every page's style. */
export const LIFE_STYLE = `
h3 { font-size: 14px; margin: 26px 0 6px; } .tool { border-top: 1px solid var(--line); margin-top: 40px; }
.tool h2 { font-size: 19px; margin: 22px 0 2px; }
.wide { overflow-x: auto; } .compare { width: auto; } .compare td, .compare th { padding: 3px 18px 3px 4px; }
.compare td.right, .compare th.right { padding-left: 34px; } .compare thead th { color: var(--ink); font-weight: 600; }
.compare .sub th { padding-left: 20px; } .compare .sub { font-size: 13px; } .compare .sub td { color: var(--faint); }
.compare td.good { color: var(--good); font-weight: 600; } .compare td.bad { color: var(--bad); font-weight: 600; }
.together { margin-top: 14px; } .hazards { padding: 0; list-style: none; }
.hazards li { border-left: 3px solid var(--bad); padding: 2px 10px; margin: 8px 0; }
.hazards small { display: block; color: var(--faint); }
.life { margin: 0; position: relative; } .life canvas { display: none; width: 100%; touch-action: pan-y; cursor: grab; }
.life canvas:active { cursor: grabbing; } .life.drawn canvas { display: block; } .life.drawn .still { display: none; }
.life canvas:focus-visible, .life button:focus-visible { outline: 2px solid var(--busy); outline-offset: 1px; }
.life .bar { display: none; gap: 6px; align-items: center; flex-wrap: wrap; font-size: 13px; color: var(--faint); margin-bottom: 8px; }
.life.drawn .bar { display: flex; } .life output { font-variant-numeric: tabular-nums; margin-left: 6px; }
.life button, .life select { font: inherit; color: var(--ink); background: var(--ground); min-height: 26px;
  border: 1px solid var(--line); border-radius: 5px; padding: 1px 10px; cursor: pointer; }
.life .tip { position: absolute; z-index: 1; background: var(--ink); color: var(--ground); padding: 6px 10px; border-radius: 6px;
  font-size: 12px; white-space: pre-wrap; overflow-wrap: anywhere; max-width: min(460px, 90%); pointer-events: none; }
figcaption { display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 12.5px; color: var(--faint); margin-top: 6px; }
figcaption b { margin: 0 2px 0 14px; color: var(--ink); } .keys { display: none; } .life.drawn .keys { display: inline; }
details { margin: 18px 0; overflow-x: auto; } summary { cursor: pointer; color: var(--faint); } details table { margin-top: 6px; }
@media print { .life .bar, .keys, .together { display: none !important; } }
`;
