import { dayNumber } from "./day-number.js";

const FORM =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):?(\d\d))$/;

const EPOCH = dayNumber("1970-01-01") ?? 0;

/** Whole seconds since 1970 of a time as RFC 3339 writes it; null: it is none. */
export function rfc3339Seconds(text: string): number | null {
  const [, year, month, day, hour, minute, second, sign, offsetHours, offsetMinutes] =
    FORM.exec(text.trim()) ?? [];
  if (year === undefined) return null;
  const day1 = dayNumber(`${year}-${month}-${day}`);
  if (day1 === null) return null;
  const days = day1 - EPOCH;
  const offset = (Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0)) * 60;
  const local = days * 86_400 + Number(hour) * 3_600 + Number(minute) * 60 + Number(second);
  return local - (sign === "-" ? -offset : offset);
}
