import { z } from 'zod'
import { Count, Sha256 } from '../../model/common.ts'

export const tally = <const Keys extends readonly string[]>(keys: Keys) =>
  z.strictObject(Object.fromEntries(keys.map((key) => [key, Count])) as Record<Keys[number], typeof Count>)

/** The verifiers for people without affiant that come with this build, to compare theirs with. */
export const Verifiers = z.array(z.strictObject({ file: z.string(), sha256: Sha256 }))
