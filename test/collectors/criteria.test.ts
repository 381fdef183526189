import { z } from 'affiant/sdk'
import { describe, expect, it } from 'vitest'
import { collectors } from '../../collectors/index.ts'

const all = await Promise.all(Object.values(collectors).map(async (load) => (await load()).collector))
const checks = all.flatMap((collector) => collector.checks)
const WithShape = z.object({ shape: z.record(z.string(), z.unknown()) })

/** The defaults, and each param at 0 and at 1 where it takes that number. */
function settings({ params }: (typeof checks)[number]): unknown[] {
  const { data: schema } = WithShape.safeParse({ shape: 'shape' in params ? params.shape : {} })
  const given = [{}, ...Object.keys(schema?.shape ?? {}).flatMap((name) => [{ [name]: 0 }, { [name]: 1 }])]
  return given.flatMap((one) => {
    const { data } = params.safeParse(one)
    return data === undefined ? [] : [data]
  })
}

/** A noun in the plural after `1`, or something said to be among none or one. */
const MISCOUNTED = /\b1 [a-z]+s\b|\b(?:any|each|none|one) of (?:the )?[01]\b/g

describe('criteria', () => {
  it('count 0 and 1 as a person would', () => {
    const miscounted = checks.flatMap((check) =>
      settings(check).flatMap((params) => {
        const { pass, fail } = check.criteria(params)
        return [...`${pass} ${fail}`.matchAll(MISCOUNTED)].map(([text]) => `${check.id}: ${text}`)
      }),
    )
    expect(miscounted).toEqual([])
  })

  it('are looked at for thresholds of 1, and would be found', () => {
    expect(checks.flatMap(settings).length).toBeGreaterThan(checks.length + 50)
    expect('at most 1 days, none of the 0 reviewed ones'.match(MISCOUNTED)).toEqual(['1 days', 'none of the 0'])
  })
})
