const FORM =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):?(\d\d))$/;

/** Whole seconds since 1970 of a time as RFC 3339 writes it; null: it is none. */
export function rfc3339Seconds(text: string): number | null {
  const [, year, month, day, hour, minute, second, sign, offsetHours, offsetMinutes] =
    FORM.exec(text.trim()) ?? [];
  if (year === undefined) return null;
  const days = daysSince1970(Number(year), Number(month), Number(day));
  const offset = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * 60;
  const local = days * 86_400 + Number(hour) * 3_600 + Number(minute) * 60 + Number(second);
  return local - (sign === "-" ? -offset : offset);
}

/** By the calendar that counts years from March, so that a leap day ends one. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const days = ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear;
  return era * 146_097 + days - 719_468;
}
