/**
 * Breaks exports at random, and looks that the verifier accepts none of them, but for lies of who holds the key: `npm run fuzz`, or with a seed and a number of
 * cases of one's own, `npm run fuzz -- --seed 7 --cases 100000`. Prints what was found how often. Exits with 1 if anything
 * was accepted, threw, took too long or too much memory; what it was is written to the temporary folder.
 */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Trust, trustKeys } from '../src/bundle/trust.ts'
import { verifyExport } from '../src/bundle/verify-export.ts'
import { createBench } from '../test/attacks/bench.ts'
import { key } from '../test/bundle/fixture.ts'
import { fileOf } from '../test/export/support.ts'
import { LIES, MUTATIONS } from './fuzz/mutations.ts'
import { randomFrom } from './fuzz/random.ts'

/** Of one case, on a busy machine. */
const MAX_MS = 10_000
/** Of the whole process. */
const MAX_RSS_BYTES = 600 * 1024 * 1024

interface Base {
  name: string
  bytes: Buffer
  trust: Trust
}

const { values } = parseArgs({ options: { seed: { type: 'string' }, cases: { type: 'string' } } })
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const cases = Number(values.cases ?? 15_000)
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(cases)) throw new TypeError('--seed and --cases are numbers')
console.log(`seed ${seed}, ${cases} cases`)

await using bench = await createBench()
const pinned = trustKeys([key.publicPem])
const bases: readonly Base[] = [
  { name: 'whole', bytes: bench.whole, trust: pinned },
  { name: 'redacted', bytes: bench.redacted, trust: pinned },
  { name: 'rich', bytes: bench.rich, trust: bench.richTrust },
]
const ALL = { ...MUTATIONS, ...LIES }
const originals = bases.map(({ bytes }) => bytes)
const codes = new Map<string, number>()
const kinds = new Map<string, number>()
const found: string[] = []
let unchanged = 0
let acceptable = 0
let slowest = 0

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

/** Why the case is a fault of the verifier; `undefined`: it is none. */
async function judge(bytes: Buffer, trust: Trust, mayBeAccepted: boolean): Promise<string | undefined> {
  const started = performance.now()
  try {
    const { exitCode, failures } = await verifyExport(fileOf(bytes), { trust })
    for (const code of new Set(failures.map((failure) => failure.code))) count(codes, code)
    const unsafe = failures.find(({ file = '', detail }) => !/^[\x20-\x7e]*$/.test(file + detail))
    if (unsafe) return `said something that is not printable: ${JSON.stringify(unsafe)}`
    if (exitCode < 4 && !mayBeAccepted) return `accepted with status ${exitCode}`
    if (exitCode < 4) acceptable += 1
    else if (failures.length === 0) return 'rejected without a reason'
  } catch (error) {
    return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  } finally {
    slowest = Math.max(slowest, performance.now() - started)
  }
  if (performance.now() - started > MAX_MS) return `took ${Math.round(performance.now() - started)} ms`
  return undefined
}

let folder: string | undefined
const begun = performance.now()
for (let number = 0; number < cases; number++) {
  // Each case by itself, so that it does not depend on those before it.
  const random = randomFrom(seed * 1_000_003 + number)
  const base = bases[number % bases.length] ?? bases[0]!
  const kind = random.pick(Object.keys(ALL))
  const bytes = (await ALL[kind]?.(base.bytes, random, originals)) ?? base.bytes
  if (originals.some((original) => original.equals(bytes))) {
    unchanged += 1
    continue
  }
  count(kinds, kind)
  const fault = await judge(bytes, base.trust, kind in LIES)
  if (fault === undefined) continue
  folder ??= await mkdtemp(join(tmpdir(), 'affiant-fuzz-'))
  const path = join(folder, `${number}.evx.tar`)
  await writeFile(path, bytes)
  found.push(`case ${number} of seed ${seed}: ${base.name}, ${kind}: ${fault}\n  ${path}`)
}

const rss = process.resourceUsage().maxRSS * 1024
const seconds = (performance.now() - begun) / 1000
if (rss > MAX_RSS_BYTES) found.push(`${Math.round(rss / 1024 / 1024)} MB of memory were in use`)
print('mutation', kinds)
print('reason', codes)
const tried = [...kinds.values()].reduce((sum, one) => sum + one, 0)
console.log(
  `${tried} mutations in ${seconds.toFixed(0)} s, the slowest ${slowest.toFixed(0)} ms, at most ${Math.round(rss / 1024 / 1024)} MB; ${unchanged} changed nothing`,
)
for (const one of found) console.error(one)
console.log(`${acceptable} of what the key holder signed contradicts nothing and was accepted`)
console.log(found.length === 0 ? 'nothing else was accepted' : `${found.length} faults`)
process.exitCode = found.length === 0 ? 0 : 1

function print(title: string, counts: ReadonlyMap<string, number>): void {
  console.log(`\n${title.padEnd(52)} cases`)
  for (const [name, number] of [...counts].sort((a, b) => b[1] - a[1]))
    console.log(`${name.padEnd(52)} ${String(number).padStart(5)}`)
}
