import type { Check, Reason, Stream } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { collector as aws } from '../../collectors/aws/index.ts'
import { collector as github } from '../../collectors/github/index.ts'
import { user } from '../../collectors/okta/examples-log.ts'
import { collector as okta } from '../../collectors/okta/index.ts'
import { createPseudonymiser } from '../../src/collect/redact.ts'
import { type Population } from '../../src/evaluate/datasets.ts'
import { runChecks } from '../../src/evaluate/run-checks.ts'
import { canonicalize } from '../../src/model/canonical.ts'
import { memoryEvidence } from '../../src/testing/memory-evidence.ts'
import { writtenRecord } from '../../src/testing/judging.ts'
import { pseudonymise } from '../../src/testing/setting.ts'

const AT = '2026-01-15T12:00:00.000Z'
const allStreams = [...okta.streams, ...github.streams, ...aws.streams] as unknown as Stream[]
const allChecks = [...okta.checks, ...github.checks] as unknown as Check[]

/** Records by stream, as the sources answer; `reason`: why that stream is not whole. */
interface Given {
  streams: Readonly<Record<string, readonly unknown[]>>
  params?: Readonly<Record<string, unknown>>
  incomplete?: Readonly<Record<string, Reason>>
}

/** What the engine makes of a check over these records, people replaced by tokens. */
async function judged(id: string, { streams, params = {}, incomplete = {} }: Given) {
  const check = allChecks.find((one) => one.id === id)
  if (check === undefined) throw new Error(`there is no ${id}`)
  const evidence = memoryEvidence()
  const populations: Population[] = []
  for (const [name, records] of Object.entries(streams)) {
    const stream = allStreams.find((one) => one.id === name)
    if (stream === undefined) throw new Error(`there is no ${name}`)
    const writer = await evidence.create()
    const written = records.map((record) => writtenRecord(stream, record))
    for (const record of written) await writer.write(canonicalize(record))
    const reason = incomplete[name]
    populations.push({
      source: `${name.split('.')[0]}-acme`,
      stream: name,
      scope: 'acme',
      sha256: (await writer.store()).sha256,
      outcome: {
        status: reason === undefined ? 'complete' : 'partial',
        ...(reason && { reason }),
        pages: 1,
        records: records.length,
        requests: 1,
        gaps: [],
        startedAt: AT,
        endedAt: AT,
      },
    })
  }
  const [result] = await runChecks({
    checks: [
      {
        id,
        revision: check.revision,
        source: `${id.split('.')[0]}-acme`,
        severity: check.severity,
        title: check.title,
        inputs: Object.values(check.inputs).map((input) => input.id),
        params: JSON.parse(JSON.stringify(check.params.parse(params))),
        criteria: { pass: '', fail: '' },
        remediation: '',
      },
    ],
    checkOf: () => check,
    streamOf: (name) => allStreams.find((one) => one.id === name),
    populations,
    evidence,
    at: new Date(AT),
  })
  const lines = (evidence.objects.get(result?.results.sha256 ?? '') ?? []).map((line) => JSON.parse(line))
  return { summary: result?.summary, lines }
}

const person = (id: string, status: string, githubLogin?: string, more: object = {}) =>
  user({
    id,
    login: `${id}@example.com`,
    email: `${id}@example.com`,
    status,
    statusChanged: '2026-01-10T00:00:00.000Z',
    identities: githubLogin === undefined ? [] : [{ system: 'github', login: githubLogin }],
    ...more,
  })
const member = (login: string) => ({ login, app: null, role: 'member', twoFactor: true })
const ada = pseudonymise('ada-codes')

it('one person has one token, however a system writes the name', () => {
  const other = createPseudonymiser(new Uint8Array(32).fill(7))
  expect(other(' Ada-Codes ')).toBe(ada)
})

describe('github.members-are-staff', () => {
  const check = 'github.members-are-staff'
  const both = (users: readonly unknown[]) => ({
    'github.members': [member('Ada-Codes')],
    'okta.users': users,
  })

  it('joins with a live Okta account by the GitHub login in its profile', async () => {
    const { summary, lines } = await judged(check, { streams: both([person('ada', 'ACTIVE', 'ada-codes')]) })
    expect(summary).toMatchObject({ status: 'pass', counts: { passed: 1 } })
    expect(lines[0]).toMatchObject({ subject: ada })
  })

  it.each(['DEPROVISIONED', 'SUSPENDED', 'STAGED'])(
    'fails a member whose only account is %s, roster or not',
    async (status) => {
      const streams = both([person('ada', status, 'ada-codes')])
      const roster = { roster: [ada] }
      expect((await judged(check, { streams })).summary).toMatchObject({ status: 'fail' })
      expect((await judged(check, { streams, params: roster })).summary).toMatchObject({ status: 'fail' })
    },
  )

  it('passes a member who has a closed account and a live one', async () => {
    const streams = both([person('ada', 'DEPROVISIONED', 'ada-codes'), person('ada2', 'ACTIVE', 'ada-codes')])
    expect((await judged(check, { streams })).summary).toMatchObject({ status: 'pass' })
  })

  it('fails a member whom no profile names, unless the roster does', async () => {
    const streams = both([person('ben', 'ACTIVE', 'ben-codes')])
    expect((await judged(check, { streams })).lines[0]).toMatchObject({
      status: 'fail',
      detail: 'a member of the organisation is in no Okta profile',
    })
    expect((await judged(check, { streams, params: { roster: [ada] } })).summary).toMatchObject({ status: 'pass' })
  })

  it('is judged by the roster alone where Okta is not read or links nobody', async () => {
    const alone = { 'github.members': [member('ada-codes')] }
    for (const streams of [alone, both([person('ben', 'ACTIVE')])]) {
      expect((await judged(check, { streams })).summary).toMatchObject({
        status: 'not-applicable',
        reason: 'undeclared',
      })
      expect((await judged(check, { streams, params: { roster: [ada] } })).summary).toMatchObject({ status: 'pass' })
      expect((await judged(check, { streams, params: { roster: [] } })).summary).toMatchObject({ status: 'fail' })
    }
  })

  it.each(['okta.users', 'github.members'])('concludes nothing while %s is incomplete', async (stream) => {
    const given = {
      streams: both([person('ben', 'ACTIVE', 'ben-codes'), person('ada', 'DEPROVISIONED', 'ada-codes')]),
      incomplete: { [stream]: 'throttled' as const },
    }
    const { summary, lines } = await judged(check, given)
    expect(summary).toMatchObject({ status: 'unknown', reason: 'throttled', counts: { failed: 0 } })
    expect(lines).toHaveLength(1)
  })
})

