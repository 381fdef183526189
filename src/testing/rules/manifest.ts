import { execFile } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import { parseInterval } from '../../model/interval.ts'
import { queryProblem } from '../../model/query-document.ts'
import type { Collector } from '../../sdk/collector.ts'
import { configOf } from '../bench.ts'
import type { Finding } from '../violation.ts'
import type { Rule } from './context.ts'
import { unsafeCommands } from './reproduce.ts'

/** A fresh process each time would be slow where many collectors share a folder. */
const loadedBy = new Map<string, Promise<string[]>>()

export const manifestRules: readonly Rule[] = [
  {
    title: 'declares everything a reader of its evidence needs to know',
    check: async ({ collector }) => [
      ...missingTexts(collector),
      ...wrongIds(collector),
      ...wrongLimits(collector),
      ...wrongSweeps(collector),
      ...wrongQueries(collector),
      ...wrongPopulations(collector),
      ...unsafeCommands(collector),
    ],
  },
  {
    title: 'loads the library of its vendor only when it is opened',
    async check({ fixture: { folder } }) {
      let packages = loadedBy.get(folder)
      if (packages === undefined) loadedBy.set(folder, (packages = packagesLoadedBy(folder)))
      return (await packages).map(
        (name): Finding => ({
          code: 'manifest-loads-sdk',
          what: `loading the manifest also loads ${name}`,
          instead:
            "imports it in `client.ts` only, and `client.ts` from within `open()`: `await import('./client.ts')`.",
        }),
      )
    },
  },
  {
    title: 'takes the config of its fixture, refuses unknown keys, and describes every key',
    check: async ({ collector, fixture, place }) => configFindings(collector, configOf(fixture, await place())),
  },
  {
    title: 'has a README whose tables say what the manifest says',
    check: ({ collector, fixture }) => readmeFindings(collector, fixture.folder),
  },
]

/** What has to be there before anything can be run at all. Authors who write plain JavaScript may leave it out. */
export function missingParts({ streams, checks }: Collector): Finding[] {
  const parts: [string, unknown][] = [
    ...streams.map((stream): [string, unknown] => [
      `${stream.id}: permissions`,
      (stream as { permissions?: unknown }).permissions,
    ]),
    ...checks.map((check): [string, unknown] => [`${check.id}: criteria`, (check as { criteria?: unknown }).criteria]),
  ]
  return parts.filter(([, part]) => part === undefined).map(([where]) => missing(where))
}

function missing(where: string): Finding {
  return {
    code: 'manifest-incomplete',
    what: `${where} is missing or empty`,
    instead: 'declares it: docs, `doctor` and the bundle show nothing else about its evidence.',
  }
}

function missingTexts({ title, docs, requestLog, secrets, limits, reads = [], streams, checks }: Collector): Finding[] {
  const texts: [string, unknown][] = [
    ['title', title],
    ['docs', docs],
    ...(requestLog === undefined ? [] : [['requestLog', requestLog] as [string, unknown]]),
    ...Object.entries(secrets).map(([name, what]): [string, unknown] => [`secrets.${name}`, what]),
    ...reads.map(({ path, why }): [string, unknown] => [`reads: ${path}: why`, why]),
    ...streams.flatMap((stream): [string, unknown][] => [
      [`${stream.id}: title`, stream.title],
      ...stream.permissions.flatMap(({ name, why, url }): [string, unknown][] => [
        [`${stream.id}: a permission's name`, name],
        [`${stream.id}: permission ${name}: why`, why],
        [`${stream.id}: permission ${name}: url`, url.startsWith('https://') && url],
      ]),
    ]),
    ...checks.flatMap((check): [string, unknown][] => {
      const criteria = criteriaOf(check)
      return [
        [`${check.id}: title`, check.title],
        [`${check.id}: rationale`, check.rationale],
        [`${check.id}: remediation`, check.remediation],
        [`${check.id}: criteria, with the defaults of its params`, criteria?.pass && criteria.fail],
      ]
    }),
  ]
  const findings = texts
    .filter(([, text]) => typeof text !== 'string' || text.trim() === '')
    .map(([where]) => missing(where))
  if (limits.length === 0) {
    findings.push({
      code: 'manifest-incomplete',
      what: 'limits is empty',
      instead: 'gives the limits the vendor documents.',
    })
  }
  return findings
}

