import { describe, expect, test } from 'vitest'
import { z } from 'affiant/sdk'
import { loadConfig, neededCollectors } from '../../src/config/load.ts'
import { formatProblems } from '../../src/config/problem.ts'
import { brief, broken, fakes, load, VALID } from './fakes.ts'

function configOf(text: string) {
  const result = load(text)
  if (!result.ok) throw new Error(formatProblems(result.problems, 'affiant.yaml'))
  return result.config
}

describe('a valid config', () => {
  test('is resolved: defaults, durations, limits, and paths relative to the file', () => {
    const config = configOf(VALID)
    expect(config).toMatchObject({
      folder: '/etc/affiant',
      installation: 'acme-prod',
      store: { path: '/etc/affiant/evidence' },
      signing: { key: { file: '/etc/affiant/keys/collector.pem', position: { line: 4 } } },
      pseudonyms: { key: { env: 'PSEUDONYM_KEY', position: { line: 5 } } },
      period: { days: 30 },
      deadline: 120_000,
      concurrency: 2,
      jobs: [{ id: 'daily', schedule: '0 6 * * *', timeZone: 'Europe/Zurich', sources: ['hub-acme', 'disk-acme'] }],
      mappings: ['/etc/affiant/mappings/own.yaml'],
      plugins: [{ package: '@example/affiant-collector-jira' }, { file: '/etc/affiant/local/collector.ts' }],
    })
    expect(config.sources).toMatchObject([
      {
        id: 'hub-acme',
        collector: { id: 'hub' },
        config: { organization: 'acme', auth: { type: 'token' } },
        secrets: { token: { env: 'HUB_TOKEN', path: 'sources[0].secrets.token' } },
        limits: [{ id: 'rest', perMinute: 300, concurrency: 10 }, { id: 'search' }],
        demo: false,
      },
      { id: 'disk-acme', config: { folders: [] }, secrets: {}, demo: true },
    ])
    expect(config.checks).toEqual(
      new Map([
        ['hub.few-owners', { params: { max: 4 } }],
        ['disk.tidy', { params: {}, disabled: 'Reviewed by hand, ticket 123' }],
      ]),
    )
  })

  test('sets shares, concurrency and sweeps of a source', () => {
    const [hub] = configOf(
      broken(
        '{ rest: { perMinute: 300 } }',
        '{ rest: { share: 0.25 } }\n    share: 0.75\n    concurrency: 5\n    sweeps: { hub.things: 12h }',
      ),
    ).sources
    expect(hub).toMatchObject({
      limits: [
        { id: 'rest', perMinute: 900, share: 0.25 },
        { id: 'search', perMinute: 30, share: 0.75 },
      ],
      concurrency: 5,
      sweeps: { 'hub.things': 43_200_000 },
    })
    expect(configOf(VALID).sources[0]).toMatchObject({ concurrency: 20, sweeps: {} })
    expect(configOf(VALID).sources[0]?.limits[1]).toEqual({
      id: 'search',
      path: '/search/**',
      perMinute: 30,
      concurrency: 1,
      share: 0.5,
    })
  })

  test('may be small: one job with every source, run by hand, and the defaults of all checks', () => {
    const config = configOf(`
version: 1
installation: acme
store: { path: /var/lib/affiant }
signing: { key: { env: SIGNING_KEY } }
pseudonyms: { key: { env: PSEUDONYM_KEY } }
sources:
  - { id: hub, collector: hub, config: { organization: acme }, secrets: { token: { env: T } } }
`)
    expect(config).toMatchObject({ store: { path: '/var/lib/affiant' }, period: { days: 90 }, deadline: 600_000 })
    expect(config.concurrency).toBe(4)
    expect(config.jobs).toEqual([{ id: 'default', timeZone: 'UTC', sources: ['hub'] }])
    expect(config.checks).toEqual(new Map([['hub.few-owners', { params: { max: 3 } }]]))
  })

  test('may use anchors and aliases', () => {
    const text = broken('{ env: PSEUDONYM_KEY }', '&key { env: SHARED }').replace('{ env: HUB_TOKEN }', '*key')
    expect(configOf(text).sources[0]?.secrets).toMatchObject({ token: { env: 'SHARED' } })
  })

  test('comes with warnings where a part of it has no effect', () => {
    const result = load(broken('[hub-acme, disk-acme]', '[hub-acme]'))
    expect(result.ok).toBe(true)
    expect(brief(result.problems)).toEqual(['15:9 no-effect sources[1].id'])
    const lonely = load(VALID.replace(/ {2}- id: disk-acme\n.*\n.*\n/, '').replace(', disk-acme', ''))
    expect(lonely.ok).toBe(true)
    expect(lonely.problems).toMatchObject([{ code: 'no-effect', severity: 'warning', path: 'checks.disk.tidy' }])
  })
})

