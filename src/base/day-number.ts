/** Days since 1 March of the year 0 of a date `YYYY-MM-DD`, for differences; null: it is no date of the calendar. */
export function dayNumber(text: string): number | null {
  const [, y, m, d] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []).map(Number);
  if (y === undefined || m === undefined || d === undefined) return null;
  const leap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  if (m < 1 || m > 12 || d < 1 || d > (lengths[m - 1] ?? 0)) return null;
  const year = m > 2 ? y : y - 1;
  const month = m > 2 ? m - 3 : m + 9;
  const days = Math.floor((153 * month + 2) / 5) + d - 1;
  return 365 * year + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400) + days;
}
