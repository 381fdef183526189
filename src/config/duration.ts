const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }

/** `30s`, `10m`, `2h`: a whole number without leading zero, and a unit. */
export const DURATION = /^([1-9]\d{0,5})([smh])$/

/** Milliseconds of a duration such as `30s`, `10m` or `2h`; `undefined` if the text is not one. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit = ''] = DURATION.exec(text) ?? []
  const factor = UNITS[unit]
  return factor === undefined ? undefined : Number(amount) * factor
}
