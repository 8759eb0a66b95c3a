/** How words of a report stand out on a terminal. */
export interface TextStyle {
  strong(text: string): string;
  faint(text: string): string;
  bad(text: string): string;
  odd(text: string): string;
  good(text: string): string;
}

const same = (text: string): string => text;

export const PLAIN_STYLE: TextStyle = {
  strong: same,
  faint: same,
  bad: same,
  odd: same,
  good: same,
};

const sgr =
  (code: number) =>
  (text: string): string =>
    `\u001b[${code}m${text}\u001b[0m`;

export const COLOR_STYLE: TextStyle = {
  strong: sgr(1),
  faint: sgr(2),
  bad: sgr(31),
  odd: sgr(33),
  good: sgr(32),
};
