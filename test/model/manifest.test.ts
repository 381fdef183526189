import { describe, expect, it } from 'vitest'
import { collectors } from '../../collectors/index.ts'
import { manifestProblems } from '../../src/model/manifest.ts'
import { fakeCollector } from '../support/fake-collector.ts'

const good = fakeCollector(async function* () {})
const [stream] = good.streams
const [check] = good.checks

describe('manifestProblems', () => {
  it.each(Object.keys(collectors))('finds nothing wrong with %s', async (id) => {
    expect(manifestProblems((await collectors[id]?.())?.collector)).toEqual([])
  })

  it.each<[string, object, string]>([
    ['another version of the API', { apiVersion: 2 }, 'apiVersion: must be 1, the API version of this affiant'],
    ['an id that is no id', { id: 'Fake One' }, 'id: must be lower-case letters, digits and hyphens'],
    ['a config that is no schema', { config: {} }, 'config: must be a zod schema'],
    ['no way to open it', { open: undefined }, 'open: must be a function'],
    [
      'a stream of somebody else',
      { streams: [{ ...stream, id: 'git.commits' }] },
      'streams[0].id: must begin with "fake."',
    ],
    [
      'a document that writes',
      { queries: { a: 'mutation { b }' } },
      'queries.a: holds a definition that is no query: mutation',
    ],
    [
      'a path that is none',
      { streams: [{ ...stream, occurredAt: 'a.*' }] },
      'streams[0].occurredAt: must be names joined by dots',
    ],
    ['a stream twice', { streams: [stream, stream] }, 'streams[1].id: "fake.accounts" is there already'],
    ['a stream that reads nothing', { streams: [{ ...stream, collect: 1 }] }, 'streams[0].collect: must be a function'],
    [
      'a check without criteria',
      { checks: [{ ...check, criteria: undefined }] },
      'checks[0].criteria: must be a function',
    ],
  ])('names %s', (_, change, problem) => {
    expect(manifestProblems({ ...good, ...change })).toContain(problem)
  })

  it.each([undefined, null, 42, 'collector', []])('refuses %j', (value) => {
    expect(manifestProblems(value)).toHaveLength(1)
  })
})
