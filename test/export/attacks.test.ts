import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { BLOCK, ustarHeader } from '../../src/bundle/export/ustar.ts'
import { trustKeys } from '../../src/bundle/trust.ts'
import { verifyExport } from '../../src/bundle/verify-export.ts'
import { key } from '../bundle/fixture.ts'
import {
  archiveOf,
  BASE,
  codesOf,
  contentOf,
  entriesOf,
  exportOf,
  fileOf,
  storeWithRuns,
  verified,
  withFile,
} from './support.ts'

let whole: Buffer
let redacted: Buffer

beforeAll(async () => {
  const { store } = await storeWithRuns(2)
  whole = (await exportOf(store)).bytes
  redacted = (await exportOf(store, { withhold: [{ pattern: 'github.members', reason: 'personal data' }] })).bytes
})

/** Names of the files that a byte of the archive belongs to: its own, or the one whose header or zeros it is in. */
function nameAt(bytes: Buffer, at: number): string | undefined {
  let from = 0
  for (const { name, content } of entriesOf(bytes)) {
    const end = from + BLOCK + Math.ceil(content.length / BLOCK) * BLOCK
    if (at >= from + BLOCK && at < from + BLOCK + content.length) return name
    if (at < end) return undefined
    from = end
  }
  return undefined
}

describe('one byte', () => {
  it.each(['whole', 'redacted'])(
    'changed anywhere in a %s export is rejected, and the file is named',
    async (which) => {
      const original = which === 'whole' ? whole : redacted
      await fc.assert(
        fc.asyncProperty(fc.nat(original.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
          const bytes = Buffer.from(original)
          bytes[at] = (bytes[at] ?? 0) ^ flip
          const found = await verified(bytes)
          expect(found.exitCode).toBeGreaterThanOrEqual(4)
          const name = nameAt(original, at)
          // Headers and zeros belong to no file.
          return name === undefined || found.failures.some(({ file }) => file === name)
        }),
        { numRuns: 80 },
      )
    },
  )

  it('changed in each file is rejected, and the file is named', async () => {
    for (const { name, content } of entriesOf(redacted)) {
      if (content.length === 0) continue
      const changed = Buffer.from(content)
      const at = Math.floor(changed.length / 2)
      changed[at] = (changed[at] ?? 0) ^ 1
      const found = await verified(withFile(redacted, name, changed))
      expect({ name, exit: found.exitCode }).toEqual({ name, exit: 4 })
      expect(found.failures.map(({ file }) => file)).toContain(name)
    }
  })
})

