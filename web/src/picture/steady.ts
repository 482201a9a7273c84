/** So much may a time be off: WebM rounds to milliseconds. */
const ROUNDED_S = 0.0011;
/** NTSC's rates are whole ones, divided by this. */
const NTSC = 1.001;

/**
 * The rate of frames that are shown at these times (in seconds, in order), where all are equally long; else null. It is
 * a whole one, or one of NTSC's, where the times can mean that.
 */
export function steadyRate(times: readonly number[]): number | null {
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined || last <= first) return null;
  const gap = (last - first) / (times.length - 1);
  if (times.some((time, n) => Math.abs(time - first - n * gap) > ROUNDED_S)) return null;
  const rate = 1 / gap;
  const doubt = (rate * ROUNDED_S) / (last - first);
  const meant = [Math.round(rate), Math.round(rate * NTSC) / NTSC];
  return meant.find((one) => one > 0 && Math.abs(one - rate) <= doubt) ?? rate;
}
