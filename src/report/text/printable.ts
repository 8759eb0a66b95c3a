/** One line of text from elsewhere, for a terminal: what would move its cursor or change its colours becomes a space. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, " ");
}
