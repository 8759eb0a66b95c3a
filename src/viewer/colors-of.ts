import type { Tone } from "#report/timeline/drawing.js";
import type { Colors } from "./paint.js";
import { readableOn } from "./readable-on.js";

const TONES: readonly Tone[] = ["good", "bad", "busy", "quiet"];

/** The page's own colours, which differ between light and dark. */
export function colorsOf(style: CSSStyleDeclaration): Colors {
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const each = (make: (tone: Tone) => string): Colors["tones"] =>
    Object.fromEntries(TONES.map((tone) => [tone, make(tone)])) as Colors["tones"];
  return {
    ink: of("ink"),
    faint: of("faint"),
    line: of("line"),
    ground: of("ground"),
    tones: each(of),
    onTones: each((tone) => readableOn(of(tone))),
  };
}
