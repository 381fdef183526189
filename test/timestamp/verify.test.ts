import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nonceFrom, readResponse, writeRequest } from '../../src/bundle/timestamp-request.ts'
import { type TimestampVerdict, verifyTimestamp } from '../../src/bundle/timestamp.ts'
import type { TsaCertificate } from '../../src/bundle/tsa-certificate.ts'
import type { TimestampReason } from '../../src/bundle/tsa-reasons.ts'
import { readRoots } from '../../src/bundle/tsa-roots.ts'
import {
  AUTHORITY,
  createWorkshop,
  element,
  type Identity,
  TIMESTAMPING,
  tstInfo,
  type Workshop,
} from '../servers/tsa.ts'

const DATA = Buffer.from('the raw bytes of a signature')
const NONCE = nonceFrom(Buffer.alloc(16, 7))
/** Long ago, so that certificates valid then have expired. */
const THEN = new Date('2021-03-04T05:06:07Z')
const YEAR = { from: new Date('2021-01-01T00:00:00Z'), to: new Date('2022-01-01T00:00:00Z') }
const DECADES = { from: new Date('2015-01-01T00:00:00Z'), to: new Date('2045-01-01T00:00:00Z') }

let workshop: Workshop
let root: Identity
let signer: Identity
let roots: readonly TsaCertificate[]

const rootsOf = async (identity: Identity) => readRoots(await readFile(identity.cert, 'utf8'))

beforeAll(async () => {
  workshop = await createWorkshop()
  root = await workshop.certificate({ name: 'Root', extensions: AUTHORITY, ...DECADES })
  signer = await workshop.certificate({ name: 'Stamps', issuer: root, extensions: TIMESTAMPING, ...DECADES })
  roots = await rootsOf(root)
}, 60_000)

afterAll(() => workshop[Symbol.asyncDispose]())

async function judge(token: Uint8Array, pinned = roots, data: Uint8Array = DATA): Promise<TimestampVerdict> {
  return verifyTimestamp(token, data, { roots: pinned, maxSkewSeconds: 600 })
}

/** The reason, or `good`. */
function outcome(verdict: TimestampVerdict): TimestampReason | 'good' {
  return verdict.ok ? 'good' : verdict.reason
}

/** Our verdict and that of openssl, as of the token's time. */
async function bothSay(token: Uint8Array, pinned = root, at = THEN): Promise<[TimestampReason | 'good', boolean]> {
  return [outcome(await judge(token, await rootsOf(pinned))), await workshop.verifies(token, DATA, pinned, at)]
}

async function replyToken(by: Identity, settings: readonly string[] = []): Promise<Uint8Array> {
  const answer = readResponse(await workshop.reply(by, writeRequest(DATA, NONCE), settings))
  if (answer.kind !== 'token') throw new Error(`no token: ${answer.kind}`)
  return answer.token
}

