import { gzipSync } from 'node:zlib'
import { BLOCK, ustarHeader } from '../../src/bundle/export/ustar.ts'
import type { Limits } from '../../src/model/trust-policy.ts'
import { archiveOf, BASE, withFile } from '../export/support.ts'
import { type Attack, rejected } from './attack.ts'
import type { Bench } from './bench.ts'

type Code = Extract<Parameters<typeof rejected>[number], `archive-${string}`>

function attack(id: string, what: string, code: Code, make: (whole: Buffer) => Buffer): Attack {
  return { id, attack: what, expected: rejected(code), make: ({ whole }) => ({ archive: make(whole) }) }
}

/** An entry before the others with a header of one's own, whose checksum is right. */
function forged(change: (header: Buffer) => void): (whole: Buffer) => Buffer {
  const header = Buffer.from(ustarHeader(`${BASE}/VERIFY.md`, 0))
  change(header)
  header.write('        ', 148, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return (whole) => Buffer.concat([header, whole])
}

const named = (name: string, encoding: BufferEncoding = 'latin1') =>
  forged((header) => void header.fill(0, 0, 100).write(name, 0, encoding))
const typed = (type: string, link = '') =>
  forged((header) => {
    header.write(type, 156, 'latin1')
    header.write(link, 157, 'latin1')
  })
const sized = (field: string) => forged((header) => void header.write(field, 124, 'latin1'))
const files = (...names: string[]) => archiveOf(names.map((name) => ({ name, content: Buffer.from('x') })))

function limited(id: string, what: string, limits: Partial<Limits>): Attack {
  return {
    id,
    attack: what,
    expected: rejected('archive-limit'),
    async make(bench: Bench) {
      const trust = await bench.trust()
      return { archive: bench.whole, trust: await bench.trust({ limits: { ...trust.policy.limits, ...limits } }) }
    },
  }
}

export const ATTACKS_ON_ARCHIVES: readonly Attack[] = [
  attack('42a', '`../` in a name', 'archive-path', named(`${BASE}/../evil`)),
  attack('42b', '`./` in a name', 'archive-path', named(`${BASE}/./bagit.txt`)),
  attack('43', 'an absolute name', 'archive-path', named('/etc/passwd')),
  attack('44', 'a symbolic link', 'archive-type', typed('2', '/etc/passwd')),
  attack('45', 'a hard link', 'archive-type', typed('1', 'bagit.txt')),
  attack('46a', 'a device', 'archive-type', typed('3')),
  attack('46b', 'a pipe', 'archive-type', typed('6')),
  attack('46c', 'a folder', 'archive-type', typed('5')),
  attack('47a', 'a pax header', 'archive-type', typed('x')),
  attack('47b', 'a global pax header', 'archive-type', typed('g')),
  attack('48a', 'a long name in the way of GNU tar', 'archive-type', typed('L')),
  attack('48b', 'a sparse file of GNU tar', 'archive-type', typed('S')),
  attack('48c', 'a regular file in the way of tar before POSIX', 'archive-type', typed('\0')),
  attack('49', 'one name twice', 'archive-order', () => files('bagit.txt', 'bagit.txt')),
  attack('50', 'two names that differ only in case', 'archive-order', () =>
    files('data/runs/000000001/records/R', 'data/runs/000000001/records/r'),
  ),
  attack('51a', 'a name in another form of Unicode', 'archive-path', named(`${BASE}/re\u0301sume\u0301`, 'utf8')),
  attack('51b', 'a name that turns the direction of writing', 'archive-path', named(`${BASE}/\u202egnp.exe`, 'utf8')),
  attack('52', 'a backslash in a name', 'archive-path', named(`${BASE}\\data\\x`)),
  attack('53', 'the name of a device', 'archive-path', named(`${BASE}/CON`)),
  attack('54a', 'a byte after the end', 'archive-trailing', (whole) => Buffer.concat([whole, Buffer.from('x')])),
  attack('54b', 'zeros after the end', 'archive-trailing', (whole) => Buffer.concat([whole, Buffer.alloc(BLOCK)])),
  attack('54c', 'a second archive after the end', 'archive-trailing', (whole) => Buffer.concat([whole, whole])),
  attack('55a', 'an archive cut in a file', 'archive-truncated', (whole) => whole.subarray(0, 5000)),
  attack('55b', 'an archive cut in its end', 'archive-truncated', (whole) => whole.subarray(0, -1)),
  attack('55c', 'an empty file', 'archive-truncated', () => Buffer.alloc(0)),
  attack('56a', 'a size beyond the end of the archive', 'archive-limit', sized('77777777777')),
  attack('56b', 'a negative size', 'archive-invalid', sized('-0000000001')),
  attack(
    '56c',
    'a size in base 256',
    'archive-invalid',
    forged((header) => void header.writeUInt8(0x80, 124)),
  ),
  limited('57a', 'more files than the trust policy allows', { maxFiles: 10 }),
  limited('57b', 'a larger file than the trust policy allows', { maxFileBytes: 1000 }),
  limited('57c', 'a larger archive than the trust policy allows', { maxTotalBytes: 10_000 }),
  {
    id: '57d',
    attack: 'a tag manifest of 65 MiB',
    expected: rejected('bag-invalid'),
    make: ({ whole }) => ({ archive: withFile(whole, 'tagmanifest-sha256.txt', Buffer.alloc(65 * 1024 * 1024, 'x')) }),
  },
  attack('58', 'a gzip bomb', 'archive-invalid', () => gzipSync(Buffer.alloc(50_000_000))),
  attack('59', 'gzip in two members', 'archive-invalid', (whole) => Buffer.concat([gzipSync(whole), gzipSync(whole)])),
]
