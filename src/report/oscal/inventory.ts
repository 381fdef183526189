import type { ResultLine } from '../../model/result.ts'
import type { SealedEvidence } from '../machine/facts.ts'
import { type JudgedCheck, subjectsOf } from '../machine/judged.ts'
import { markup, shown } from '../machine/texts.ts'
import { platformId, scopeId, sourceId, subjectId, toolId } from './ids.ts'
import { props } from './parts.ts'

/** OSCAL asks for a state, and a reader of systems cannot know it. */
const NO_STATE = { state: 'other', remarks: 'Affiant read the system and does not say in what state it is.' }

/** The sources, each a system. */
export function components(run: SealedEvidence): object[] {
  return run.plan.sources.map(({ id, collector, demo }) => {
    const line = run.sources.find(({ source }) => source === id)
    const { identity, outcome } = line ?? {}
    return {
      uuid: sourceId(run, id),
      type: 'system',
      title: markup(identity?.name ?? id),
      description: demo
        ? `Demo data: an emulated system, read as source ${markup(id)}.`
        : `The system that was read as source ${markup(id)}.`,
      props: props({
        source: id,
        collector,
        demo: demo === true ? 'true' : undefined,
        instance: identity?.id,
        'principal-kind': identity?.principal.kind,
        principal: identity?.principal.name,
        outcome: outcome?.status,
        reason: outcome?.reason,
      }),
      status: NO_STATE,
    }
  })
}

/** The agent itself. */
export function assessmentAssets(run: SealedEvidence): object {
  const { version, build, installation } = run.plan.agent
  return {
    components: [
      {
        uuid: toolId(run),
        type: 'software',
        title: 'Affiant',
        description: 'Evidence-collection agent.',
        props: [{ name: 'version', value: shown(version) }, ...props({ 'build-sha256': build.sha256 })],
        status: { state: 'operational' },
      },
    ],
    'assessment-platforms': [
      {
        uuid: platformId(run),
        title: markup(`Installation ${installation}`),
        'uses-components': [{ 'component-uuid': toolId(run) }],
      },
    ],
  }
}

/** Whether there is any: OSCAL forbids an empty list. */
export function hasInventory(run: SealedEvidence): boolean {
  return run.sources.some(({ scopes }) => scopes.length > 0) || run.results.some(({ count }) => count > 0)
}

/**
 * Scopes, then each subject once, as the first check names it. Reads every result again, so that no subject but its id is
 * held in memory.
 */
export async function* inventoryItems(run: SealedEvidence, judged: readonly JudgedCheck[]): AsyncIterable<object> {
  for (const { source, scopes } of run.sources)
    for (const { id, title, kind, excluded } of scopes)
      yield {
        uuid: scopeId(run, source, id),
        description: markup(title ?? id),
        props: [{ name: 'asset-id', value: shown(id) }, ...props({ source, kind, excluded })],
      }
  const seen = new Set<string>()
  for (const one of judged)
    for await (const { result } of subjectsOf(run, one)) {
      const uuid = subjectId(run, one.planned.source, result)
      if (seen.has(uuid)) continue
      seen.add(uuid)
      yield { uuid, ...subjectItem(one.planned.source, result) }
    }
}

function subjectItem(source: string, { subject, name, scope }: ResultLine): object {
  return {
    description: markup(name ?? subject),
    props: [{ name: 'asset-id', value: shown(subject) }, ...props({ source, scope })],
  }
}
