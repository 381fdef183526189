import type { PlannedCheck } from '../../model/plan.ts'
import type { Severity } from '../../sdk/check.ts'
import { CATALOGUE, originOf, type SealedEvidence } from '../machine/facts.ts'
import type { JudgedCheck } from '../machine/judged.ts'
import { shown } from '../machine/texts.ts'
import { uuidOf } from '../machine/uuid.ts'
import { message } from './message.ts'

export const LEVELS: Record<Severity, 'error' | 'warning' | 'note'> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
}

/** The checks, each once however many sources it was made on, and where each stands. */
export function rulesOf(judged: readonly JudgedCheck[]): { list: object[]; indexOf(check: string): number } {
  const checks = Map.groupBy(judged, ({ planned }) => planned.id)
  const places = new Map([...checks.keys()].map((check, index) => [check, index]))
  return {
    list: [...checks.values()].flatMap((group) => ruleOf(group)),
    indexOf: (check) => places.get(check) ?? -1,
  }
}

function ruleOf(group: readonly JudgedCheck[]): object[] {
  const [first] = group
  if (first === undefined) return []
  const { id, title, severity, revision } = first.planned
  const controls = [
    ...new Set(
      group.flatMap(({ links }) => links.filter(({ link }) => link.strength !== 'context').map((one) => one.control)),
    ),
  ]
  return [
    {
      id,
      shortDescription: message(title),
      fullDescription: message(criteriaOf(group)),
      help: message(`${criteriaOf(group)} What to do: ${first.planned.remediation}`),
      defaultConfiguration: { level: LEVELS[severity] },
      ...(controls.length > 0 && {
        relationships: controls.map((control) => ({
          target: { id: shown(control), toolComponent: { name: CATALOGUE, index: 0 } },
          kinds: ['relevant'],
        })),
      }),
      properties: { severity, revision, sources: group.map(({ planned }) => planned.source) },
    },
  ]
}

/** Once, where all sources have the same; else for each. */
function criteriaOf(group: readonly JudgedCheck[]): string {
  const texts = group.map(({ planned }) => criteria(planned))
  const isOne = new Set(texts).size === 1
  if (isOne) return texts[0] ?? ''
  return group.map(({ planned }) => `On ${planned.source}: ${criteria(planned)}`).join(' ')
}

function criteria({ criteria: { pass, fail } }: PlannedCheck): string {
  return `Passes if: ${pass} Fails if: ${fail}`
}

/** The controls as a taxonomy, by id and title. */
export function taxonomy(run: SealedEvidence): { name: string } & Record<string, unknown> {
  return {
    name: CATALOGUE,
    guid: uuidOf('sarif/taxonomy', originOf(run), CATALOGUE),
    organization: 'ISO/IEC',
    shortDescription: { text: 'Ids and titles of controls; no text of the standard.' },
    // What differs in characters that cannot be seen would stand there twice.
    taxa: [...new Map(run.controls.map((one) => [shown(one.control), one.title]))].map(([id, title]) => ({
      id,
      shortDescription: message(title),
    })),
  }
}
