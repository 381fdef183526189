import { z } from 'zod'
import { SEVERITIES } from '../sdk/check.ts'
import type { Collector } from '../sdk/collector.ts'
import { INTERVAL } from './interval.ts'
import { queryProblem } from './query-document.ts'

const text = z.string().min(1)
const method = z.custom((value) => typeof value === 'function', 'must be a function')
const schema = z.custom(
  (value) => typeof value === 'object' && value !== null && 'safeParse' in value,
  'must be a zod schema',
)

/** What a collector's manifest must be for the engine to use it. Types say more, but a plug-in need not be TypeScript. */
const Manifest = z
  .looseObject({
    apiVersion: z.literal(1, 'must be 1, the API version of this affiant'),
    id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens'),
    title: text,
    docs: text,
    config: schema,
    secrets: z.record(z.string(), text),
    limits: z
      .array(
        z.looseObject({
          id: text,
          perMinute: z.number().positive(),
          concurrency: z.int().min(1),
          share: z.number().gt(0, 'must be above 0').max(1, 'must be at most 1').optional(),
        }),
      )
      .min(1),
    concurrency: z.int().min(1).optional(),
    queries: z
      .record(
        z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/, 'must be letters and digits'),
        text.superRefine((document, context) => {
          const problem = queryProblem(document)
          if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
        }),
      )
      .optional(),
    open: method,
    identify: method,
    expects: method,
    scopes: method,
    streams: z.array(
      z.looseObject({
        id: text,
        version: z.int().min(1),
        title: text,
        record: schema,
        key: method,
        permissions: z.array(z.looseObject({ name: text, why: text, url: text })),
        collect: method,
        occurredAt: z
          .string()
          .regex(/^\w+(?:\.\w+)*$/, 'must be names joined by dots')
          .optional(),
        sweep: z
          .looseObject({ every: z.string().regex(INTERVAL, 'must be an interval such as 7d'), increment: method })
          .optional(),
      }),
    ),
    checks: z.array(
      z.looseObject({
        id: text,
        kind: z.enum(['each', 'all']),
        revision: z.int().min(1),
        title: text,
        severity: z.enum(SEVERITIES),
        params: schema,
        inputs: z.record(z.string(), z.looseObject({ id: text })),
        criteria: method,
        evaluate: method,
      }),
    ),
  })
  .superRefine(({ id, streams, checks }, context) => {
    const own = new Set<string>()
    for (const [list, entries] of Object.entries({ streams, checks })) {
      entries.forEach((entry, index) => {
        const path = [list, index, 'id']
        if (!entry.id.startsWith(`${id}.`))
          context.addIssue({ code: 'custom', path, message: `must begin with "${id}."` })
        if (own.has(entry.id)) context.addIssue({ code: 'custom', path, message: `"${entry.id}" is there already` })
        own.add(entry.id)
      })
    }
  })

/** What is wrong with something that should be a collector, as `path: problem`; empty if it is one. */
export function manifestProblems(value: unknown): string[] {
  const parsed = Manifest.safeParse(value)
  if (parsed.success) return []
  return parsed.error.issues.map(({ path, message }) => {
    const at = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
    return `${at.replace(/^\./, '') || 'collector'}: ${message}`
  })
}

/** A value that {@link manifestProblems} found nothing wrong with. */
export function isCollector(value: unknown): value is Collector {
  return manifestProblems(value).length === 0
}