describe('a hostile archive', () => {
  const file = (name: string) => ({ name, content: Buffer.from('x') })
  /** The archive with the first entry replaced by a header of one's own. */
  const forged = (change: (header: Buffer) => void) => {
    const header = Buffer.from(ustarHeader(`${BASE}/VERIFY.md`, 0))
    change(header)
    header.write('        ', 148, 'latin1')
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
    return Buffer.concat([header, whole])
  }
  const named = (name: string) => forged((header) => void header.fill(0, 0, 100).write(name, 0, 'latin1'))
  const typed = (type: string, link = '') =>
    forged((header) => {
      header.write(type, 156, 'latin1')
      header.write(link, 157, 'latin1')
    })
  const cases: [string, () => Buffer, string][] = [
    ['42 ../ in a name', () => named(`${BASE}/../evil`), 'archive-path'],
    ['43 an absolute name', () => named('/etc/passwd'), 'archive-path'],
    ['44 a symbolic link', () => typed('2', '/etc/passwd'), 'archive-type'],
    ['45 a hard link', () => typed('1', 'bagit.txt'), 'archive-type'],
    ['46 a device', () => typed('3'), 'archive-type'],
    ['46 a pipe', () => typed('6'), 'archive-type'],
    ['46 a folder', () => typed('5'), 'archive-type'],
    ['47 a pax header', () => typed('x'), 'archive-type'],
    ['47 a global pax header', () => typed('g'), 'archive-type'],
    ['48 a long name of GNU tar', () => typed('L'), 'archive-type'],
    ['48 a sparse file of GNU tar', () => typed('S'), 'archive-type'],
    ['48 an old regular file', () => typed('\0'), 'archive-type'],
    ['49 a name twice', () => archiveOf([file('bagit.txt'), file('bagit.txt')]), 'archive-order'],
    [
      '50 names that differ in case',
      () => archiveOf(['R', 'r'].map((c) => file(`data/runs/000000001/records/${c}`))),
      'archive-order',
    ],
    ['51 a name in another form of Unicode', () => named(`${BASE}/re\u0301sume\u0301`), 'archive-path'],
    ['51 a name that turns direction', () => named(`${BASE}/data/\u00e2\u0080\u00aegnp.exe`), 'archive-path'],
    ['52 a backslash', () => named(`${BASE}\\data\\x`), 'archive-path'],
    ['53 the name of a device', () => named(`${BASE}/CON`), 'archive-path'],
    [
      '53 another base folder',
      () => Buffer.concat([whole.subarray(0, -1024), archiveOf([file('verify.sh')], 'other_2026-10-01_2026-12-31')]),
      'archive-path',
    ],
    ['54 bytes at the end', () => Buffer.concat([whole, Buffer.from('x')]), 'archive-trailing'],
    ['54 zeros at the end', () => Buffer.concat([whole, Buffer.alloc(BLOCK)]), 'archive-trailing'],
    ['54 a second archive', () => Buffer.concat([whole, whole]), 'archive-trailing'],
    ['55 cut in a file', () => whole.subarray(0, 5000), 'archive-truncated'],
    ['55 cut before the end', () => whole.subarray(0, -1024), 'archive-truncated'],
    ['55 cut in the end', () => whole.subarray(0, -1), 'archive-truncated'],
    ['55 nothing', () => Buffer.alloc(0), 'archive-truncated'],
    ['55 an empty archive', () => Buffer.alloc(1024), 'archive-truncated'],
    [
      '56 a size beyond the end',
      () => forged((header) => void header.write('77777777777', 124, 'latin1')),
      'archive-limit',
    ],
    [
      '56 a negative size',
      () => forged((header) => void header.write('-0000000001', 124, 'latin1')),
      'archive-invalid',
    ],
    ['56 a size in base 256', () => forged((header) => void header.writeUInt8(0x80, 124)), 'archive-invalid'],
    ['58 a gzip bomb', () => gzipSync(Buffer.alloc(50_000_000)), 'archive-invalid'],
    ['59 gzip in two members', () => Buffer.concat([gzipSync(whole), gzipSync(whole)]), 'archive-invalid'],
    ['an owner', () => forged((header) => void header.write('root', 265, 'latin1')), 'archive-invalid'],
    ['a time', () => forged((header) => void header.write('00000000001', 136, 'latin1')), 'archive-invalid'],
    ['an executable', () => forged((header) => void header.write('0000755', 100, 'latin1')), 'archive-invalid'],
    [
      'zeros that are none',
      () => {
        const b = Buffer.from(whole)
        b[BLOCK + contentOf(whole, 'VERIFY.md').length] = 1
        return b
      },
      'archive-invalid',
    ],
    ['random bytes', () => Buffer.from(Array.from({ length: 4096 }, (_, i) => ((i * 7919) % 251) + 1)), 'archive-type'],
  ]
  it.each(cases)('%s', async (_, make, code) => {
    const found = await verified(make())
    expect(codesOf(found)).toEqual([code])
    expect(found.exitCode).toBe(4)
    for (const { detail, file: name = '' } of found.failures) expect(detail + name).toMatch(/^[\x20-\x7e]*$/)
  })

  it.each([
    ['57 too many files', { maxFiles: 10 }],
    ['57 too large a file', { maxFileBytes: 1000 }],
    ['57 too large as a whole', { maxTotalBytes: 10_000 }],
  ])('%s', async (_, change) => {
    const trust = trustKeys([key.publicPem])
    const limits = { ...trust.policy.limits, ...change }
    const found = await verifyExport(fileOf(whole), { trust: { ...trust, policy: { ...trust.policy, limits } } })
    expect(codesOf(found)).toEqual(['archive-limit'])
  })

  it('reads no more of a huge file that is announced than its header', async () => {
    const header = ustarHeader(`${BASE}/VERIFY.md`, 200 * 1024 * 1024)
    let read = 0
    const huge = {
      size: 16 * 1024 ** 3,
      async read(offset: number, length: number) {
        read += length
        const bytes = Buffer.alloc(length)
        if (offset === 0) bytes.set(header)
        return bytes
      },
    }
    const found = await verifyExport(huge, { trust: trustKeys([key.publicPem]) })
    expect(codesOf(found)).toEqual(['archive-trailing'])
    expect(read).toBeLessThan(1024 * 1024)
  })

  it('says what a disk says that cannot be read', async () => {
    const broken = {
      size: 1024 * 1024,
      async read(): Promise<Uint8Array> {
        throw new Error('EIO: i/o error, read')
      },
    }
    expect(codesOf(await verifyExport(broken, { trust: undefined }))).toContain('unreadable')
  })
})

