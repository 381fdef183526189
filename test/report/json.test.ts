import * as fs from 'node:fs/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JSON_DOCUMENTS } from '../../src/report/json/documents.ts'
import { ShowControlJson, ShowJson, ShowResultsJson } from '../../src/report/json/run.ts'
import { jsonText, showControlJson, showJson, showResultsJson } from '../../src/report/json-run.ts'
import { checksOf } from '../../src/report/summary.ts'
import { exampleView, failing, passing } from './example-view.ts'

test('every document is described in docs/cli.md, with each of its keys', async () => {
  const docs = await fs.readFile(new URL('../../docs/cli.md', import.meta.url), 'utf8')
  const run = new Set(Object.keys(ShowJson.shape))
  for (const { shape } of JSON_DOCUMENTS) {
    const schema = shape.schema.value
    const row = docs.split('\n').find((line) => line.includes(`| \`${schema}\` |`))
    if (row === undefined) throw new Error(`docs/cli.md does not describe ${schema}`)
    // The document of a run is that of show, and says so.
    const own = Object.keys(shape).filter((key) => key !== 'schema' && !(schema === 'affiant.run/1' && run.has(key)))
    expect(own.filter((key) => !row.includes(`\`${key}\``))).toEqual([])
  }
})

test('documents keep their schema and are safe to print, whatever the evidence says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.nat({ max: 4 }), async (text, count) => {
      const results = [...Array.from({ length: count }, (_, index) => failing(`${index}`, text)), passing(text)]
      const view = exampleView({
        items: [{ source: 'git', stream: text, reason: 'timeout', detail: text }],
        checks: [{ id: 'git.check', source: 'git', title: text, results }],
        controls: [{ id: 'A.8.4', status: 'manual', alsoNeeded: text }],
      })
      const [control] = view.controls
      if (!control) throw new Error('the example has a control')
      let streamed = ''
      for await (const piece of showResultsJson(view, checksOf(view), 'fail')) streamed += piece
      const texts = [jsonText(showJson(view)), jsonText(showControlJson(view, control)), streamed]
      for (const json of texts) {
        expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
        expect(json.endsWith('}\n')).toBe(true)
      }
      const [whole = '', one = '', some = ''] = texts
      expect(ShowJson.parse(JSON.parse(whole)).checks[0]?.title).toBe(text)
      expect(ShowControlJson.parse(JSON.parse(one)).control['also-needed']).toBe(text)
      expect(ShowResultsJson.parse(JSON.parse(some)).results).toHaveLength(count)
    }),
  )
})