function criteriaOf(check: Collector['checks'][number]): { pass: string; fail: string } | undefined {
  const params = check.params.safeParse({})
  return params.success ? check.criteria(params.data) : undefined
}

function wrongIds({ id, streams, checks }: Collector): Finding[] {
  const ids = [...streams, ...checks].map((part) => part.id)
  const pattern = new RegExp(`^${id}\\.[a-z][a-z0-9]*(?:-[a-z0-9]+)*$`)
  const wrong = ids.filter((part) => !pattern.test(part))
  const twice = [streams, checks].flatMap((parts) => {
    const all = parts.map((part) => part.id)
    return all.filter((part, place) => all.indexOf(part) !== place)
  })
  return [
    ...wrong.map(
      (part): Finding => ({
        code: 'manifest-ids',
        what: `"${part}" is not "${id}." and kebab-case`,
        instead: 'starts every id with its own, so that ids of two collectors never clash.',
      }),
    ),
    ...twice.map(
      (part): Finding => ({
        code: 'manifest-ids',
        what: `"${part}" stands twice`,
        instead: 'gives each stream and each check an id of its own.',
      }),
    ),
  ]
}

function wrongLimits({ limits, streams, concurrency = 1 }: Collector): Finding[] {
  const instead =
    'has limits with ids of their own, one of them without a path, each with a share above 0 and at most 1, and streams that name one of them.'
  const ids = limits.map(({ id }) => id)
  const wrong = [
    ...ids.filter((id, place) => ids.indexOf(id) !== place).map((id) => `two limits have the id "${id}"`),
    ...limits
      .filter(({ share = 1 }) => !(share > 0 && share <= 1))
      .map(({ id, share }) => `limit "${id}" has the share ${share}`),
    ...(limits.length > 0 && limits.every(({ path }) => path !== undefined) ? ['every limit has a path'] : []),
    ...(concurrency >= 1 ? [] : [`concurrency is ${concurrency}`]),
    ...streams.flatMap(({ id, limit }) =>
      limit === undefined || ids.includes(limit) ? [] : [`${id} names the limit "${limit}", which there is not`],
    ),
  ]
  return wrong.map((what): Finding => ({ code: 'manifest-limits', what, instead }))
}

function wrongSweeps({ streams }: Collector): Finding[] {
  return streams.flatMap(({ id, sweep }): Finding[] => {
    if (sweep === undefined || parseInterval(sweep.every) !== undefined) return []
    const what = `${id}: "${sweep.every}" is not an interval`
    return [{ code: 'manifest-incomplete', what, instead: "says how often a full sweep is due: `every: '7d'`." }]
  })
}

function wrongQueries({ queries = {}, reads = [] }: Collector): Finding[] {
  const takes = reads.some((rule) => rule.queries)
  const has = Object.keys(queries).length > 0
  const wrong = [
    ...(has && !takes ? ['no rule of reads takes the documents in queries'] : []),
    ...(takes && !has ? ['a rule of reads takes queries, and there is none'] : []),
    ...reads
      .filter((rule) => rule.queries && rule.method !== 'POST')
      .map(({ path }) => `reads: ${path} takes queries with GET`),
    ...Object.entries(queries).flatMap(([name, document]) => {
      const problem = queryProblem(document)
      return problem === undefined ? [] : [`the document "${name}" ${problem}`]
    }),
  ]
  const instead =
    'has a rule `{ method: "POST", path, queries: true, why }` under `reads`, and documents of one query operation each under `queries`.'
  return wrong.map((what): Finding => ({ code: 'manifest-incomplete', what, instead }))
}

/** The field that says when an event happened must be one that is always written. */
function wrongPopulations({ streams }: Collector): Finding[] {
  return streams.flatMap(({ id, occurredAt, record, redact = {} }): Finding[] => {
    if (occurredAt === undefined) return []
    let schema: Shape | undefined = z.toJSONSchema(record, { unrepresentable: 'any' }) as Shape
    for (const name of occurredAt.split('.'))
      schema = schema?.required?.includes(name) ? schema.properties?.[name] : undefined
    if (schema !== undefined && !Object.hasOwn(redact, occurredAt)) return []
    const what = `${id}: not every record has a field "${occurredAt}" as it was read`
    return [
      {
        code: 'manifest-incomplete',
        what,
        instead: 'names a field that its record always has, null where nothing says when.',
      },
    ]
  })
}

