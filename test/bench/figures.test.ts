import { expect, it } from 'vitest'
import { figuresOf } from './figures.ts'

it('reads every figure beside its own target', () => {
  const line = 'list: 1,000,000 records, sealed: 12.3 s, peak RSS 251 MB (targets 15 s, 250 MB); status complete'
  expect(figuresOf(`noise\n${line}\n`)).toEqual([
    { measure: 'list: 1,000,000 records, sealed', figure: '12.3 s', target: '15 s', met: true },
    { measure: 'list: 1,000,000 records, sealed: peak RSS', figure: '251 MB', target: '250 MB', met: false },
  ])
})

it('takes a figure in another unit than its target for missed', () => {
  expect(figuresOf('start: 70 s (target 150 ms)')).toMatchObject([{ met: false }])
})

it('finds nothing where a benchmark printed no figure', () => {
  expect(figuresOf('start: failed (target 150 ms)\n')).toEqual([])
})
