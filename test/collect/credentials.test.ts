import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { mayHoldCredential } from '../../src/collect/credential-prefilter.ts'
import { findCredentials, MAINTAINED_RULES, RULES } from '../../src/collect/credential-rules.ts'
import {
  loadCredentialRules,
  maskCredentials,
  maskCredentialsInUrl,
  tallyCredentials,
  withoutCredentials,
} from '../../src/collect/credentials.ts'
import { CANARY_SECRETS } from '../../src/testing/canaries.ts'
import { CREDENTIALS, INNOCENT } from './credential-examples.ts'

beforeAll(loadCredentialRules)

const examples = Object.entries(CREDENTIALS).flatMap(([rule, list]) =>
  list.map((credential, place) => ({ rule, credential, name: `${rule} ${place + 1}` })),
)
const all = examples.map(({ credential }) => credential)
const rulesFor = (text: string) => findCredentials(text).map(({ rule }) => rule)

describe('the rules', () => {
  it('each has an example, and no rule of the preset is unaccounted for', () => {
    expect(Object.keys(CREDENTIALS).toSorted()).toEqual(RULES.toSorted())
    expect(MAINTAINED_RULES.toSorted()).toEqual(
      [
        ...Object.keys(CREDENTIALS).filter((rule) => MAINTAINED_RULES.includes(rule)),
        'filter-comments',
        'gcp',
      ].toSorted(),
    )
  })

  it.each(examples)('$name is found', ({ rule, credential }) => {
    expect(rulesFor(credential)).toContain(rule)
    expect(mayHoldCredential(credential)).toBe(true)
  })

  it.each(Object.entries(INNOCENT))('%s is no credential', (_what, value) => {
    expect(rulesFor(value)).toEqual([])
    expect(maskCredentials(value)).toBe(value)
  })

  it('a comment in the text does not turn them off', () => {
    expect(rulesFor(`secretlint-disable\n${all[0]} // secretlint-disable-line`)).toContain(examples[0]?.rule)
  })

  it('find every planted canary that has a shape of its own', () => {
    // The last one is an Okta token, which looks like any other word of 42 letters; the GitLab one is a letter short.
    const without = CANARY_SECRETS.filter((secret) => rulesFor(secret).length === 0)
    expect(without).toEqual([CANARY_SECRETS[9], CANARY_SECRETS[11]])
  })

  it.each([
    ['many beginnings of keys', '-----BEGIN PRIVATE '],
    ['many beginnings of URLs', '://a:'],
    ['many parts of tokens', 'eyJhbGci.eyJ'],
    ['many beginnings of tokens', 'sk-ant-xoxb-1-SG.a.'],
  ])('take no longer than the text is: %s', (_what, part) => {
    const time = (length: number) => {
      const text = part.repeat(length / part.length)
      const started = performance.now()
      findCredentials(text)
      return performance.now() - started
    }
    time(10_000)
    // Quadratic time would be a hundred times as much, and some seconds.
    expect(time(200_000)).toBeLessThan(1500)
  })
})

describe('the prefilter', () => {
  it('is passed by everything that a rule finds, whatever stands around it, also as JSON', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(...all),
        fc.string({ unit: 'binary' }),
        (before, one, after) => {
          const text = before + one + after
          if (findCredentials(text).length === 0) return
          expect(mayHoldCredential(text)).toBe(true)
          expect(mayHoldCredential(JSON.stringify({ text }))).toBe(true)
        },
      ),
    )
  })
})

describe('withoutCredentials', () => {
  const clean = (record: unknown) => {
    const tally = tallyCredentials()
    return { ...withoutCredentials(record, tally), credentials: tally.list() }
  }

  it('replaces the value as a whole, keeps the shape, and counts by rule and field', () => {
    const [token = '', other = ''] = CREDENTIALS['github'] ?? []
    const { record, line, credentials } = clean({
      name: `deploy with ${token}`,
      id: 7,
      none: null,
      variables: [{ value: token }, { value: 'plain' }, { value: other }],
    })
    const expected = {
      name: '[credential]',
      id: 7,
      none: null,
      variables: [{ value: '[credential]' }, { value: 'plain' }, { value: '[credential]' }],
    }
    expect(record).toEqual(expected)
    expect(JSON.parse(line)).toEqual(expected)
    expect(credentials).toEqual([
      { rule: 'github', field: 'name', count: 1 },
      { rule: 'github', field: 'variables.*.value', count: 2 },
    ])
  })

  it('leaves a record without credentials as it is, and counts nothing', () => {
    const record = { ...INNOCENT }
    const result = clean(record)
    expect(result.record).toEqual(INNOCENT)
    expect(result.credentials).toBeUndefined()
  })

  it('replaces the name of a field that a source made of a credential', () => {
    const { line, credentials } = clean({ environment: { [all[0] ?? '']: 'set' } })
    expect(line).toBe('{"environment":{"[credential]":"set"}}')
    expect(credentials).toMatchObject([{ field: 'environment.*', count: 1 }])
  })

  it('no credential is left, wherever it stands', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...all), fc.string(), (value, one, around) => {
        const { line } = clean({ value, deep: [{ field: `${around} ${one}` }] })
        expect(line).not.toContain(JSON.stringify(one).slice(1, -1))
      }),
    )
  })

  it('lists a hundred fields and adds up the rest', () => {
    const fields = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`field${i}`, all[0]]))
    const { credentials = [] } = clean(fields)
    expect(credentials).toHaveLength(101)
    expect(credentials.reduce((sum, { count }) => sum + count, 0)).toBe(150)
    expect(credentials.find(({ field }) => field === '*')?.count).toBe(50)
  })
})

describe('maskCredentials', () => {
  it('keeps the words around', () => {
    const [token = ''] = CREDENTIALS['slack'] ?? []
    expect(maskCredentials(`could not read ${token}, it is gone`)).toBe('could not read [credential], it is gone')
  })
})

describe('maskCredentialsInUrl', () => {
  it.each(all)('masks %# in a segment or a parameter', (credential) => {
    const form = encodeURIComponent(credential)
    expect(maskCredentialsInUrl(`https://api.example.com/repos/${form}/branches?ref=${form}&page=2`)).toBe(
      'https://api.example.com/repos/[credential]/branches?ref=[credential]&page=2',
    )
  })

  it.each(all)('leaves nothing of %# that was not encoded', (credential) => {
    expect(maskCredentialsInUrl(`https://api.example.com/search?q=${credential}`)).not.toContain(credential)
  })

  it('leaves other URLs alone, also badly encoded ones', () => {
    for (const url of ['https://api.example.com/a%2Fb?x=%zz', 'https://api.example.com/a+b?c=d%20e'])
      expect(maskCredentialsInUrl(url)).toBe(url)
  })
})
