type Tone = "good" | "busy" | "bad" | "quiet";

/** How a score looks: red where pods will be hurt, green where nothing is to be done. */
export function toneOf(score: number | null): Tone {
  if (score === null) return "quiet";
  if (score >= 85) return "good";
  return score >= 60 ? "busy" : "bad";
}

/** A bar from 0 to 100 with the marks of its range and of 60. `score` null: nothing is known. */
export function scoreBar(
  score: number | null,
  range: readonly [least: number, most: number] | null,
  large = false,
): string {
  const said =
    score === null
      ? "unknown"
      : `${Math.round(score)} of 100${range === null ? "" : `, from ${range[0]} to ${range[1]}`}`;
  const fill =
    score === null
      ? ""
      : `<rect class="${toneOf(score)}" y="4" width="${2 * score}" height="10" rx="2"/>`;
  return [
    `<svg class="bar${large ? " large" : ""}" viewBox="0 0 204 18" preserveAspectRatio="none" role="img" aria-label="${said}">`,
    '<rect class="track" y="4" width="200" height="10" rx="2"/>',
    fill,
    '<line class="goal" x1="120" x2="120" y1="1" y2="17"/>',
    range === null ? "" : marks(range),
    "</svg>",
  ].join("");
}

function marks([least, most]: readonly [number, number]): string {
  const [from, to] = [2 * least, 2 * most];
  const tick = (x: number): string => `<line class="range" x1="${x}" x2="${x}" y1="5" y2="13"/>`;
  return `<line class="range" x1="${from}" x2="${to}" y1="9" y2="9"/>${tick(from)}${tick(to)}`;
}
