/** What is to be seen of a life, in microseconds. */
export interface TimeWindow {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Below this there is nothing to be told apart. */
const LENGTH_MIN_US = 100;

/** Below 1, `factor` shows less and larger. What is at `aroundUs` stays where it is, as far as the life goes. */
export function zoomed(
  { fromUs, toUs }: TimeWindow,
  factor: number,
  aroundUs: number,
  durationUs: number,
): TimeWindow {
  const length = Math.min(durationUs, Math.max(LENGTH_MIN_US, (toUs - fromUs) * factor));
  const share = (aroundUs - fromUs) / (toUs - fromUs);
  return within(aroundUs - share * length, length, durationUs);
}

export function moved({ fromUs, toUs }: TimeWindow, byUs: number, durationUs: number): TimeWindow {
  return within(fromUs + byUs, toUs - fromUs, durationUs);
}

/** The same window if `atUs` is in it, with a tenth to spare; else one around it. */
export function showing(window: TimeWindow, atUs: number, durationUs: number): TimeWindow {
  const { fromUs, toUs } = window;
  const spareUs = (toUs - fromUs) / 10;
  const seen =
    atUs >= fromUs + Math.min(spareUs, fromUs) && atUs <= toUs - (toUs < durationUs ? spareUs : 0);
  return seen ? window : within(atUs - (toUs - fromUs) / 2, toUs - fromUs, durationUs);
}

function within(fromUs: number, lengthUs: number, durationUs: number): TimeWindow {
  const from = Math.min(Math.max(0, fromUs), durationUs - lengthUs);
  return { fromUs: from, toUs: from + lengthUs };
}
