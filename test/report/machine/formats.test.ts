import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ResultLine } from '../../../src/model/result.ts'
import { machineFile } from '../../../src/report/machine/files.ts'
import { message } from '../../../src/report/sarif/message.ts'
import { markup, shown, token } from '../../../src/report/machine/texts.ts'
import { uuidOf } from '../../../src/report/machine/uuid.ts'
import { exampleRun, hostileExample, ORDINARY, textIn } from './fixture.ts'

const FORMATS = ['oscal', 'ocsf', 'sarif'] as const
const RESULTS = 100_000

describe.each(FORMATS)('%s', (format) => {
  it('has the same bytes twice', async () => {
    const run = exampleRun(ORDINARY)
    const file = machineFile(run, format)
    const read = async () => (await Array.fromAsync(file.content())).join('')

    expect(await read()).toBe(await read())
    expect(await read()).toBe(await textIn(exampleRun(ORDINARY), format))
  })

  it('can be printed, whatever the evidence holds', async () => {
    const text = await textIn(exampleRun(hostileExample()), format)

    expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\u2028\u2029]/u)
    expect(text).toContain('evil')
  })

  it('concludes nothing', async () => {
    expect(await textIn(exampleRun(ORDINARY), format)).not.toMatch(
      /\b(?:(?:non-?)?compliant|certified|(?:in)?effective)\b/i,
    )
  })

  it('refuses a run that was never sealed', () => {
    const { statement: _, seal: __, ...open } = exampleRun()

    expect(() => machineFile(open, format)).toThrow('was never sealed')
  })

  it('holds no more than a piece of 100,000 results', async () => {
    const [check] = ORDINARY.checks ?? []
    const run = exampleRun({ checks: check ? [{ ...check, results: [] }] : [] })
    const [line] = run.results
    if (line === undefined) throw new Error('the example has no check')
    const counts = { ...line.summary.counts, inScope: RESULTS, inspected: RESULTS, failed: RESULTS }
    const results = [{ ...line, count: RESULTS, summary: { ...line.summary, status: 'fail' as const, counts } }]
    let read = 0
    async function* resultLines(): AsyncIterable<ResultLine> {
      for (let i = 0; i < RESULTS; i++) {
        read += 1
        yield { status: 'fail', subject: `repository-${i}`, scope: 'acme', detail: 'it is off' }
      }
    }
    let [written, readBefore, most, longest] = [0, 0, 0, 0]
    for await (const piece of machineFile({ ...run, results, resultLines }, format).content()) {
      written += piece.length
      longest = Math.max(longest, piece.length)
      most = Math.max(most, read - readBefore)
      readBefore = read
    }

    expect(read).toBe(format === 'oscal' ? 2 * RESULTS : RESULTS)
    expect(written).toBeGreaterThan(100 * RESULTS)
    expect(longest).toBeLessThan(32_768)
    expect(most).toBeLessThan(200)
  })
})

it('have a name each', () => {
  expect(FORMATS.map((format) => machineFile(exampleRun(ORDINARY), format).path)).toEqual([
    'oscal/assessment-results.json',
    'ocsf/compliance-findings.jsonl',
    'sarif/results.sarif',
  ])
})

describe('parts', () => {
  it('UUIDs are those of RFC 9562 version 5', () => {
    // As Python's uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_DNS, 'affiant.dev'), '["a","b"]') gives it.
    expect(uuidOf('a', 'b')).toBe('80704356-9264-5db3-afbd-1de03e2c1388')
    expect(uuidOf('a,b')).not.toBe(uuidOf('a', 'b'))
  })

  it('texts fit the patterns of OSCAL, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(shown(text)).toMatch(/^\S(.*\S)?$/u)
        expect(markup(text)).toMatch(/^[^\n]+$/)
        expect(markup(text).replaceAll(/\\./gu, '')).not.toMatch(/[\\`*_{}[\]<>#&~^|$!]/)
        expect(token(text)).toMatch(/^(\p{L}|_)(\p{L}|\p{N}|[.\-_])*$/u)
      }),
    )
  })

  it('messages of SARIF hold no place for an argument and no link', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('[', ']', '(', ')', '{', '}', '0', '\\') }), (text) => {
        const written = message(text).text
        expect(written.replaceAll(/\{\{|\}\}/g, '')).not.toMatch(/[{}]/)
        expect(written).not.toContain('](')
      }),
    )
  })
})