describe('okta.leavers-gone-everywhere', () => {
  const check = 'okta.leavers-gone-everywhere'
  const inGithub = (users: readonly unknown[], members = ['ada-codes']) => ({
    'okta.users': users,
    'github.members': members.map(member),
    'github.outside-collaborators': [{ login: 'cyd-codes', app: null }],
  })

  it('fails a leaver who is still a member or an outside collaborator in GitHub', async () => {
    const left = [person('ada', 'DEPROVISIONED', 'Ada-Codes'), person('cyd', 'DEPROVISIONED', 'cyd-codes')]
    const { summary, lines } = await judged(check, { streams: inGithub(left) })
    expect(summary).toMatchObject({ status: 'fail', counts: { failed: 2 } })
    expect(lines[0].detail).toBe('left on 2026-01-10, and is live in github-acme (acme), read 2026-01-15T12:00Z')
  })

  it('passes a leaver who is gone, and says nothing of staff', async () => {
    const people = [person('ada', 'DEPROVISIONED', 'ada-codes'), person('ben', 'ACTIVE', 'ben-codes')]
    const { summary } = await judged(check, { streams: inGithub(people, ['ben-codes']) })
    expect(summary).toMatchObject({ status: 'pass', counts: { inScope: 1, passed: 1 } })
  })

  it('fails a declared leaver whose Okta account is open, and leaves time to close it', async () => {
    const streams = { 'okta.users': [person('ada', 'ACTIVE')] }
    const leavers = (endedAt: string) => ({
      params: { leavers: [{ person: pseudonymise('ada@example.com'), endedAt }] },
      streams,
    })
    expect((await judged(check, leavers('2026-01-14T11:00:00Z'))).summary).toMatchObject({ status: 'fail' })
    expect((await judged(check, leavers('2026-01-14T13:00:00Z'))).summary).toMatchObject({ reason: 'not-due' })
    expect((await judged(check, leavers('2026-01-16T13:00:00Z'))).summary).toMatchObject({ reason: 'not-due' })
  })

  it('does not take the account of somebody who came back for one of a leaver', async () => {
    const people = [person('ada', 'DEPROVISIONED', 'ada-codes'), person('ada2', 'ACTIVE', 'ada-codes')]
    expect((await judged(check, { streams: inGithub(people) })).summary).toMatchObject({ status: 'pass' })
  })

  it('does not pass a leaver of whom no account elsewhere is known', async () => {
    const without = inGithub([person('ada', 'DEPROVISIONED')])
    expect((await judged(check, { streams: without })).summary).toMatchObject({
      status: 'not-applicable',
      reason: 'no-linked-account',
    })
    const { summary } = await judged(check, {
      streams: { 'okta.users': [person('ada', 'DEPROVISIONED', 'ada-codes')] },
    })
    expect(summary).toMatchObject({ status: 'not-applicable', reason: 'no-linked-account' })
  })

  it('fails a leaver whom IAM Identity Center still lets in, found by name or mail address', async () => {
    const inAws = (account: object) => ({
      'okta.users': [person('ada', 'DEPROVISIONED')],
      'aws.identity-center-users': [{ id: 'u-1', provisioned: false, ...account }],
    })
    const by = async (account: object) => (await judged(check, { streams: inAws(account) })).summary
    const { login } = person('ada', 'DEPROVISIONED')
    expect(await by({ userName: login, emails: [], status: 'ENABLED' })).toMatchObject({ status: 'fail' })
    expect(await by({ userName: 'a', emails: [login], status: null })).toMatchObject({ status: 'fail' })
    expect(await by({ userName: login, emails: [], status: 'DISABLED' })).toMatchObject({ status: 'pass' })
    expect(await by({ userName: 'ben', emails: [], status: 'ENABLED' })).toMatchObject({ status: 'pass' })
  })

  it('does not pass a leaver for AWS alone while the profile names no account in GitHub', async () => {
    const streams = { ...inGithub([person('ada', 'DEPROVISIONED')]), 'aws.identity-center-users': [] }
    expect((await judged(check, { streams })).summary).toMatchObject({ reason: 'no-linked-account' })
  })

  it('does not guess when somebody left', async () => {
    const people = [person('ada', 'DEPROVISIONED', 'ada-codes', { statusChanged: null })]
    expect((await judged(check, { streams: inGithub(people) })).summary).toMatchObject({
      status: 'unknown',
      reason: 'invalid',
    })
  })

  it.each(['okta.users', 'github.members', 'github.outside-collaborators'])(
    'concludes nothing while %s is incomplete',
    async (stream) => {
      const streams = inGithub([person('ada', 'DEPROVISIONED', 'ada-codes')])
      const { summary } = await judged(check, { streams, incomplete: { [stream]: 'denied' } })
      expect(summary).toMatchObject({ status: 'unknown', reason: 'denied', counts: { failed: 0, passed: 0 } })
    },
  )
})
