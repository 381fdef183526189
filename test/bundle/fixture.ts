import fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFileSigner, generateKeyPair, type Signer } from '../../src/bundle/keys.ts'
import { lineTree } from '../../src/bundle/merkle.ts'
import { openRun, type Sealed, sealRun } from '../../src/bundle/seal.ts'
import type { IndexEntry } from '../../src/model/index-line.ts'
import type { Outcome } from '../../src/model/outcome.ts'
import type { Plan } from '../../src/model/plan.ts'
import type { StoredObject } from '../../src/model/staging.ts'
import type { StagingStore } from '../../src/model/store.ts'
import { createEvidence } from '../../src/store/evidence.ts'
import { createFsStore } from '../../src/store/fs.ts'

export const OPENED_AT = '2026-10-01T06:00:00.000Z'
export const SALT_KEY = Buffer.alloc(32, 3)
export const SEALED_AT = new Date('2026-10-01T06:05:00.000Z')
const DIGEST = 'ab'.repeat(32)

/** Processes that a test starts use the key of the test. */
const given = process.env.AFFIANT_TEST_KEY
const privatePem = given ?? generateKeyPair().privatePem
export const signer = createFileSigner(privatePem)
export const key = { privatePem, publicPem: signer.publicKeyPem, keyId: signer.keyId }

export async function temporaryFolder(): Promise<string> {
  return fs.mkdtemp(join(tmpdir(), 'affiant-test-'))
}

export function storeIn(root: string): StagingStore {
  return createFsStore(fs, root, { pid: process.pid, host: 'test-host', startedAt: new Date(0) })
}

export function planFor(number: number): Plan {
  return {
    version: 1,
    run: {
      number,
      job: 'daily',
      trigger: 'manual',
      openedAt: OPENED_AT,
      period: { from: '2026-09-30T00:00:00.000Z', to: '2026-10-01T00:00:00.000Z' },
    },
    agent: { installation: 'acme-prod', version: '0.1.0', build: { sha256: DIGEST } },
    config: { sha256: DIGEST },
    sources: [
      {
        id: 'github-acme',
        collector: 'github',
        streams: [
          { id: 'github.repositories', version: 1, permissions: ['metadata: read'] },
          { id: 'github.members', version: 2, permissions: ['members: read'] },
        ],
      },
      { id: 'git-api', collector: 'git', streams: [{ id: 'git.files', version: 1, permissions: [] }] },
    ],
    checks: [
      {
        id: 'github.default-branch-protected',
        revision: 3,
        source: 'github-acme',
        severity: 'high',
        title: 'Every default branch is protected',
        inputs: ['github.repositories'],
        params: { ignore: ['sandbox'] },
        criteria: { pass: 'protected', fail: 'not protected' },
        remediation: 'Protect it.',
      },
    ],
    mappings: [{ id: 'iso27001-2022', sha256: DIGEST }],
  }
}

export function outcome(records: number, change: Partial<Outcome> = {}): Outcome {
  return {
    status: 'complete',
    pages: 1,
    records,
    requests: 1,
    gaps: [],
    startedAt: OPENED_AT,
    endedAt: OPENED_AT,
    ...change,
  }
}

const FAILED: Partial<Outcome> = { status: 'failed', reason: 'denied', pages: 0 }

async function put(store: StagingStore, lines: readonly unknown[], tree = false): Promise<StoredObject> {
  const writer = await createEvidence(store, lineTree).create({ tree })
  for (const line of lines) await writer.write(typeof line === 'string' ? line : JSON.stringify(line))
  return writer.store()
}

const RECEIPT = {
  at: OPENED_AT,
  attempt: 1,
  kind: 'http',
  method: 'GET',
  status: 200,
  url: 'https://api.example.com/orgs/acme',
}
const LINK = {
  check: 'github.default-branch-protected',
  'not-shown': 'Who reviews.',
  shows: 'Protection.',
  source: 'github-acme',
  status: 'fail',
  strength: 'direct',
}
export const COUNTS = { inScope: 3, inspected: 2, passed: 1, failed: 1, notApplicable: 1, unknown: 0, excepted: 0 }

