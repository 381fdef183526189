import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileRedactions, createPseudonymiser } from '../../src/collect/redact.ts'

const pseudonymise = createPseudonymiser(Buffer.alloc(32, 1))

describe('pseudonyms', () => {
  it('are the same for the same person however it is written, and differ by person and installation', () => {
    expect(pseudonymise('Ada@Example.com ')).toBe(pseudonymise('ada@example.com'))
    expect(pseudonymise('ada@example.com')).toMatch(/^person-[a-z2-7]{16}$/)
    expect(pseudonymise('ada@example.com')).not.toBe(pseudonymise('eda@example.com'))
    expect(pseudonymise('ada@example.com')).not.toBe(createPseudonymiser(Buffer.alloc(32, 2))('ada@example.com'))
  })
})

describe('compileRedactions', () => {
  it('drops, masks and pseudonymises by path, through arrays and maps', () => {
    const record = {
      token: 'abc',
      login: 'ada',
      reviewers: [{ login: 'ada', at: 1 }, { login: null }, {}],
      byTeam: { red: { note: 'x' } },
    }
    compileRedactions(
      {
        token: 'drop',
        login: 'pseudonym',
        'reviewers.*.login': 'pseudonym',
        'byTeam.*.note': 'mask',
        'no.such.path': 'drop',
      },
      pseudonymise,
    )(record)
    expect(record).toEqual({
      login: pseudonymise('ada'),
      reviewers: [{ login: pseudonymise('ada'), at: 1 }, { login: null }, {}],
      byTeam: { red: { note: '[masked]' } },
    })
  })

  it('refuses to write a person that is not text', () => {
    expect(() => compileRedactions({ login: 'pseudonym' }, pseudonymise)({ login: { name: 'ada' } })).toThrow(
      /"login" names a person/,
    )
  })

  it('leaves no trace of a redacted value, wherever it stands', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.constant('canary-value'))), (people) => {
        const record = { people }
        compileRedactions({ 'people.*.*': 'pseudonym' }, pseudonymise)(record)
        expect(JSON.stringify(record)).not.toContain('canary-value')
      }),
    )
  })
})
