import { Secret } from 'affiant/sdk'
import nock from 'nock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GithubConfig } from '../../../collectors/github/config.ts'
import { collector } from '../../../collectors/github/index.ts'
import { createPseudonymiser } from '../../../src/collect/redact.ts'
import { openSeams } from '../../../src/collect/seams.ts'
import { openSource } from '../../../src/collect/source.ts'
import type { Collector } from '../../../src/sdk/collector.ts'
import { manualClock } from '../../../src/testing/clock.ts'
import { memoryEvidence } from '../../../src/testing/memory-evidence.ts'
import { silentLog } from '../../support/pipeline.ts'

// Without a base URL the collector talks to GitHub itself: nock stands in for the host no test may reach, below the real
// Octokit and the real fetch. Answers that nobody asked for fail the test.
const api = () => nock('https://api.github.com')

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  const unused = nock.pendingMocks()
  nock.cleanAll()
  nock.enableNetConnect()
  if (unused.length > 0) throw new Error(`nobody asked for ${unused.join(', ')}`)
})

async function opened() {
  const clock = manualClock()
  const evidence = memoryEvidence()
  const source = {
    id: 'github-acme',
    collector: collector as unknown as Collector,
    config: GithubConfig.parse({ organization: 'acme' }),
    secrets: { token: new Secret('ghp_canary0123456789') },
    limits: collector.limits,
  }
  const outside = { fetch: globalThis.fetch, env: {}, folder: '.', clock, random: () => 0.5, log: silentLog }
  const noPrograms = () => {
    throw new Error('this collector runs no program')
  }
  const { line, receipts } = await clock.drive(
    openSource({
      source,
      ...openSeams(source, { ...outside, spawn: noPrograms }),
      clock,
      log: silentLog,
      period: { from: new Date(0), to: new Date(1) },
      signal: new AbortController().signal,
      deadlineMs: 600_000,
      evidence,
      pseudonymise: createPseudonymiser(Buffer.alloc(32, 1)),
    }),
  )
  return { line, receipts: (evidence.objects.get(receipts.sha256) ?? []).join('\n') }
}

describe('against api.github.com', () => {
  it('asks the host of GitHub, with the token as a bearer and the version of the API', async () => {
    const headers = {
      authorization: 'Bearer ghp_canary0123456789',
      'x-github-api-version': '2022-11-28',
      'user-agent': /affiant/,
    }
    const asked = (path: string) => nock('https://api.github.com', { reqheaders: headers }).get(path)
    asked('/orgs/acme').reply(200, { id: 1001, login: 'acme', public_repos: 1, total_private_repos: 2 })
    asked('/user').reply(200, { login: 'owner-one' }, { 'x-oauth-scopes': 'repo, admin:org' })
    asked('/user/memberships/orgs/acme').reply(200, { state: 'active', role: 'admin' })
    const { line, receipts } = await opened()
    expect(line.outcome).toMatchObject({ status: 'complete', requests: 3 })
    expect(line.identity).toMatchObject({ id: '1001', name: 'acme', granted: ['admin:org', 'repo'] })
    expect(receipts).toContain('https://api.github.com/orgs/acme')
    expect(receipts).not.toContain('canary')
  })

  it.each(['ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'CERT_HAS_EXPIRED'])(
    'is unavailable when the network answers %s, after four tries, and names the code',
    async (code) => {
      api()
        .get(/.*/)
        .times(4)
        .replyWithError(Object.assign(new Error('canary 10.0.0.1'), { code }))
      const { line, receipts } = await opened()
      expect(line.outcome).toMatchObject({ status: 'failed', reason: 'unavailable', requests: 4 })
      expect(line.outcome.detail).toContain(code)
      expect(`${JSON.stringify(line)}${receipts}`).not.toContain('canary')
    },
  )

  it('reaches no host but the one that is configured', async () => {
    const { line } = await opened()
    expect(line.outcome).toMatchObject({ status: 'failed', reason: 'unavailable' })
  })
})