// Each replaces one piece of the valid config; what must be said of it, and where.
const BROKEN: [what: string, piece: string, replacement: string, problems: string[], says: string][] = [
  [
    'misspelt key of a collector',
    'organization: acme',
    'organisation: acme',
    ['12:15 unknown-key sources[0].config.organisation'],
    'did you mean "organization"?',
  ],
  ['misspelt key at the top', 'sources:', 'source:', ['9:1 unknown-key source'], 'did you mean "sources"?'],
  [
    'misspelt key that is also there',
    'organization: acme',
    'organization: acme, organizatoin: b',
    ['12:35 unknown-key sources[0].config.organizatoin'],
    '"organization" is already given',
  ],
  [
    'key a lax schema would drop',
    '    demo: true',
    '    config: { folders: [{ path: a, branhc: x }] }',
    ['17:36 unknown-key sources[1].config.folders[0].branhc'],
    'unknown key',
  ],
  [
    'missing key',
    'signing: { key: { file: ./keys/collector.pem } }\n',
    '',
    ['1:1 missing-key signing'],
    'missing key "signing": The key that signs bundles.',
  ],
  [
    'missing key in a list entry',
    '  - id: disk-acme\n',
    '  - demo: false\n',
    ['15:5 missing-key sources[1].id', '17:5 duplicate-key demo', '22:25 unknown-source jobs[0].sources[1]'],
    'missing key "id"',
  ],
  [
    'missing config',
    '    config: { organization: acme }\n',
    '',
    ['10:5 missing-key sources[0].config.organization'],
    'Login of the organization.',
  ],
  [
    'empty config',
    'config: { organization: acme }',
    'config:',
    ['12:5 invalid-value sources[0].config'],
    'found nothing',
  ],
  [
    'wrong type',
    'organization: acme',
    'organization: 3',
    ['12:29 invalid-value sources[0].config.organization'],
    'expected text, found 3',
  ],
  [
    'wrong choice',
    'organization: acme',
    'organization: acme, visibility: privat',
    ['12:47 invalid-value sources[0].config.visibility'],
    'did you mean "private"?',
  ],
  [
    'wrong discriminator',
    'organization: acme',
    'organization: acme, auth: { type: ap }',
    ['12:49 invalid-value sources[0].config.auth.type'],
    'expected one of "token", "app", found "ap"',
  ],
  [
    'missing discriminator',
    'organization: acme',
    'organization: acme, auth: {}',
    ['12:35 missing-key sources[0].config.auth.type'],
    'one of "token", "app"',
  ],
  [
    'misspelt key in a branch',
    'organization: acme',
    'organization: acme, auth: { type: app, appID: 3 }',
    ['12:54 unknown-key sources[0].config.auth.appID'],
    'did you mean "appId"?',
  ],
  [
    'no branch fits',
    'organization: acme',
    'organization: acme, owner: [x]',
    ['12:42 invalid-value sources[0].config.owner'],
    'expected a number or a mapping (key: value), found a list',
  ],
  [
    'the best branch is explained',
    'organization: acme',
    'organization: acme, owner: { taem: x }',
    ['12:44 unknown-key sources[0].config.owner.taem'],
    'did you mean "team"?',
  ],
  ['other version', 'version: 1', 'version: 2', ['1:10 invalid-value version'], 'expected 1, found 2'],
  [
    'bad id',
    'installation: acme-prod',
    'installation: ACME Prod',
    ['2:15 invalid-value installation'],
    'lower-case letters',
  ],
  [
    'bad duration',
    '2m',
    '2 minutes',
    ['7:11 invalid-value deadline'],
    'expected a duration such as 30s, 10m or 2h, found "2 minutes"',
  ],
  [
    'bad number',
    'concurrency: 2',
    'concurrency: 0',
    ['8:14 invalid-value concurrency'],
    'expected at least 1, found 0',
  ],
  [
    'unknown collector',
    'collector: hub',
    'collector: hbu',
    ['11:16 unknown-collector sources[0].collector'],
    'did you mean "hub"?',
  ],
  [
    'source id twice',
    '- id: disk-acme',
    '- id: hub-acme',
    ['15:9 duplicate-id sources[1].id', '22:25 unknown-source jobs[0].sources[1]'],
    'given twice',
  ],
  [
    'job id twice',
    'jobs:\n',
    'jobs:\n  - { id: daily, sources: [hub-acme] }\n',
    ['20:9 duplicate-id jobs[1].id'],
    'given twice',
  ],
  [
    'unknown source',
    '[hub-acme, disk-acme]',
    '[hub-acme, disk-acne, disk-acme]',
    ['22:25 unknown-source jobs[0].sources[1]'],
    'did you mean "disk-acme"?',
  ],
  ['bad cron', '"0 6 * * *"', '"0 25 * * *"', ['20:15 invalid-value jobs[0].schedule'], 'a cron expression'],
  [
    'bad time zone',
    'Europe/Zurich',
    'Europe/Zürich',
    ['21:15 invalid-value jobs[0].timeZone'],
    'did you mean "Europe/Zurich"?',
  ],
  ['offset as time zone', 'Europe/Zurich', '"+02:00"', ['21:15 invalid-value jobs[0].timeZone'], 'IANA'],
  [
    'limit raised',
    'perMinute: 300',
    'perMinute: 901',
    ['14:34 limit-raised sources[0].limits.rest.perMinute'],
    'at most 900',
  ],
  ['share of nothing', 'perMinute: 300', 'share: 0', ['14:30 invalid-value sources[0].limits.rest.share'], '0'],
  [
    'more than all of a limit',
    '    limits: { rest: { perMinute: 300 } }',
    '    share: 1.5',
    ['14:12 invalid-value sources[0].share'],
    '1',
  ],
  [
    'concurrency raised',
    '    limits: { rest: { perMinute: 300 } }',
    '    concurrency: 21',
    ['14:18 limit-raised sources[0].concurrency'],
    'at most 20',
  ],
  [
    'sweep that is no interval',
    '    limits: { rest: { perMinute: 300 } }',
    '    sweeps: { hub.things: 30m }',
    ['14:27 invalid-value sources[0].sweeps.hub.things'],
    '12h or 7d',
  ],
  [
    'sweep of a stream that has none',
    '    limits: { rest: { perMinute: 300 } }',
    '    sweeps: { hub.thing: 7d }',
    ['14:15 unknown-stream sources[0].sweeps.hub.thing'],
    'did you mean "hub.things"?',
  ],
  ['unknown limit', 'rest:', 'rset:', ['14:15 unknown-limit sources[0].limits.rset'], 'did you mean "rest"?'],
  [
    'undeclared secret',
    '{ token: { env: HUB_TOKEN } }',
    '{ tokn: { env: HUB_TOKEN } }',
    ['13:16 unknown-secret sources[0].secrets.tokn'],
    'did you mean "token"?',
  ],
  [
    'missing secret',
    '    secrets: { token: { env: HUB_TOKEN } }\n',
    '',
    ['10:5 missing-secret sources[0].secrets.token'],
    'a read-only token',
  ],
  [
    'secret the config asks for',
    'organization: acme',
    'organization: acme, auth: { type: app, appId: 1 }',
    ['13:5 missing-secret sources[0].secrets.privateKey'],
    'the private key of the app',
  ],
  [
    'env misspelt',
    '{ env: HUB_TOKEN }',
    '{ evn: HUB_TOKEN }',
    ['13:25 unknown-key sources[0].secrets.token.evn'],
    'did you mean "env"?',
  ],
  [
    'env and file',
    '{ env: PSEUDONYM_KEY }',
    '{ env: A, file: b }',
    ['5:15 invalid-value pseudonyms.key'],
    'either env or file',
  ],
  [
    'unknown check',
    'hub.few-owners',
    'hub.few-owner',
    ['24:3 unknown-check checks.hub.few-owner'],
    'did you mean "hub.few-owners"?',
  ],
  [
    'unknown param',
    'max: 4',
    'maximum: 4',
    ['24:31 unknown-key checks.hub.few-owners.params.maximum'],
    'did you mean "max"?',
  ],
  ['wrong param', 'max: 4', 'max: four', ['24:36 invalid-value checks.hub.few-owners.params.max'], 'found "four"'],
  [
    'check off without a reason',
    '"Reviewed by hand, ticket 123"',
    'true',
    ['25:26 invalid-value checks.disk.tidy.disabled'],
    'the reason in words',
  ],
  [
    'check off with a blank reason',
    '"Reviewed by hand, ticket 123"',
    '" "',
    ['25:26 invalid-value checks.disk.tidy.disabled'],
    'the reason in words',
  ],
  [
    'bad plug-in',
    '"@example/affiant-collector-jira"',
    '"Not A Package"',
    ['27:11 invalid-value plugins[0]'],
    'npm package name',
  ],
  ['mapping twice', '[./mappings/own.yaml]', '[./a.yaml, ./a.yaml]', ['26:22 duplicate-id mappings[1]'], 'given twice'],
  [
    'key twice',
    'installation: acme-prod',
    'installation: acme-prod\nversion: 1',
    ['3:1 duplicate-key version'],
    'already on line 1',
  ],
  [
    'a key of JavaScript',
    'checks:',
    'checks:\n  __proto__: { disabled: x }',
    ['24:3 unknown-check checks.__proto__'],
    'unknown check',
  ],
  ['tab', 'concurrency: 2', 'concurrency:\n\t- 2', ['9:1 syntax '], 'spaces'],
  ['alias without anchor', 'concurrency: 2', 'concurrency: *all', ['8:14 syntax '], 'alias'],
  ['unknown tag', 'concurrency: 2', 'concurrency: !big 2', ['8:14 syntax '], 'tag'],
]