describe('tokens of openssl ts', () => {
  test.each([
    ['ec', 'sha256', []],
    ['ec', 'sha384', ['signer_digest=sha384']],
    ['ec-p521', 'sha512', ['signer_digest=sha512']],
    ['rsa', 'sha256', []],
    ['rsa', 'sha512', ['signer_digest=sha512', 'ess_cert_id_alg=sha512']],
    ['rsa', 'sha256, certificate named by SHA-1', ['ess_cert_id_alg=sha1']],
    ['ec', 'sha256, chain named too, tsa named', ['ess_cert_id_chain=yes', 'tsa_name=yes', 'ordering=yes']],
    ['ec', 'sha256, microseconds', ['clock_precision_digits=6']],
  ] as const)('%s with %s is accepted', async (key, _, settings) => {
    const own = await workshop.certificate({ name: `Root ${key}`, key, extensions: AUTHORITY })
    const by = await workshop.certificate({ name: `Stamps ${key}`, key, issuer: own, extensions: TIMESTAMPING })
    const token = await replyToken(by, settings)
    expect(await bothSay(token, own, new Date())).toEqual(['good', true])
    const verdict = await verifyTimestamp(token, DATA, { roots: await rootsOf(own), maxSkewSeconds: 600, nonce: NONCE })
    if (!verdict.ok) throw new Error(verdict.detail)
    expect(Math.abs(verdict.facts.time.getTime() - Date.now())).toBeLessThan(60_000)
    expect(verdict.facts.accuracyMs).toBe(1500)
    expect(verdict.facts.policy).toBe('1.3.6.1.4.1.32473.1')
  })

  test('other data, another nonce, another root', async () => {
    const token = await replyToken(signer)
    const stranger = await workshop.certificate({ name: 'Root', extensions: AUTHORITY })
    expect(outcome(await judge(token, roots, Buffer.from('other data')))).toBe('timestamp-imprint')
    expect(
      outcome(await verifyTimestamp(token, DATA, { roots, maxSkewSeconds: 1, nonce: nonceFrom(Buffer.alloc(16, 8)) })),
    ).toBe('timestamp-nonce')
    // Of the same name, so that only the key tells them apart.
    expect(await bothSay(token, stranger, new Date())).toEqual(['timestamp-root', false])
    const other = await workshop.certificate({ name: 'Other', extensions: AUTHORITY })
    expect(await bothSay(token, other, new Date())).toEqual(['timestamp-root', false])
    expect(outcome(await judge(token, []))).toBe('timestamp-root')
  })
})

describe('time', () => {
  test('a certificate that has expired since is fine', async () => {
    const old = await workshop.certificate({ name: 'Old', issuer: root, extensions: TIMESTAMPING, ...YEAR })
    const token = await workshop.sign(old, tstInfo({ data: DATA, time: THEN }))
    expect(await bothSay(token)).toEqual(['good', true])
    expect(await workshop.verifies(token, DATA, root, new Date())).toBe(false)
  })

  test('also if the root and an intermediate have expired since', async () => {
    const oldRoot = await workshop.certificate({ name: 'Old root', extensions: AUTHORITY, ...YEAR })
    const middle = await workshop.certificate({ name: 'Middle', issuer: oldRoot, extensions: AUTHORITY, ...YEAR })
    const old = await workshop.certificate({ name: 'Old', issuer: middle, extensions: TIMESTAMPING, ...YEAR })
    const token = await workshop.sign({ ...old, chain: middle.cert }, tstInfo({ data: DATA, time: THEN }))
    expect(await bothSay(token, oldRoot)).toEqual(['good', true])
    const without = await workshop.sign(old, tstInfo({ data: DATA, time: THEN }))
    expect(await bothSay(without, oldRoot)).toEqual(['timestamp-root', false])
    // An intermediate may be pinned itself.
    expect(outcome(await judge(without, await rootsOf(middle)))).toBe('good')
  })

  test.each([
    ['after the signer expired', '2022-01-01T00:00:01Z', 'timestamp-validity'],
    ['at the last second', '2022-01-01T00:00:00Z', 'good'],
    ['at the first second', '2021-01-01T00:00:00Z', 'good'],
    ['before the signer was valid', '2020-12-31T23:59:59Z', 'timestamp-validity'],
  ] as const)('a token %s', async (_, time, expected) => {
    const old = await workshop.certificate({ name: 'Old', issuer: root, extensions: TIMESTAMPING, ...YEAR })
    const token = await workshop.sign(old, tstInfo({ data: DATA, time: new Date(time) }))
    expect(outcome(await judge(token))).toBe(expected)
  })

  test('a root that was not valid yet', async () => {
    const young = await workshop.certificate({
      name: 'Young',
      extensions: AUTHORITY,
      from: new Date('2021-06-01T00:00:00Z'),
      to: DECADES.to,
    })
    const by = await workshop.certificate({ name: 'Stamps', issuer: young, extensions: TIMESTAMPING, ...DECADES })
    const token = await workshop.sign(by, tstInfo({ data: DATA, time: THEN }))
    expect(await bothSay(token, young)).toEqual(['timestamp-validity', false])
  })

  test('is compared with the claimed time, both ways, and the facts are given all the same', async () => {
    const token = await workshop.sign(signer, tstInfo({ data: DATA, time: THEN }))
    const at = async (seconds: number) =>
      verifyTimestamp(token, DATA, {
        roots,
        maxSkewSeconds: 600,
        claimedAt: new Date(THEN.getTime() - seconds * 1000),
      })
    expect(await Promise.all([-601, -600, 0, 600, 601].map(async (seconds) => outcome(await at(seconds))))).toEqual([
      'timestamp-early',
      'good',
      'good',
      'good',
      'timestamp-late',
    ])
    const late = await at(7200)
    expect(late.ok || late.facts?.time).toEqual(THEN)
    expect(late.ok || late.detail).toBe('the token is 7200 s, more than 600 s, after the claimed time')
  })

  test.each([
    ['20210304050607.5Z', '2021-03-04T05:06:07.500Z'],
    ['20210304050607.123456Z', '2021-03-04T05:06:07.123Z'],
  ])('%s is read', async (time, expected) => {
    const verdict = await judge(await workshop.sign(signer, tstInfo({ data: DATA, time })))
    expect(verdict.ok && verdict.facts.time.toISOString()).toBe(expected)
  })

  test.each(['20210304050607.50Z', '20210304050607+0100', '202103040506Z', '20210431050607Z', '20210304050607', ''])(
    '%j is not a time of RFC 3161',
    async (time) => {
      const token = await workshop.sign(signer, tstInfo({ data: DATA, time }))
      expect(outcome(await judge(token))).toBe('timestamp-malformed')
    },
  )
})

