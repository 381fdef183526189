import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { checkSources, RULES } from './architecture/check.ts'
import { filesBelow, ROOT, textsOf } from './architecture/tree.ts'

/** A file that must be reported under the rule, and one much like it that must not. Each: path, code. */
type Probe = [rule: string, bad: [string, string], good: [string, string]]

const STAGES = ['config', 'collect', 'evaluate', 'bundle', 'store', 'report', 'worker']

const PROBES: readonly Probe[] = [
  ['file-without-layer', ['src/helpers.ts', 'export {}'], ['src/run.ts', 'export {}']],

  [
    'sdk-layers',
    ['src/sdk/a.ts', `import type { Plan } from '../model/plan.ts'`],
    ['src/sdk/a.ts', `import { b } from './b.ts'`],
  ],
  ['sdk-packages', ['src/sdk/a.ts', `import pino from 'pino'`], ['src/sdk/a.ts', `import { z } from 'zod'`]],
  [
    'sdk-builtins',
    ['src/sdk/a.ts', `import type { Readable } from 'node:stream'`],
    ['src/sdk/a.ts', `import { z } from 'zod'`],
  ],

  [
    'model-layers',
    ['src/model/a.ts', `export * from '../bundle/seal.ts'`],
    ['src/model/a.ts', `export * from '../sdk/errors.ts'`],
  ],
  [
    'model-packages',
    ['src/model/a.ts', `import { parse } from 'yaml'`],
    ['src/model/a.ts', `import c from 'canonicalize'`],
  ],
  [
    'model-builtins',
    ['src/model/a.ts', `import { createHash } from 'node:crypto'`],
    ['src/model/a.ts', `import type { Readable } from 'node:stream'`],
  ],

  ...STAGES.flatMap((stage): Probe[] => [
    [
      `${stage}-layers`,
      [`src/${stage}/a.ts`, `type T = import('../${stage === 'store' ? 'bundle' : 'store'}/b.ts').T`],
      [`src/${stage}/deep/a.ts`, `import '../b.ts'; import '../../model/plan.ts'; import '../../sdk/index.ts'`],
    ],
    [
      `${stage}-packages`,
      [`src/${stage}/a.ts`, `import fc from 'fast-check'`],
      [`src/${stage}/a.ts`, `import { parse } from 'yaml'`],
    ],
    [
      `${stage}-builtins`,
      [`src/${stage}/a.ts`, `import { readFile } from 'node:fs/promises'`],
      [
        `src/${stage}/a.ts`,
        `import type { readFile } from 'fs/promises'; import { hash } from 'node:crypto'; type Spawn = typeof import('node:child_process').spawn`,
      ],
    ],
  ]),

  [
    'run-layers',
    ['src/run.ts', `import { x } from './runtime.ts'`],
    ['src/run.ts', `import { x } from './collect/plan.ts'`],
  ],
  ['run-packages', ['src/run.ts', `import { parse } from 'yaml'`], ['src/run.ts', `import './store/fs.ts'`]],
  [
    'run-builtins',
    ['src/run.ts', `import 'node:child_process'`],
    ['src/run.ts', `import { pipeline } from 'node:stream/promises'`],
  ],

  [
    'runtime-layers',
    ['src/runtime.ts', `import './cli/main.ts'`],
    ['src/runtime.ts', `import './run.ts'; import '../collectors/index.ts'`],
  ],
  [
    'runtime-packages',
    ['src/runtime.ts', `import 'left-pad'`],
    ['src/runtime.ts', `import pino from 'pino'; import 'node:fs'`],
  ],

  [
    'cli-layers',
    ['src/cli/run.ts', `import '../../collectors/index.ts'`],
    ['src/cli/run.ts', `import '../runtime.ts'; import '../report/table.ts'`],
  ],
  [
    'cli-layers',
    ['src/cli/run.ts', `import { collect } from '../collect/item.ts'`],
    ['src/cli/run.ts', `import { run } from '../run.ts'`],
  ],
  ['cli-packages', ['src/cli/run.ts', `import 'left-pad'`], ['src/cli/run.ts', `import { Command } from 'commander'`]],
  [
    'cli-builtins',
    ['src/cli/run.ts', `const fs = await import('node:fs')`],
    ['src/cli/run.ts', `import { join } from 'node:path'`],
  ],

  [
    'verifier-layers',
    ['src/verifier/page.ts', `import { createFsStore } from '../store/fs.ts'`],
    ['src/verifier/page.ts', `import { verifyExport } from '../bundle/verify-export.ts'`],
  ],
  [
    'verifier-packages',
    ['src/verifier/page.ts', `import { parse } from 'yaml'`],
    ['src/verifier/page.ts', `import { z } from 'zod'`],
  ],
  [
    'testing-layers',
    ['src/testing/a.ts', `import '../cli/main.ts'`],
    ['src/testing/a.ts', `import '../collect/item.ts'`],
  ],
  [
    'testing-packages',
    ['src/testing/a.ts', `import { test } from 'left-pad'`],
    ['src/testing/a.ts', `import { z } from 'zod'`],
  ],

  [
    'registry-layers',
    ['collectors/index.ts', `import '../src/sdk/index.ts'`],
    ['collectors/index.ts', `const c = () => import('./git/index.ts')`],
  ],
  [
    'registry-packages',
    ['collectors/index.ts', `import 'yaml'`],
    ['collectors/index.ts', `import type { Collector } from 'affiant/sdk'`],
  ],
  [
    'registry-builtins',
    ['collectors/index.ts', `import 'node:path'`],
    ['collectors/index.ts', `import type { Collector } from 'affiant/sdk'`],
  ],

  [
    'collector-layers',
    ['collectors/git/checks/a.ts', `import '../../github/client.ts'`],
    ['collectors/git/checks/a.ts', `import '../streams/commits.ts'`],
  ],
  [
    'collector-layers',
    ['collectors/git/index.ts', `import type { Plan } from '../../src/model/plan.ts'`],
    ['collectors/git/index.ts', `import './checks/a.ts'`],
  ],
  [
    'collector-packages',
    ['collectors/git/streams/a.ts', `import { z } from 'zod'`],
    ['collectors/git/streams/a.ts', `import { z } from 'affiant/sdk'`],
  ],
  [
    'collector-packages',
    ['collectors/git/index.ts', `import { fake } from 'affiant/testing'`],
    ['collectors/git/fixture.ts', `import { fake } from 'affiant/testing'`],
  ],
  [
    'collector-packages',
    ['collectors/git/streams/a.ts', `import { parse } from 'yaml'`],
    ['collectors/git/client.ts', `import { parse } from 'yaml'`],
  ],
  [
    'collector-builtins',
    ['collectors/git/client.ts', `import { spawn } from 'node:child_process'`],
    ['collectors/git/client.ts', `import { createHash } from 'node:crypto'`],
  ],

  [
    'vendor-sdk-outside-client',
    ['collectors/github/streams/a.ts', `import type { Octokit } from '@octokit/rest'`],
    ['collectors/github/client.ts', `import { Octokit } from '@octokit/rest'`],
  ],
  [
    'vendor-sdk-outside-client',
    ['src/collect/http.ts', `import '@octokit/rest'`],
    ['src/collect/http.ts', `import 'zod'`],
  ],
  [
    'vendor-sdk-outside-client',
    ['src/runtime/signer.ts', `import type { KMSClient } from '@aws-sdk/client-kms'`],
    ['src/runtime/kms.ts', `import type { KMSClient } from '@aws-sdk/client-kms'`],
  ],
  [
    'nock-outside-tests',
    ['src/testing/clock.ts', `import nock from 'nock'`],
    ['src/testing/clock.ts', `import { z } from 'zod'`],
  ],
  [
    'vitest-outside-contract',
    ['src/testing/contract.ts', `import { it } from 'vitest'`],
    ['src/testing/run-contract.ts', `import { it } from 'vitest'`],
  ],
  [
    'computed-import',
    ['src/config/a.ts', `const load = (name: string) => import(name)`],
    ['src/runtime.ts', `const load = (name: string) => import(name)`],
  ],
  [
    'random-import',
    ['src/bundle/a.ts', `import { randomBytes } from 'node:crypto'`],
    ['src/bundle/a.ts', `import { generateKeyPairSync } from 'node:crypto'`],
  ],
  [
    'random-import',
    ['src/bundle/a.ts', `import * as crypto from 'node:crypto'; crypto.randomUUID()`],
    ['src/bundle/a.ts', `import * as crypto from 'node:crypto'; crypto.createHash('sha256')`],
  ],

  [
    'global-process',
    ['src/cli/run.ts', `const out = process.stdout`],
    ['src/cli/main.ts', `const out = process.stdout`],
  ],
  [
    'global-process',
    ['src/collect/a.ts', `export const env = { ...process.env }`],
    ['src/collect/a.ts', `export const step = (process: { env: object }) => process.env`],
  ],
  [
    'global-network',
    ['collectors/github/client.ts', `export const get = (url: string) => fetch(url)`],
    [
      'collectors/github/client.ts',
      `export const get = (fetch: (u: string) => void, c: { fetch(): void }) => { fetch('x'); c.fetch(); return { fetch } }`,
    ],
  ],
  [
    'global-network',
    ['src/collect/a.ts', `function f(o: object) { { const fetch = 1; String(fetch) } return { fetch } }`],
    ['src/collect/a.ts', `function f({ fetch }: { fetch: typeof globalThis.fetch }) { return { fetch } }`],
  ],
  [
    'global-timer',
    ['src/testing/http.ts', `setImmediate(() => {})`],
    ['src/testing/clock.ts', `setImmediate(() => {})`],
  ],
  [
    'global-timer',
    ['src/collect/a.ts', `await new Promise((r) => setTimeout(r, 5))`],
    ['src/collect/a.ts', `const wait = (clock: { setTimeout(): void }) => clock.setTimeout()`],
  ],
  [
    'global-timer',
    ['src/collect/a.ts', `const s = AbortSignal.timeout(5)`],
    ['src/collect/a.ts', `const s = AbortSignal.any([])`],
  ],
  ['global-clock', ['src/collect/a.ts', `const t = Date.now()`], ['src/runtime.ts', `const t = Date.now()`]],
  [
    'global-clock',
    ['src/collect/a.ts', `const t = new Date()`],
    ['src/collect/a.ts', `const t = new Date(Date.parse('2026-01-01')) instanceof Date`],
  ],
  [
    'global-clock',
    ['src/collect/a.ts', `const t = Date()`],
    ['src/collect/a.ts', `export const f = (at: Date): Date => at`],
  ],
  ['global-clock', ['src/collect/a.ts', `const { now } = Date`], ['src/collect/a.ts', `const t = Date.UTC(2026, 1)`]],
  [
    'global-clock',
    ['src/collect/a.ts', `const t = performance.now()`],
    ['src/collect/a.ts', `const t = { performance: 1 }.performance`],
  ],
  [
    'global-random',
    ['src/collect/a.ts', `const jitter = Math.random()`],
    ['src/collect/a.ts', `const jitter = Math.max(1, 2)`],
  ],
  [
    'global-random',
    ['src/collect/a.ts', `const id = crypto.randomUUID()`],
    ['src/collect/a.ts', `import * as crypto from 'node:crypto'; crypto.createHash('sha256')`],
  ],
  [
    'global-object',
    ['src/collect/a.ts', `const get = globalThis['fetch']`],
    ['src/collect/a.ts', `const self = { a: 1 }; String(self)`],
  ],
]