describe('a broken config', () => {
  test.each(BROKEN)('%s', (_, piece, replacement, problems, says) => {
    const result = load(broken(piece, replacement))
    expect(result.ok).toBe(false)
    expect(brief(result.problems)).toEqual(problems)
    expect(formatProblems(result.problems, 'affiant.yaml')).toContain(says)
  })

  test('tells everything at once, in the order of the text', () => {
    const text = broken('organization: acme', 'organisation: acme')
      .replace('2m', 'soon')
      .replace('Europe/Zurich', 'Mars/Base')
      .replace('max: 4', 'max: 0')
      .replace('perMinute: 300', 'perMinute: 9000')
    expect(brief(load(text).problems)).toEqual([
      '7:11 invalid-value deadline',
      '12:15 unknown-key sources[0].config.organisation',
      '14:34 limit-raised sources[0].limits.rest.perMinute',
      '21:15 invalid-value jobs[0].timeZone',
      '24:36 invalid-value checks.hub.few-owners.params.max',
    ])
  })

  test('prints one line for each problem', () => {
    const { problems } = load(broken('organization: acme', 'organisation: acme'))
    expect(formatProblems(problems, 'affiant.yaml')).toBe(
      'affiant.yaml:12:15  sources[0].config.organisation  unknown key; did you mean "organization"?',
    )
  })

  test.each([
    ['', 'missing-key'],
    ['# nothing but a comment', 'missing-key'],
    ['just text', 'invalid-value'],
    ['- a list', 'invalid-value'],
    ['--- {}\n--- {}', 'syntax'],
    ['? [a]\n: b', 'syntax'],
    ['&a [*a]', 'syntax'],
    ['['.repeat(20_000), 'syntax'],
  ])('text %# is not a config', (text, code) => {
    expect(load(text)).toMatchObject({ ok: false, problems: [{ code }] })
  })

  test('a message that an author wrote into a schema is kept', () => {
    const hub = fakes[0]
    if (!hub) throw new Error('no collector')
    const strict = {
      ...hub,
      config: z.strictObject({ organization: z.string().startsWith('x', 'a name that starts with x') }),
    }
    const { problems } = load(VALID, [strict, ...fakes.slice(1)])
    expect(problems[0]?.message).toBe('expected a name that starts with x, found "acme"')
  })
})

