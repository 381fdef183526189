import { z } from 'affiant/sdk'

/** A time of AWS as it is written; `null` where there is none. */
export function timeOf(time: Date | undefined): string | null {
  return time?.toISOString() ?? null
}

/** A text that is not empty. */
export function textOf(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text
}

export function sorted(texts: readonly (string | undefined)[] | undefined): string[] {
  return (texts ?? []).filter((text) => text !== undefined).toSorted()
}

/** The schema of a time in a record. */
export const Time = z.iso.datetime().nullable()
