import { describe, expect, it } from 'vitest'
import { inTurn, type Task, turnOf } from '../../src/collect/schedule.ts'
import type { Stream } from '../../src/sdk/stream.ts'

/** Tasks that end when told, and the order in which they began. */
function tasksOf(turns: readonly (readonly [name: string, budget: string, perMinute: number])[]) {
  const began: string[] = []
  const ends = new Map<string, () => void>()
  const tasks = turns.map(
    ([name, budget, perMinute]): Task<string> => ({
      budget,
      perMinute,
      run() {
        began.push(name)
        return new Promise((resolve) => ends.set(name, () => resolve(name)))
      },
    }),
  )
  const end = async (name: string) => {
    ends.get(name)?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { tasks, began, end }
}

const REST = ['r1', 'r2', 'r3'].map((name) => [name, 'rest', 600] as const)
const APPS = ['a1', 'a2'].map((name) => [name, 'apps', 50] as const)
const LOGS = [['l1', 'logs', 60] as const]

describe('inTurn', () => {
  it('starts one of each budget, the smallest first, before a second one of any', async () => {
    const { tasks, began, end } = tasksOf([...REST, ...APPS, ...LOGS])
    const work = inTurn(tasks, 3)
    expect(began).toEqual(['a1', 'l1', 'r1'])
    await end('l1')
    expect(began).toEqual(['a1', 'l1', 'r1', 'a2'])
    await end('r1')
    expect(began.at(-1)).toBe('r2')
    for (const name of ['a1', 'a2', 'r2', 'r3']) await end(name)
    expect(await work).toEqual(['r1', 'r2', 'r3', 'a1', 'a2', 'l1'])
  })

  it('keeps the order of the plan within a budget, one at a time', async () => {
    const { tasks, began, end } = tasksOf(REST)
    const work = inTurn(tasks, 1)
    for (const name of ['r1', 'r2', 'r3']) await end(name)
    await work
    expect(began).toEqual(['r1', 'r2', 'r3'])
  })

  it('starts nothing more after a task threw, and waits for those at work', async () => {
    const { tasks, began, end } = tasksOf(REST)
    const broken = { budget: 'apps', perMinute: 1, run: () => Promise.reject(new Error('disk full')) }
    const work = inTurn([...tasks, broken], 2)
    let isSettled = false
    work.catch(() => undefined).finally(() => (isSettled = true))
    await end('nothing')
    expect(isSettled).toBe(false)
    await end('r1')
    await expect(work).rejects.toThrow('disk full')
    expect(began).toEqual(['r1'])
  })
})

describe('turnOf', () => {
  const source = {
    id: 'okta',
    limits: [
      { id: 'apps', path: '/apps/**', perMinute: 100, concurrency: 5, share: 0.5 },
      { id: 'rest', perMinute: 1200, concurrency: 5 },
    ],
  }
  it.each([
    ['apps', 'okta apps', 50],
    [undefined, 'okta rest', 1200],
    ['none-such', 'okta rest', 1200],
  ])('of a stream with the limit %s', (limit, budget, perMinute) => {
    expect(turnOf(source, { id: 'okta.x', limit } as Stream)).toEqual({ budget, perMinute })
  })
})
