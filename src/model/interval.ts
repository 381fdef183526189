const HOUR_MS = 3_600_000

/** `12h`, `7d`: a whole number without leading zero, and a unit. */
export const INTERVAL = /^([1-9]\d{0,3})([hd])$/

/** Milliseconds of an interval such as `12h` or `7d`; `undefined` if the text is not one. */
export function parseInterval(text: string): number | undefined {
  const [, amount, unit] = INTERVAL.exec(text) ?? []
  if (amount === undefined) return undefined
  return Number(amount) * (unit === 'd' ? 24 * HOUR_MS : HOUR_MS)
}
