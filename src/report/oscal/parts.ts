import { NS, type SealedEvidence } from '../machine/facts.ts'
import { shown } from '../machine/texts.ts'
import { toolId } from './ids.ts'

interface Prop {
  name: string
  ns?: string
  value: string
}

/** Properties that OSCAL has no name for, in our name space; those without a value are left out. */
export function props(values: Readonly<Record<string, string | number | undefined>>): Prop[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, ns: NS, value: shown(String(value)) }],
  )
}

/** Who found it: the agent. */
export function origins(run: SealedEvidence): object[] {
  return [{ actors: [{ type: 'tool', 'actor-uuid': toolId(run) }] }]
}

/** A list that OSCAL forbids to be empty: then the member is left out. */
export function unlessEmpty<Name extends string, Item>(
  name: Name,
  items: readonly Item[],
): Partial<Record<Name, readonly Item[]>> {
  return items.length === 0 ? {} : ({ [name]: items } as Record<Name, readonly Item[]>)
}