interface Shape {
  required?: readonly string[]
  properties?: Readonly<Record<string, Shape>>
}

/** Why the collector does not take this config. */
export function refusedConfig({ config }: Collector, example: object): Finding | undefined {
  const parsed = config.safeParse(example)
  if (parsed.success) return undefined
  return {
    code: 'config-example',
    what: `the config of the fixture is refused: ${z.prettifyError(parsed.error)}`,
    instead: 'has a fixture with a config as a user would write it.',
  }
}

/** What is wrong with the config, given one that a user could have written. */
function configFindings(collector: Collector, example: object): Finding[] {
  const refused = refusedConfig(collector, example)
  if (refused) return [refused]
  const findings: Finding[] = []
  if (collector.config.safeParse({ ...example, thisKeyDoesNotExist: true }).success) {
    findings.push({
      code: 'config-unknown-key',
      what: 'an unknown key in the config is accepted, so a misspelt one would be too',
      instead: 'declares its config with `z.strictObject`.',
    })
  }
  const schema = z.toJSONSchema(collector.config, { io: 'input', unrepresentable: 'any' })
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (typeof property === 'object' && property.description) continue
    findings.push({
      code: 'config-undescribed',
      what: `config key "${key}" has no description`,
      instead: 'ends every field with `.describe()`: editors show it while the config is written.',
    })
  }
  return findings
}

/** The names of what the three generated blocks must hold. */
async function readmeFindings({ streams, checks }: Collector, folder: string): Promise<Finding[]> {
  const instead = 'has a README.md with three generated blocks, brought up to date by `npm run generate`.'
  const readme = await readFile(join(folder, 'README.md'), 'utf8').catch(() => undefined)
  if (readme === undefined) return [{ code: 'readme-stale', what: 'README.md is missing', instead }]
  const expected: Record<string, readonly string[]> = {
    permissions: [...new Set(streams.flatMap((stream) => stream.permissions.map(({ name }) => `[${name}](`)))],
    streams: streams.map(({ id, version }) => `\`${id}/${version}\``),
    checks: checks.map(({ id }) => `[\`${id}\`](`),
  }
  return Object.entries(expected).flatMap(([name, entries]): Finding[] => {
    const block = new RegExp(`<!-- generated:${name} -->([^]*?)<!-- /generated -->`).exec(readme)?.[1]
    if (block === undefined)
      return [{ code: 'readme-stale', what: `README.md has no block generated:${name}`, instead }]
    const rows = block.split('\n').filter((line) => line.startsWith('| ')).length
    const absent = entries.filter((entry) => !block.includes(entry))
    if (absent.length > 0)
      return [{ code: 'readme-stale', what: `README.md, ${name}: ${absent.join(', ')} is not in the table`, instead }]
    // One row is the table's head; permissions may take several rows for one name.
    if (name !== 'permissions' && rows !== entries.length + Math.min(1, entries.length))
      return [{ code: 'readme-stale', what: `README.md, ${name}: the table has rows of what is gone`, instead }]
    return []
  })
}

/** Names of the npm packages that a fresh process loads with the manifest, besides the SDK and zod. */
async function packagesLoadedBy(folder: string): Promise<string[]> {
  const names = ['index.ts', 'index.js', 'index.mjs']
  const found = await Promise.all(
    names.map((name) =>
      access(join(folder, name)).then(
        () => [name],
        () => [],
      ),
    ),
  )
  const [manifest] = found.flat()
  if (manifest === undefined)
    throw new Error(`${folder} has no index.ts or index.js: \`folder\` of the fixture must be the collector's`)
  const probe = `
    import { registerHooks } from 'node:module'
    const urls = []
    registerHooks({ resolve(specifier, context, next) { const found = next(specifier, context); urls.push(found.url); return found } })
    await import(${JSON.stringify(pathToFileURL(join(folder, manifest)).href)})
    console.log(JSON.stringify(urls))`
  // As these modules were loaded: from source within the repository, compiled everywhere else.
  const conditions = import.meta.url.endsWith('.ts') ? ['--conditions=source'] : []
  const args = [...conditions, '--input-type=module', '--eval', probe]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder })
  const packages = z
    .array(z.string())
    .parse(JSON.parse(stdout))
    .flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? [])
  return [...new Set(packages)].filter((name) => name !== 'affiant' && name !== 'zod').sort()
}