/** Rules about chains of imports need more than one file. */
const REACH_PROBES: readonly [rule: string, bad: Record<string, string>, good: Record<string, string>][] = [
  [
    'verify-stands-alone',
    {
      'src/bundle/verify.ts': `import './dsse.ts'`,
      'src/bundle/dsse.ts': `import type { Sealed } from './seal.ts'`,
      'src/bundle/seal.ts': '',
    },
    { 'src/bundle/verify.ts': `import './dsse.ts'`, 'src/bundle/dsse.ts': `import '../model/statement.ts'` },
  ],
  [
    'verify-needs-no-node',
    {
      'src/bundle/verify.ts': `import './merkle.ts'`,
      'src/bundle/merkle.ts': `export const load = () => import('node:crypto')`,
    },
    {
      'src/bundle/verify.ts': `import { hash } from './crypto.ts'; import type { Readable } from 'node:stream'`,
      'src/bundle/crypto.ts': `export { hash } from 'node:crypto'`,
    },
  ],
  [
    'manifest-is-light',
    {
      'collectors/github/index.ts': `import './streams/a.ts'`,
      'collectors/github/streams/a.ts': `import { x } from '../client.ts'`,
      'collectors/github/client.ts': `import { Octokit } from '@octokit/rest'`,
    },
    {
      'collectors/github/index.ts': `import './streams/a.ts'; export const open = () => import('./client.ts')`,
      'collectors/github/streams/a.ts': `import type { X } from '../client.ts'; import { z } from 'affiant/sdk'`,
      'collectors/github/client.ts': `import { Octokit } from '@octokit/rest'`,
    },
  ],
  [
    'key-services-are-loaded-late',
    {
      'src/runtime.ts': `import './runtime/kms.ts'`,
      'src/runtime/kms.ts': `import { KMSClient } from '@aws-sdk/client-kms'`,
    },
    {
      'src/runtime.ts': `import './runtime/kms.ts'`,
      'src/runtime/kms.ts': `import type { KMSClient } from '@aws-sdk/client-kms'\nexport const load = () => import('@aws-sdk/client-kms')`,
    },
  ],
  [
    'credential-rules-are-loaded-late',
    {
      'src/runtime.ts': `import './collect/credentials.ts'`,
      'src/collect/credentials.ts': `import { findCredentials } from './credential-rules.ts'`,
      'src/collect/credential-rules.ts': `import { rules } from '@secretlint/secretlint-rule-preset-recommend'`,
    },
    {
      'src/runtime.ts': `import './collect/credentials.ts'`,
      'src/collect/credentials.ts': `export const load = () => import('./credential-rules.ts')`,
      'src/collect/credential-rules.ts': `import { rules } from '@secretlint/secretlint-rule-preset-recommend'`,
    },
  ],
]

