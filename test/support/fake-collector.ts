import {
  checkEach,
  defineCollector,
  defineStream,
  fail,
  notApplicable,
  type Page,
  pass,
  type Scope,
  unknown,
  z,
} from 'affiant/sdk'

export const Account = z.strictObject({
  id: z.string(),
  mfa: z.enum(['on', 'off', 'unreadable', 'none-needed']),
})
export type Account = z.output<typeof Account>

/** A collector of made-up accounts. `pages` is asked for each scope; `scopes` defaults to one. */
export function fakeCollector(
  pages: (scope: Scope) => AsyncIterable<Page>,
  scopes: readonly Scope[] = [{ id: 'one' }],
) {
  const accounts = defineStream({
    id: 'fake.accounts',
    version: 1,
    title: 'Accounts',
    record: Account,
    key: (account) => account.id,
    permissions: [{ name: 'accounts:read', why: 'List accounts', url: 'https://example.com' }],
    collect: (_session: object, scope) => pages(scope),
  })
  const mfaOn = checkEach(accounts, {
    id: 'fake.mfa-on',
    revision: 1,
    title: 'Every account has a second factor',
    severity: 'high',
    rationale: 'A password alone is not enough.',
    remediation: 'Turn it on.',
    criteria: () => ({ pass: 'mfa is on', fail: 'mfa is off' }),
    examples: {
      pass: { record: { id: 'a', mfa: 'on' } },
      fail: { record: { id: 'a', mfa: 'off' } },
    },
    evaluate({ mfa }) {
      if (mfa === 'unreadable') return unknown('denied')
      if (mfa === 'none-needed') return notApplicable('service-account')
      return mfa === 'on' ? pass() : fail('mfa is off')
    },
  })
  return defineCollector({
    apiVersion: 1,
    id: 'fake',
    title: 'Fake',
    docs: 'https://example.com',
    config: z.strictObject({}),
    secrets: {},
    limits: [{ id: 'all', perMinute: 6000, concurrency: 10 }],
    open: async () => ({}),
    identify: async () => ({ id: '1', name: 'fake', principal: { kind: 'anonymous', name: 'anonymous' } }),
    expects: () => ({}),
    async *scopes() {
      yield* scopes
    },
    streams: [accounts],
    checks: [mfaOn],
  })
}