describe('the signing key', () => {
  const written = 'signing: { key: { file: ./keys/collector.pem } }'
  const signing = (text: string) => load(broken(written, `signing: ${text}`))

  test('may be encrypted', () => {
    const config = configOf(broken(written, 'signing: { key: { file: k.pem }, passphrase: { env: PASS } }'))
    expect(config.signing).toMatchObject({
      key: { file: '/etc/affiant/k.pem' },
      passphrase: { env: 'PASS', path: 'signing.passphrase', position: { line: 4 } },
    })
  })

  test('may be in AWS KMS', () => {
    const kms = 'kms: { keyId: alias/affiant, region: eu-central-2, endpoint: "https://kms.example.com" }'
    expect(configOf(broken(written, `signing: { ${kms} }`)).signing).toEqual({
      kms: { keyId: 'alias/affiant', region: 'eu-central-2', endpoint: 'https://kms.example.com' },
    })
    expect(configOf(broken(written, 'signing: { kms: { keyId: a, region: eu-west-1 } }')).signing).toEqual({
      kms: { keyId: 'a', region: 'eu-west-1' },
    })
  })

  test.each([
    ['{}', ['4:1 missing-key signing.key'], 'Private key'],
    ['{ kms: {} }', ['4:12 missing-key signing.kms.keyId', '4:12 missing-key signing.kms.region'], 'Id, ARN or alias'],
    ['{ kms: { keyId: a, regoin: eu-west-1 } }', ['4:29 unknown-key signing.kms.regoin'], 'did you mean "region"?'],
    [
      '{ kms: { keyId: a, region: Zurich } }',
      ['4:37 invalid-value signing.kms.region'],
      'such as eu-central-2, found "Zurich"',
    ],
    ['{ kms: { keyId: "a b", region: eu-west-1 } }', ['4:26 invalid-value signing.kms.keyId'], 'alias/NAME'],
    ['{ kms: { keyId: a, region: eu-west-1, endpoint: ftp://a } }', ['4:58 invalid-value signing.kms.endpoint'], 'URL'],
    ['{ key: { file: a }, kms: { keyId: a, region: eu-west-1 } }', ['4:30 unknown-key signing.kms'], 'unknown key'],
    ['{ key: { file: a }, passphrase: hunter2 }', ['4:42 secret-in-clear signing.passphrase'], 'by reference'],
    ['{ passphrase: { env: P } }', ['4:1 missing-key signing.key'], 'Private key'],
  ])('%s', (text, expected, says) => {
    const { ok, problems } = signing(text)
    expect(ok).toBe(false)
    expect(brief(problems)).toEqual(expected)
    expect(problems[0]?.message).toContain(says)
    expect(JSON.stringify(problems)).not.toContain('hunter2')
  })
})