const Manifest = z.object({ dependencies: z.record(z.string(), z.string()) })
const DEPENDENCIES = [
  '@octokit/rest',
  '@secretlint/secretlint-rule-preset-recommend',
  'canonicalize',
  'commander',
  'pino',
  'yaml',
  'zod',
]
const rulesBroken = (files: Record<string, string>): string[] =>
  checkSources(new Map(Object.entries(files)), DEPENDENCIES).map(({ rule }) => rule)

describe('the tree', () => {
  test('keeps to the import table', async () => {
    const paths = await filesBelow(['src', 'collectors'])
    const sources = await textsOf(paths.filter((path) => path.endsWith('.ts')))
    const manifest = Manifest.parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')))

    const violations = checkSources(sources, Object.keys(manifest.dependencies))

    expect(sources.size).toBeGreaterThan(10)
    expect(violations.map(({ rule, file, line, detail }) => `${file}:${line} ${rule}: ${detail}`)).toEqual([])
  })
})

describe('every rule fires', () => {
  test('and has a probe', () => {
    const probed = new Set([...PROBES, ...REACH_PROBES].map(([rule]) => rule))
    expect(RULES.filter((rule) => !probed.has(rule))).toEqual([])
  })

  test.each(PROBES)('%s', (rule, [badPath, bad], [goodPath, good]) => {
    expect(rulesBroken({ [badPath]: bad })).toContain(rule)
    expect(rulesBroken({ [goodPath]: good })).toEqual([])
  })

  test.each(REACH_PROBES)('%s', (rule, bad, good) => {
    expect(rulesBroken(bad)).toContain(rule)
    expect(rulesBroken(good)).toEqual([])
  })
})