describe('a bag', () => {
  const cases: [string, (bytes: Buffer) => Buffer, string][] = [
    [
      'without the entry of the export',
      (bytes) => withFile(bytes, 'export.sigstore.json', undefined),
      'export-invalid',
    ],
    [
      'with another entry in its place',
      (bytes) => withFile(bytes, 'export.sigstore.json', contentOf(bytes, 'data/ledger/000000001.sigstore.json')),
      'export-invalid',
    ],
    ['without manifest', (bytes) => withFile(bytes, 'manifest-sha256.txt', undefined), 'bag-invalid'],
    ['without bagit.txt', (bytes) => withFile(bytes, 'bagit.txt', undefined), 'bag-invalid'],
    [
      'with another tag manifest',
      (bytes) => withFile(bytes, 'tagmanifest-sha256.txt', contentOf(bytes, 'tagmanifest-sha256.txt').subarray(0, -1)),
      'bag-invalid',
    ],
    ['with an added file', (bytes) => withFile(bytes, 'data/runs/000000001/records/added.jsonl', '{}\n'), 'file-added'],
    [
      'with a file removed',
      (bytes) => withFile(bytes, 'data/runs/000000001/records/github-acme/acme/members.jsonl', undefined),
      'file-missing',
    ],
    [
      'with a run removed',
      (bytes) => archiveOf(entriesOf(bytes).filter(({ name }) => !name.startsWith('data/runs/000000003/'))),
      'run-missing',
    ],
    ['with another VERIFY.md', (bytes) => withFile(bytes, 'VERIFY.md', 'Everything is fine.\n'), 'export-changed'],
    ['with another script', (bytes) => withFile(bytes, 'verify.sh', 'echo VERIFIED\n'), 'export-changed'],
    [
      'with another statement beside an entry',
      (bytes) => withFile(bytes, 'data/ledger/000000001.json', contentOf(bytes, 'data/ledger/000000002.json')),
      'twin-wrong',
    ],
    [
      'without a signature beside an entry',
      (bytes) => withFile(bytes, 'data/ledger/000000001.sig', undefined),
      'twin-wrong',
    ],
    [
      'with a timestamp that the entry has not',
      (bytes) => withFile(bytes, 'data/ledger/000000001.1.tst', 'x'),
      'twin-wrong',
    ],
    [
      'with parts of an entry that is not there',
      (bytes) => withFile(bytes, 'data/ledger/000000007.json', 'x'),
      'twin-wrong',
    ],
    [
      'with another statement beside the entry of the export',
      (bytes) => withFile(bytes, 'export.json', 'x'),
      'twin-wrong',
    ],
    ['in another folder', (bytes) => archiveOf(entriesOf(bytes), 'acme-prod_2026-10-01_2027-12-31'), 'bag-invalid'],
    [
      'cut at the end of the ledger',
      (bytes) => archiveOf(entriesOf(bytes).filter(({ name }) => !name.startsWith('data/ledger/000000004'))),
      'previous-wrong',
    ],
    [
      'with a gap in the ledger',
      (bytes) => archiveOf(entriesOf(bytes).filter(({ name }) => !name.startsWith('data/ledger/000000002'))),
      'entry-missing',
    ],
  ]
  it.each(cases)('%s', async (_, change, code) => {
    const found = await verified(change(whole))
    expect(codesOf(found)).toContain(code)
    expect(found.exitCode).toBe(4)
  })

  it('of which manifest and tag manifest were made anew is still not the one that was signed', async () => {
    const { createHash } = await import('node:crypto')
    const digest = (content: Buffer) => createHash('sha256').update(content).digest('hex')
    const name = 'data/runs/000000001/records/github-acme/acme/members.jsonl'
    let bytes = withFile(whole, name, '{"id":8,"person":"p-2"}\n')
    const listing = (isListed: (name: string) => boolean) =>
      entriesOf(bytes)
        .filter((entry) => isListed(entry.name))
        .map((entry) => `${digest(entry.content)}  ${entry.name}\n`)
        .join('')
    bytes = withFile(
      bytes,
      'manifest-sha256.txt',
      listing((one) => one.startsWith('data/')),
    )
    bytes = withFile(
      bytes,
      'tagmanifest-sha256.txt',
      listing((one) => !one.startsWith('data/') && !one.startsWith('tagm')),
    )
    const found = await verified(bytes)
    expect(codesOf(found)).toEqual(expect.arrayContaining(['export-changed', 'object-changed']))
    expect(codesOf(found)).not.toContain('bag-invalid')
  })

  it.each([
    [
      '61 the hash of a withheld line',
      (text: string) => text.replace(/"leafHash":"./, (hash) => hash.slice(0, -1) + (hash.endsWith('0') ? '1' : '0')),
    ],
    ['62 a line that is shown', (text: string) => text.replace('"count":3', '"count":4')],
    ['a reason', (text: string) => text.replace('personal data', 'personal date')],
  ])('changed in a redacted run: %s', async (_, change) => {
    const name = 'data/runs/000000001/index.jsonl'
    const found = await verified(withFile(redacted, name, change(contentOf(redacted, name).toString())))
    expect(found.exitCode).toBe(4)
    expect(found.failures.map(({ file }) => file)).toContain(name)
  })
})
