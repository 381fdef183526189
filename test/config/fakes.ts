import { type Collector, checkEach, defineCollector, defineStream, fail, onlyPage, pass, z } from 'affiant/sdk'
import { type LoadResult, loadConfig } from '../../src/config/load.ts'
import type { Problem } from '../../src/config/problem.ts'

const things = <const Id extends `${string}.things`>(id: Id) =>
  defineStream({
    id,
    version: 1,
    title: 'Things',
    record: z.strictObject({ name: z.string() }),
    key: ({ name }) => name,
    permissions: [],
    async *collect() {
      yield onlyPage([])
    },
  })
const hubThings = {
  ...things('hub.things'),
  sweep: {
    every: '7d' as const,
    async *increment() {
      yield onlyPage([])
    },
  },
}
const diskThings = things('disk.things')

const hub = defineCollector({
  apiVersion: 1,
  id: 'hub',
  title: 'Hub',
  docs: 'https://example.com/docs',
  config: z.strictObject({
    organization: z.string().min(1).describe('Login of the organization.'),
    baseUrl: z.url().optional().describe('Another server.'),
    auth: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.literal('token') }),
        z.strictObject({ type: z.literal('app'), appId: z.int().describe('Id of the app.') }),
      ])
      .default({ type: 'token' })
      .describe('How to sign in.'),
    owner: z
      .union([z.number(), z.strictObject({ team: z.string(), since: z.iso.date().optional() })])
      .optional()
      .describe('Who owns it.'),
    visibility: z.enum(['public', 'private']).optional().describe('What to read.'),
  }),
  secrets: { token: 'a read-only token', privateKey: 'the private key of the app' },
  needs: ({ auth }) => (auth.type === 'app' ? ['privateKey'] : ['token']),
  limits: [
    { id: 'rest', perMinute: 900, concurrency: 10 },
    { id: 'search', path: '/search/**', perMinute: 30, concurrency: 1, share: 0.5 },
  ],
  concurrency: 20,
  open: async () => ({}),
  identify: async () => ({ id: '1', name: 'x', principal: { kind: 'anonymous', name: 'x' } }),
  expects: ({ organization }) => ({ name: organization }),
  async *scopes() {},
  streams: [hubThings],
  checks: [
    checkEach(hubThings, {
      id: 'hub.few-owners',
      revision: 1,
      title: 'Owners are few',
      severity: 'high',
      rationale: 'Few people can do harm.',
      remediation: 'Remove owners.',
      criteria: ({ max }) => ({ pass: `at most ${max}`, fail: `more than ${max}` }),
      params: z.strictObject({ max: z.int().min(1).default(3).describe('Most owners allowed.') }),
      examples: { pass: { record: { name: 'a' } }, fail: { record: { name: 'b' } } },
      evaluate: ({ name }) => (name === 'a' ? pass() : fail('not a')),
    }),
  ],
})

const disk = defineCollector({
  apiVersion: 1,
  id: 'disk',
  title: 'Disk',
  docs: 'https://example.com/docs',
  // Not strict on purpose: a forgetful author must not hide typing errors.
  config: z.object({ folders: z.array(z.object({ path: z.string() })).default([]) }),
  secrets: {},
  limits: [{ id: 'disk', perMinute: 60, concurrency: 1 }],
  open: async () => ({}),
  identify: async () => ({ id: '1', name: 'x', principal: { kind: 'anonymous', name: 'x' } }),
  expects: () => ({}),
  async *scopes() {},
  streams: [diskThings],
  checks: [
    checkEach(diskThings, {
      id: 'disk.tidy',
      revision: 1,
      title: 'Tidy',
      severity: 'low',
      rationale: 'Order.',
      remediation: 'Tidy up.',
      criteria: () => ({ pass: 'tidy', fail: 'untidy' }),
      examples: { pass: { record: { name: 'a' } }, fail: { record: { name: 'b' } } },
      evaluate: ({ name }) => (name === 'a' ? pass() : fail('not a')),
    }),
  ],
})

/** Invented collectors: `hub` with every kind of setting, `disk` without secrets. */
export const fakes: readonly Collector[] = [hub, disk]

export function load(text: string, collectors: readonly Collector[] = fakes): LoadResult {
  return loadConfig({
    text,
    path: '/etc/affiant/affiant.yaml',
    collectors: (id) => collectors.find((collector) => collector.id === id),
    knownCollectorIds: collectors.map(({ id }) => id),
  })
}

/** `line:column code path`, the shape in which tests name problems. */
export function brief(problems: readonly Problem[]): string[] {
  return problems.map(({ line, column, code, path }) => `${line}:${column} ${code} ${path}`)
}

/** A valid config to break: each test replaces one line of it. */
export const VALID = `version: 1
installation: acme-prod
store: { path: ./evidence }
signing: { key: { file: ./keys/collector.pem } }
pseudonyms: { key: { env: PSEUDONYM_KEY } }
period: { days: 30 }
deadline: 2m
concurrency: 2
sources:
  - id: hub-acme
    collector: hub
    config: { organization: acme }
    secrets: { token: { env: HUB_TOKEN } }
    limits: { rest: { perMinute: 300 } }
  - id: disk-acme
    collector: disk
    demo: true
jobs:
  - id: daily
    schedule: "0 6 * * *"
    timeZone: Europe/Zurich
    sources: [hub-acme, disk-acme]
checks:
  hub.few-owners: { params: { max: 4 } }
  disk.tidy: { disabled: "Reviewed by hand, ticket 123" }
mappings: [./mappings/own.yaml]
plugins: ["@example/affiant-collector-jira", ./local/collector.ts]
`

/** `VALID` with one piece replaced; fails if the piece is not there. */
export function broken(piece: string, replacement: string): string {
  if (!VALID.includes(piece)) throw new Error(`not in the config: ${piece}`)
  return VALID.replace(piece, () => replacement)
}
