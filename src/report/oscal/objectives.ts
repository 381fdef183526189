import type { ControlLine } from '../../model/control.ts'
import { CATALOGUE, type SealedEvidence } from '../machine/facts.ts'
import type { ControlLink, JudgedCheck } from '../machine/judged.ts'
import { markup, token } from '../machine/texts.ts'
import { findingId, objectiveId, testId } from './ids.ts'
import { origins, props, unlessEmpty } from './parts.ts'

/** A check that speaks to a control as more than context. */
interface Deciding extends ControlLink {
  judged: JudgedCheck
}

function decidingLinks(judged: readonly JudgedCheck[]): Deciding[] {
  return judged.flatMap((one) =>
    one.links.filter(({ link }) => link.strength !== 'context').map((link) => ({ ...link, judged: one })),
  )
}

/** Each control with its state, and with one objective for each check that speaks to it. */
export function localObjectives({ controls }: SealedEvidence, judged: readonly JudgedCheck[]): object[] {
  const byControl = Map.groupBy(decidingLinks(judged), ({ control }) => control)
  return controls.flatMap((control) => {
    const links = byControl.get(control.control) ?? []
    if (links.length === 0) return []
    // A check that reads several sources is one objective, with a finding for each source.
    const checks = Map.groupBy(links, (one) => one.judged.planned.id)
    return [
      {
        'control-id': token(control.control),
        description: `${markup(control.title)} (${CATALOGUE}). The state is that of the checks below and no conclusion about the control.`,
        props: stateOf(control),
        parts: [...checks].map(([check, group]) => ({
          id: objectiveId(control.control, check),
          name: 'assessment-objective',
          title: markup(group[0]?.judged.planned.title ?? check),
          prose: criteriaOf(group),
        })),
      },
    ]
  })
}

/** Once, where all sources have the same; else for each. */
function criteriaOf(group: readonly Deciding[]): string {
  const all = group.map(({ judged: { planned } }) => ({
    source: planned.source,
    text: `Passes if: ${markup(planned.criteria.pass)}\n\nFails if: ${markup(planned.criteria.fail)}`,
  }))
  if (new Set(all.map(({ text }) => text)).size === 1) return all[0]?.text ?? ''
  return all.map(({ source, text }) => `On ${markup(source)}: ${text}`).join('\n\n')
}

function stateOf({ status, counts }: ControlLine): object[] {
  return props({ state: status, ...countsOf(counts) })
}

/** Names as OSCAL wants them, with hyphens. */
export function countsOf(counts: ControlLine['counts']): Record<string, number> {
  return {
    'in-scope': counts.inScope,
    inspected: counts.inspected,
    passed: counts.passed,
    failed: counts.failed,
    excepted: counts.excepted,
    'not-applicable': counts.notApplicable,
    unknown: counts.unknown,
  }
}

/** Which controls the run has evidence for, and which only a person can show something of. */
export function reviewedControls({ controls }: SealedEvidence, judged: readonly JudgedCheck[]): object {
  const links = decidingLinks(judged)
  const reviewed = new Set(links.map(({ control }) => control))
  const select = (chosen: readonly ControlLine[]) => chosen.map(({ control }) => ({ 'control-id': token(control) }))
  const [included, excluded] = [
    select(controls.filter(({ control }) => reviewed.has(control))),
    select(controls.filter(({ control }) => !reviewed.has(control))),
  ]
  const objectives = [...new Set(links.map(({ control, judged: { planned } }) => objectiveId(control, planned.id)))]
  return {
    description: `Controls of ${CATALOGUE}. Those that are excluded have no check in this run: a person must show them, or no source that was read can.`,
    'control-selections': [
      {
        // OSCAL has no way to choose nothing but everything less everything.
        ...(included.length > 0 ? { 'include-controls': included } : { 'include-all': {} }),
        ...unlessEmpty('exclude-controls', excluded),
      },
    ],
    ...(objectives.length > 0 && {
      'control-objective-selections': [{ 'include-objectives': objectives.map((id) => ({ 'objective-id': id })) }],
    }),
  }
}

/** One for each check on each source and each control that it speaks to, where it passed or failed; for nothing else. */
export function findings(run: SealedEvidence, judged: readonly JudgedCheck[]): object[] {
  return decidingLinks(judged).flatMap(({ control, link, judged: { planned, status } }) => {
    if (status !== 'pass' && status !== 'fail') return []
    return [
      {
        uuid: findingId(run, control, planned.source, planned.id),
        title: markup(`${control}: ${planned.title}`),
        description: `Shows: ${markup(link.shows)}\n\nDoes not show: ${markup(link['not-shown'])}`,
        props: props({
          check: planned.id,
          source: planned.source,
          strength: link.strength,
          severity: planned.severity,
        }),
        origins: origins(run),
        target: {
          type: 'objective-id',
          'target-id': objectiveId(control, planned.id),
          status: { state: status === 'pass' ? 'satisfied' : 'not-satisfied', reason: status },
        },
        'related-observations': [{ 'observation-uuid': testId(run, planned.source, planned.id) }],
        ...(status === 'fail' && { remarks: `What to do: ${markup(planned.remediation)}` }),
      },
    ]
  })
}
