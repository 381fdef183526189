import { z } from 'affiant/sdk'

/**
 * What the tags of a resource say of it, in lower case. Other tags are not written: they hold anything, also names of people.
 */
export const Labels = z.strictObject({
  environment: z.string().nullable(),
  classification: z.string().nullable(),
  criticality: z.string().nullable(),
})
export type Labels = z.output<typeof Labels>

/** Names that tags have for it, compared without case, spaces, dashes, underscores and a prefix before a colon. */
const NAMES: Readonly<Record<keyof Labels, readonly string[]>> = {
  environment: ['environment', 'env', 'stage'],
  classification: ['classification', 'dataclassification', 'dataclass', 'confidentiality'],
  criticality: ['criticality', 'businesscriticality', 'critical'],
}

interface Tag {
  Key?: string | undefined
  Value?: string | undefined
}

export const noLabels: Labels = { environment: null, classification: null, criticality: null }

/** Of tags that have one name each; the first name of a list that is there counts. */
export function labelsOf(tags: readonly Tag[] | undefined): Labels {
  const values = new Map<string, string>()
  for (const { Key: key = '', Value: value = '' } of tags ?? []) values.set(plain(key), value.trim().toLowerCase())
  const first = (names: readonly string[]) => {
    const found = names.map((name) => values.get(name)).find((value) => value !== undefined && value !== '')
    // A tag that holds an address names a person, whatever it is called.
    return found === undefined || found.includes('@') ? null : found
  }
  return {
    environment: first(NAMES.environment),
    classification: first(NAMES.classification),
    criticality: first(NAMES.criticality),
  }
}

function plain(key: string): string {
  return key
    .slice(key.lastIndexOf(':') + 1)
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '')
}

/** The param that says which values of the tag "environment" mean production. */
export const production = z
  .array(z.string())
  .default(['prod', 'production', 'live'])
  .describe('Values of the tag "environment" (or "env", "stage") that mean production, in lower case.')

/** The param that says which values of the tag "criticality" mean that a data store must be backed up. */
export const critical = z
  .array(z.string())
  .default(['critical', 'high', 'true', 'yes'])
  .describe('Values of the tag "criticality" that mean critical, in lower case.')

/** The param that says which values of the tag "classification" mean that data needs a key of its own. */
export const classified = z
  .array(z.string())
  .default(['confidential', 'restricted', 'secret'])
  .describe('Values of the tag "classification" that mean classified, in lower case.')

/** Whether the label has one of these values. */
export function labelled(value: string | null, values: readonly string[]): boolean {
  return value !== null && values.includes(value)
}
