import type { LoadedMapping } from '../model/control.ts'
import type { PlannedCheck } from '../model/plan.ts'

/** For each stream the controls it speaks to: linked itself, or read by a check that is. In the order of the mapping. */
export function controlsByStream(
  { mapping }: LoadedMapping,
  checks: readonly Pick<PlannedCheck, 'id' | 'inputs'>[],
): (stream: string) => string[] {
  const inputs = new Map(checks.map(({ id, inputs: streams }) => [id, streams]))
  const controls = new Map<string, Set<string>>()
  for (const { control, evidence } of mapping.controls) {
    for (const { check, stream } of evidence ?? []) {
      for (const id of stream === undefined ? (inputs.get(check ?? '') ?? []) : [stream]) {
        const found = controls.get(id) ?? new Set()
        controls.set(id, found.add(control))
      }
    }
  }
  return (stream) => [...(controls.get(stream) ?? [])]
}
