import { canonicalize } from '../../src/model/canonical.ts'
import type { Random } from './random.ts'

/** Canonical JSON with one thing in it changed: a value, a name, an order, or how many there are. */
export function editJson(text: string, random: Random): string {
  const whole = { value: JSON.parse(text) as unknown }
  const { holder, name } = random.pick(placesIn(whole, []))
  edit(holder, name, random)
  return canonicalize(whole.value)
}

interface Place {
  holder: Record<string, unknown>
  name: string
}

/** Every member and item, in all depths; arrays are taken for objects with numbers as names. */
function placesIn(holder: Record<string, unknown>, found: Place[]): Place[] {
  for (const name of Object.keys(holder)) {
    found.push({ holder, name })
    const value = holder[name]
    if (typeof value === 'object' && value !== null) placesIn(value as Record<string, unknown>, found)
  }
  return found
}

function edit(holder: Record<string, unknown>, name: string, random: Random): void {
  const value = holder[name]
  if (Array.isArray(value) && random.below(2) === 0) editArray(value, random)
  else if (typeof value === 'object' && value !== null && !Array.isArray(value)) editObject(value, random)
  else holder[name] = changed(value, random)
}

function editArray(items: unknown[], random: Random): void {
  const at = random.below(items.length + 1)
  const how = random.below(3)
  if (how === 0) items.splice(at, 1)
  else if (how === 1) items.splice(at, 0, structuredClone(items[at] ?? 0))
  else items.reverse()
}

function editObject(value: object, random: Random): void {
  const members = value as Record<string, unknown>
  const names = Object.keys(members)
  const name = names.length === 0 ? 'extra' : random.pick(names)
  const how = random.below(3)
  if (how === 0) delete members[name]
  else if (how === 1) members[random.pick(['extra', 'reason', 'incomplete', 'next', `${name}s`])] = members[name] ?? 1
  else members[name] = changed(members[name], random)
}

const DIGITS = '0123456789abcdef'.split('')
const OTHER = [null, 0, 1, '', 'x', true, [], {}, 2 ** 53, '0'.repeat(64), '2026-10-01T06:00:00.000Z'] as const

function changed(value: unknown, random: Random): unknown {
  const how = random.below(4)
  if (how === 0) return random.pick(OTHER)
  if (typeof value === 'number') return random.pick([value + 1, value - 1, 0, value * 2])
  if (typeof value === 'boolean') return !value
  if (typeof value !== 'string' || value === '') return random.pick(OTHER)
  const at = random.below(value.length)
  const digit = random.pick(DIGITS)
  return random.pick([
    value.slice(0, at) + digit + value.slice(at + 1),
    value.slice(0, at) + value.slice(at + 1),
    value + digit,
  ])
}
