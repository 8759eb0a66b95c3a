import { escapeHtml } from "./escape-html.js";
import type { Column } from "./table.js";

/** What a page has beyond words: its own script and style, which stand in it. */
export interface PageExtras {
  /** Without one the page runs none. */
  readonly script?: string;
  /** `sha256-…` of the script: the page runs no other. */
  readonly scriptHash?: string;
  readonly style: string;
}

/** A page that needs nothing from elsewhere: no font, no address, no script but its own. `body` is HTML already. */
export function htmlPage(title: string, body: string, extras: PageExtras | null = null): string {
  const { script, scriptHash } = extras ?? {};
  const scripts = script === undefined ? "" : `; script-src '${scriptHash}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'${scripts}">
<title>${escapeHtml(title)}</title>
<style>${STYLE}${extras?.style ?? ""}</style>
</head>
<body>
<main>
${body}
</main>${script === undefined ? "" : `\n<script>${script}</script>`}
</body>
</html>
`;
}

export interface Figure {
  readonly value: string;
  readonly name: string;
  readonly tone: "good" | "bad" | "plain";
}

/** The few numbers that matter, large. */
export function figures(list: readonly Figure[]): string {
  const items = list.map(
    ({ value, name, tone }) =>
      `<div class="figure ${tone}"><b>${escapeHtml(value)}</b><span>${escapeHtml(name)}</span></div>`,
  );
  return `<section class="figures">${items.join("\n")}</section>`;
}

export function htmlTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const cells = (tag: "th" | "td", row: readonly string[]): string =>
    columns
      .map(({ align }, i) => `<${tag} class="${align}">${escapeHtml(row[i] ?? "")}</${tag}>`)
      .join("");
  const head = cells(
    "th",
    columns.map(({ title }) => title),
  );
  const body = rows.map((row) => `<tr>${cells("td", row)}</tr>`).join("\n");
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1d2733; --faint: #6a7785; --ground: #fbfbf9; --line: #dde1e4;
  --good: #2a8452; --bad: #c8372d; --busy: #d9982b; --quiet: #b6c2cc; --area: #9cc7e8; --latency: #c9b8e0; --on-strong: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --faint: #93a0ad; --ground: #14181d;
  --line: #2c343c; --good: #4bb37d; --bad: #ef6a5f; --busy: #e0ab4e; --quiet: #4d5964; --area: #2f5f86;
  --latency: #57457a; --on-strong: #10151a; } }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 16px; margin: 32px 0 8px; }
p { margin: 4px 0; color: var(--faint); }
.figures { display: flex; flex-wrap: wrap; gap: 12px; margin: 20px 0; }
.figure { border: 1px solid var(--line); border-radius: 8px; padding: 10px 16px; min-width: 110px; }
.figure b { display: block; font-size: 24px; font-variant-numeric: tabular-nums; }
.figure span { color: var(--faint); font-size: 13px; }
.figure.good b { color: var(--good); } .figure.bad b { color: var(--bad); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
th, td { padding: 4px 10px; border-bottom: 1px solid var(--line); text-align: left; }
th { color: var(--faint); font-weight: 500; } .right { text-align: right; }
svg { width: 100%; height: auto; display: block; font: 11px system-ui, "DejaVu Sans", sans-serif; }
svg text { fill: var(--ink); } svg .name { text-anchor: end; } svg .tick { text-anchor: middle; }
svg .tick, svg .faint { fill: var(--faint); }
svg .on-good, svg .on-bad { fill: var(--on-strong); } svg .on-busy { fill: #1d2733; } svg .on-quiet { fill: var(--ink); }
svg .grid { stroke: var(--line); } svg .good { fill: var(--good); } svg .bad { fill: var(--bad); }
svg .busy { fill: var(--busy); } svg .quiet { fill: var(--quiet); }
svg .area { fill: var(--area); } svg .latency { fill: var(--latency); }
svg .mark line { stroke: var(--faint); stroke-dasharray: 2 3; } svg .mark path { fill: var(--faint); }
svg .mark.bad path { fill: var(--bad); } svg .mark.bad line { stroke: var(--bad); }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin: 0 5px 0 14px; }
.legend i.good { background: var(--good); } .legend i.bad { background: var(--bad); }
.legend i.area { background: var(--area); } .legend i.latency { background: var(--latency); }
.legend i.busy { background: var(--busy); } .legend i.quiet { background: var(--quiet); }
`;