describe('secrets', () => {
  const secret = 'ghp_0123456789abcdefABCDEF0123456789abcd'
  test.each([
    ['in place of a reference', '{ env: HUB_TOKEN }', secret],
    ['in place of a reference, as a weak password', '{ env: HUB_TOKEN }', 'hunter2'],
    ['in place of all references', '{ token: { env: HUB_TOKEN } }', 'hunter2'],
    ['as the name of the variable', '{ env: HUB_TOKEN }', `{ env: ${secret} }`],
    ['as the file', '{ env: HUB_TOKEN }', `{ file: ${secret} }`],
    ['as a key', '{ env: HUB_TOKEN }', `{ ${secret}: }`],
    [
      'as the signing key',
      '{ key: { file: ./keys/collector.pem } }',
      '{ key: "-----BEGIN PRIVATE KEY-----\\nhunter2" }',
    ],
    ['in place of the signing section', '{ key: { file: ./keys/collector.pem } }', 'hunter2'],
  ])('written in clear %s are refused and never repeated', (_, piece, replacement) => {
    const { ok, problems } = load(broken(piece, replacement))
    expect(ok).toBe(false)
    expect(problems).toMatchObject([{ code: 'secret-in-clear', message: expect.stringContaining('by reference') }])
    const printed = JSON.stringify(problems) + formatProblems(problems, 'affiant.yaml')
    expect(printed).not.toContain(secret)
    expect(printed).not.toContain('hunter2')
  })

  test.each([
    ['organization: acme', `organization: acme, token: ${secret}`],
    ['organization: acme', `organization: acme, baseUrl: ${secret}`],
    ['organization: acme', `organization: acme, ${secret}: x`],
    ['collector: hub', `collector: ${secret}`],
    ['{ token: { env: HUB_TOKEN } }', `{ token: { env: HUB_TOKEN }, ${secret}: { env: A } }`],
    ['checks:', `checks:\n  ${secret}: {}`],
    ['[hub-acme, disk-acme]', `[${secret}]`],
    ['installation: acme-prod', `installation: ${secret}: x`],
    ['installation: acme-prod', `installation: "${secret}`],
  ])('in another wrong place are not repeated either: %s', (piece, replacement) => {
    const { ok, problems } = load(broken(piece, replacement))
    expect(ok).toBe(false)
    expect(JSON.stringify(problems)).not.toContain(secret)
  })
})

test('collectors and plug-ins that must be loaded first are found, even in a broken config', () => {
  const text = broken('version: 1', 'version: 7').replace('collector: disk', 'collector: other')
  expect(neededCollectors(text, 'conf/affiant.yaml')).toMatchObject({
    collectors: ['hub', 'other', 'disk'],
    plugins: [{ package: '@example/affiant-collector-jira' }, { file: 'conf/local/collector.ts' }],
  })
  expect(neededCollectors('[', 'affiant.yaml')).toEqual({ collectors: [], plugins: [] })
})

test('paths stay relative when the config file is given by a relative path', () => {
  const result = loadConfig({
    text: VALID,
    path: 'conf/affiant.yaml',
    collectors: (id) => fakes.find((collector) => collector.id === id),
    knownCollectorIds: ['hub', 'disk'],
  })
  expect(result).toMatchObject({ ok: true, config: { folder: 'conf', store: { path: 'conf/evidence' } } })
})