describe('certificates', () => {
  const EKU = 'extendedKeyUsage=critical,timeStamping'
  test.each<[string, readonly string[], TimestampReason | 'good']>([
    ['no extended key usage', ['keyUsage=critical,digitalSignature'], 'timestamp-usage'],
    ['another extended key usage', ['extendedKeyUsage=critical,codeSigning'], 'timestamp-usage'],
    ['a second extended key usage', ['extendedKeyUsage=critical,timeStamping,codeSigning'], 'timestamp-usage'],
    ['an extended key usage that is not critical', ['extendedKeyUsage=timeStamping'], 'timestamp-usage'],
    ['a key usage beyond signing', [EKU, 'keyUsage=digitalSignature,keyEncipherment'], 'timestamp-usage'],
    ['a key usage without signing', [EKU, 'keyUsage=keyAgreement'], 'timestamp-usage'],
    ['an unknown critical extension', [EKU, '1.3.6.1.4.1.32473.9=critical,ASN1:NULL'], 'timestamp-chain'],
    ['no key usage', [EKU], 'good'],
    ['non-repudiation', [EKU, 'keyUsage=critical,digitalSignature,nonRepudiation'], 'good'],
  ])('of a signer with %s', async (_, extensions, expected) => {
    const by = await workshop.certificate({ name: 'Odd', issuer: root, extensions, ...DECADES })
    const token = await workshop.sign(by, tstInfo({ data: DATA, time: THEN }))
    expect(await bothSay(token)).toEqual([expected, expected === 'good'])
  })

  test.each<[string, readonly string[]]>([
    ['is not an authority', ['basicConstraints=critical,CA:FALSE']],
    ['has no basic constraints', ['keyUsage=critical,keyCertSign']],
    ['may not sign certificates', ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,digitalSignature']],
    ['has an unknown critical extension', [...AUTHORITY, '1.3.6.1.4.1.32473.9=critical,ASN1:NULL']],
  ])('of an issuer that %s', async (_, extensions) => {
    const middle = await workshop.certificate({ name: 'Middle', issuer: root, extensions, ...DECADES })
    const by = await workshop.certificate({ name: 'Stamps', issuer: middle, extensions: TIMESTAMPING, ...DECADES })
    const token = await workshop.sign({ ...by, chain: middle.cert }, tstInfo({ data: DATA, time: THEN }))
    expect(await bothSay(token)).toEqual(['timestamp-chain', false])
  })

  test('of an issuer that is limited to other purposes (openssl does not look)', async () => {
    const extensions = [...AUTHORITY, 'extendedKeyUsage=codeSigning']
    const middle = await workshop.certificate({ name: 'Middle', issuer: root, extensions, ...DECADES })
    const by = await workshop.certificate({ name: 'Stamps', issuer: middle, extensions: TIMESTAMPING, ...DECADES })
    const token = await workshop.sign({ ...by, chain: middle.cert }, tstInfo({ data: DATA, time: THEN }))
    expect(outcome(await judge(token))).toBe('timestamp-chain')
  })

  test('of a chain longer than its root allows', async () => {
    const short = await workshop.certificate({
      name: 'Short',
      extensions: ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign'],
      ...DECADES,
    })
    const middle = await workshop.certificate({ name: 'Middle', issuer: short, extensions: AUTHORITY, ...DECADES })
    const by = await workshop.certificate({ name: 'Stamps', issuer: middle, extensions: TIMESTAMPING, ...DECADES })
    const token = await workshop.sign({ ...by, chain: middle.cert }, tstInfo({ data: DATA, time: THEN }))
    expect(await bothSay(token, short)).toEqual(['timestamp-chain', false])
    const direct = await workshop.certificate({ name: 'Direct', issuer: short, extensions: TIMESTAMPING, ...DECADES })
    expect(await bothSay(await workshop.sign(direct, tstInfo({ data: DATA, time: THEN })), short)).toEqual([
      'good',
      true,
    ])
  })

  test('that was signed with SHA-1', async () => {
    const by = await workshop.certificate({
      name: 'Weak',
      issuer: root,
      extensions: TIMESTAMPING,
      md: 'sha1',
      ...DECADES,
    })
    const token = await workshop.sign(by, tstInfo({ data: DATA, time: THEN }))
    expect(outcome(await judge(token))).toBe('timestamp-algorithm')
  })

  test('that is itself the one pinned is not a root', async () => {
    await expect(rootsOf(signer)).rejects.toThrow('certificate 1 of the file is not that of a certificate authority')
  })
})

describe('algorithms', () => {
  test.each(['sha384', 'sha512'] as const)('an imprint of %s is accepted', async (hash) => {
    const token = await workshop.sign(signer, tstInfo({ data: DATA, hash, time: THEN }))
    expect(await bothSay(token)).toEqual(['good', true])
  })

  test.each(['sha1', 'md5'] as const)('an imprint of %s is refused (openssl accepts it)', async (hash) => {
    const token = await workshop.sign(signer, tstInfo({ data: DATA, hash, time: THEN }))
    expect(await bothSay(token)).toEqual(['timestamp-algorithm', true])
  })

  test('a signer that digests with SHA-1 is refused', async () => {
    const token = await workshop.sign(signer, tstInfo({ data: DATA, time: THEN }), ['-md', 'sha1', '-cades'])
    expect(outcome(await judge(token))).toBe('timestamp-algorithm')
  })

  test.each(['rsa-1024', 'secp256k1'] as const)('a signer with a key of %s is refused', async (key) => {
    const by = await workshop.certificate({ name: 'Odd', key, issuer: root, extensions: TIMESTAMPING, ...DECADES })
    expect(outcome(await judge(await workshop.sign(by, tstInfo({ data: DATA, time: THEN }))))).toBe(
      'timestamp-algorithm',
    )
  })

  test('RSA-PSS is refused', async () => {
    const by = await workshop.certificate({
      name: 'PSS',
      key: 'rsa',
      issuer: root,
      extensions: TIMESTAMPING,
      ...DECADES,
    })
    const options = ['-md', 'sha256', '-cades', '-keyopt', 'rsa_padding_mode:pss']
    expect(outcome(await judge(await workshop.sign(by, tstInfo({ data: DATA, time: THEN }), options)))).toBe(
      'timestamp-algorithm',
    )
  })
})

describe('the signed part', () => {
  const info = () => tstInfo({ data: DATA, time: THEN })

  test('must name its certificate', async () => {
    const token = await workshop.sign(signer, info(), ['-md', 'sha256'])
    expect(await bothSay(token)).toEqual(['timestamp-signer', false])
  })

  test('must have its certificate in the token', async () => {
    const token = await workshop.sign(signer, info(), ['-md', 'sha256', '-cades', '-nocerts'])
    expect(await bothSay(token)).toEqual(['timestamp-signer', false])
  })

  test('must have signed attributes', async () => {
    const token = await workshop.sign(signer, info(), ['-md', 'sha256', '-noattr'])
    expect(await bothSay(token)).toEqual(['timestamp-malformed', false])
  })

  test('may name its certificate by key id', async () => {
    const token = await workshop.sign(signer, info(), ['-md', 'sha256', '-cades', '-keyid'])
    expect(outcome(await judge(token))).toBe('good')
  })

  test('has one signer', async () => {
    const another = await workshop.certificate({ name: 'Second', issuer: root, extensions: TIMESTAMPING, ...DECADES })
    const second = ['-signer', another.cert, '-inkey', another.key]
    const token = await workshop.sign(signer, info(), ['-md', 'sha256', '-cades', ...second])
    expect(await bothSay(token)).toEqual(['timestamp-malformed', false])
  })

  test('does not cover another content put in its place', async () => {
    const token = await workshop.sign(signer, info())
    const changed = Buffer.from(token)
    const at = changed.indexOf('20210304050607Z')
    changed.write('20200304050607Z', at)
    expect(await bothSay(changed)).toEqual(['timestamp-content', false])
  })

  test('cannot be that of another token', async () => {
    // Content and signed digest are those of another token, so they agree; the signature then does not.
    const token = await workshop.sign(signer, info())
    const other = await workshop.sign(signer, tstInfo({ data: DATA, time: new Date('2020-03-04T05:06:07Z') }))
    const digestAt = (bytes: Buffer) => bytes.indexOf(Buffer.from('06092a864886f70d010904', 'hex')) + 15
    const swapped = Buffer.from(token)
    swapped.write('20200304050607Z', swapped.indexOf('20210304050607Z'))
    other.copy(swapped, digestAt(swapped), digestAt(other), digestAt(other) + 32)
    expect(await bothSay(swapped)).toEqual(['timestamp-signature', false])
  })
})

describe('the form', () => {
  test('empty, garbage, cut short, something after the end, too large', async () => {
    const token = await workshop.sign(signer, tstInfo({ data: DATA, time: THEN }))
    expect(outcome(await judge(token))).toBe('good')
    expect(outcome(await judge(new Uint8Array()))).toBe('timestamp-malformed')
    expect(outcome(await judge(Buffer.from('<html>no</html>')))).toBe('timestamp-malformed')
    expect(outcome(await judge(token.subarray(0, -1)))).toBe('timestamp-malformed')
    expect(outcome(await judge(Buffer.concat([token, Buffer.of(0)])))).toBe('timestamp-malformed')
    expect(outcome(await judge(Buffer.alloc(70_000, 0x30)))).toBe('timestamp-too-large')
  })

  test('other bytes for the same value: a length in a longer form, or left open', async () => {
    const token = await workshop.sign(signer, tstInfo({ data: DATA, time: THEN }))
    const body = token.subarray(4)
    const longer = Buffer.concat([Buffer.of(0x30, 0x83, 0, body.length >> 8, body.length & 0xff), body])
    const open = Buffer.concat([Buffer.of(0x30, 0x80), body, Buffer.of(0, 0)])
    expect(await bothSay(longer)).toEqual(['timestamp-malformed', true])
    expect(await bothSay(open)).toEqual(['timestamp-malformed', true])
  })

  test('nested five thousand times', async () => {
    let bomb: Buffer = Buffer.alloc(0)
    for (let depth = 0; depth < 5_000; depth++) bomb = element(0x30, bomb)
    expect(outcome(await judge(bomb))).toBe('timestamp-malformed')
  })

  test('a certificate in place of a token', async () => {
    const [certificate] = roots
    expect(outcome(await judge(certificate?.der ?? new Uint8Array()))).toBe('timestamp-malformed')
  })
})
