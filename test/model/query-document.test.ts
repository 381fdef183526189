import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { queryProblem } from '../../src/model/query-document.ts'

describe('a document of the manifest', () => {
  it.each([
    '{ viewer { login } }',
    'query { viewer { login } }',
    'query Repositories($owner: String!, $with: Filter = { name: "}" }) @cached(for: {a: 1}) { a(b: [1, -2.5]) { ...F } }',
    'fragment F on Repository { name } query ($n: Int!) { a(n: $n) { ...F ... on User { id } } }',
    '# mutation { a }\nquery { a(text: "mutation { } # \\" {", long: """ query { \\""" } """) { b } }',
  ])('may be %s', (document) => expect(queryProblem(document)).toBeUndefined())

  it.each([
    ['mutation { deleteRepository { id } }', 'holds a definition that is no query: mutation'],
    ['subscription { a }', 'holds a definition that is no query: subscription'],
    ['type Query { a: Int }', 'holds a definition that is no query: type'],
    ['"a" query { a }', 'holds a definition that is no query: ""'],
    ['query { a } mutation { b }', 'holds a definition that is no query: mutation'],
    ['fragment F on R { a } mutation { b }', 'holds a definition that is no query: mutation'],
    ['query A { a } query B { b }', 'holds 2 queries, and must hold one'],
    ['{ a } { b }', 'holds 2 queries, and must hold one'],
    ['fragment F on R { a }', 'holds 0 queries, and must hold one'],
    ['', 'holds 0 queries, and must hold one'],
    ['query { a', 'breaks off'],
    ['query', 'breaks off'],
    ['query { a } }', 'holds a definition that is no query: }'],
    ['query ) { a }', 'has brackets that do not match'],
    ['query { a } # x\rmutation { b }', 'holds a definition that is no query: mutation'],
    ['query { a(b: "x) }', 'holds something that is not GraphQL'],
    ['query { a(b: """x) }', 'holds something that is not GraphQL'],
    ['query { a(b: """\\""") } mutation { b }', 'holds something that is not GraphQL'],
    ['query { a }\u2028mutation { b }', 'holds something that is not GraphQL'],
    ['query { a ? }', 'holds something that is not GraphQL'],
  ])('may not be %j', (document, problem) => expect(queryProblem(document)).toBe(problem))

  it('is never one with a mutation, wherever it stands and whatever is around it', () => {
    const noise = fc.constantFrom(' ', '\n', ',', '# {"\n', '')
    const good = fc.constantFrom('query { a }', 'fragment F on R { a(b: "}") }', '{ a(b: """ " """) }', '')
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, good)), fc.array(fc.tuple(noise, good)), (before, after) => {
        const document = [...before.flat(), '\nmutation M { a }', ...after.flat()].join('')
        expect(queryProblem(document)).toBeDefined()
      }),
    )
  })

  it('is judged in no more than a moment, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('"', '"""', '\\', '{', '}', '#', '\n', 'query', ' ')), (parts) => {
        queryProblem(parts.join(''))
      }),
    )
    expect(queryProblem(`query { a(b: """${'\\"'.repeat(100_000)}`)).toBe('holds something that is not GraphQL')
  })
})