const item = (source: string, stream: string, scope: string) => ({
  planItem: `${source}/${stream}/${scope}`,
  source,
  stream,
  scope,
})

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const one of items) found.push(one)
  return found
}

/** The index of a run with every kind of line: two sources, one excluded scope, one failed item if asked for. */
export async function entriesFor(store: StagingStore, options: { failed?: boolean } = {}): Promise<IndexEntry[]> {
  const repositories = await put(
    store,
    [
      { id: 1, name: 'api' },
      { id: 2, name: 'sandbox' },
      { id: 3, name: 'web' },
    ],
    true,
  )
  const members = await put(store, [{ id: 7, person: 'p-1' }], true)
  const none = await put(store, [], true)
  const receipts = await put(store, [RECEIPT])
  const results = await put(store, [
    { status: 'pass', subject: 'api' },
    { reason: 'ignored', status: 'not-applicable', subject: 'sandbox' },
    { detail: 'not protected', status: 'fail', subject: 'web' },
  ])
  const controls = await put(store, [
    {
      control: 'A.8.4',
      counts: { excepted: 0, failed: 1, inScope: 3, inspected: 2, notApplicable: 1, passed: 1, unknown: 0 },
      evidence: [LINK],
      status: 'fail',
      theme: 'technological',
      title: 'Access to source code',
    },
  ])
  const repositoriesItem = item('github-acme', 'github.repositories', 'acme')
  const membersItem = item('github-acme', 'github.members', 'acme')
  const filesItem = item('git-api', 'git.files', '*')
  const identity = { id: '42', name: 'acme', principal: { kind: 'app' as const, name: 'affiant' } }
  const scopes = [{ id: 'acme' }, { id: 'acme-labs', excluded: 'not in scope of the audit' }]
  const base = 'github-acme/acme'
  const done = options.failed ? outcome(0, FAILED) : outcome(1)
  return [
    { kind: 'source', source: 'github-acme', collector: 'github', identity, scopes, outcome: outcome(0) },
    {
      kind: 'records',
      planItem: repositoriesItem.planItem,
      path: `records/${base}/repositories.jsonl`,
      ...repositories,
      schema: 'github.repositories/1',
      collectedAt: OPENED_AT,
      controls: ['A.8.4'],
    },
    { kind: 'receipts', planItem: repositoriesItem.planItem, path: `receipts/${base}/repositories.jsonl`, ...receipts },
    { kind: 'outcome', ...repositoriesItem, outcome: outcome(3) },
    ...(options.failed
      ? []
      : [
          {
            kind: 'records' as const,
            planItem: membersItem.planItem,
            path: `records/${base}/members.jsonl`,
            ...members,
            schema: 'github.members/2',
            collectedAt: OPENED_AT,
            controls: [],
          },
        ]),
    { kind: 'outcome', ...membersItem, outcome: done },
    { kind: 'source', source: 'git-api', collector: 'git', scopes: [], outcome: outcome(0) },
    {
      kind: 'records',
      planItem: filesItem.planItem,
      path: 'records/git-api/files.jsonl',
      ...none,
      schema: 'git.files/1',
      collectedAt: OPENED_AT,
      controls: [],
    },
    { kind: 'outcome', ...filesItem, outcome: outcome(0) },
    {
      kind: 'results',
      path: 'results/github-acme/default-branch-protected.jsonl',
      ...results,
      summary: {
        check: 'github.default-branch-protected',
        revision: 3,
        source: 'github-acme',
        status: 'fail',
        counts: COUNTS,
        incomplete: [],
      },
      derivedFrom: [1],
    },
    { kind: 'controls', mapping: 'iso27001-2022', path: 'controls/iso27001-2022.jsonl', ...controls },
  ]
}

export interface SealOptions {
  failed?: boolean
  signer?: Signer
  change?: (entries: IndexEntry[]) => IndexEntry[]
}

export async function sealedRun(store: StagingStore, options: SealOptions = {}): Promise<Sealed> {
  const opened = await openRun({ store, signer: options.signer ?? signer }, planFor)
  const entries = await entriesFor(store, options)
  return sealRun({
    ...opened,
    store,
    signer: options.signer ?? signer,
    saltKey: SALT_KEY,
    entries: options.change?.(entries) ?? entries,
    sealedAt: SEALED_AT,
  })
}
