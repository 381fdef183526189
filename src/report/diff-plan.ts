import { canonicalize } from '../model/canonical.ts'
import { compareText } from '../model/compare-lines.ts'
import type { ValueChange } from '../model/run-diff.ts'
import type { SealedRun } from '../model/sealed-run.ts'

/** What two runs undertook differently. Their numbers, times and periods always differ, and are not compared. */
export function planChanges(from: SealedRun, to: SealedRun): ValueChange[] {
  const before = facts(from)
  const after = facts(to)
  return [...new Set([...before.keys(), ...after.keys()])].sort(compareText).flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)]
    const { about, what } = is ?? was ?? { about: '', what: '' }
    if (was?.value === is?.value) return []
    return [{ about, what, ...(was && { from: was.value }), ...(is && { to: is.value }) }]
  })
}

interface Fact {
  about: string
  what: string
  value: string
}

/** Everything a plan, and the sources themselves, say that is worth comparing, each under a name of its own. */
function facts({ plan, sources }: SealedRun): Map<string, Fact> {
  const all = new Map<string, Fact>()
  const add = (about: string, what: string, value: string | undefined) => {
    if (value !== undefined) all.set(canonicalize([about, what]), { about, what, value })
  }
  add('agent', 'installation', plan.agent.installation)
  add('agent', 'version', plan.agent.version)
  add('agent', 'build', plan.agent.build.sha256)
  add('config', 'digest', plan.config.sha256)
  add('run', 'job', plan.run.job)
  add('run', 'schedule', plan.run.schedule && `${plan.run.schedule.cron} (${plan.run.schedule.timeZone})`)
  for (const { id, sha256 } of plan.mappings) add(`mapping ${id}`, 'digest', sha256)
  for (const source of plan.sources) {
    const about = `source ${source.id}`
    add(about, 'collector', source.collector)
    add(about, 'plug-in', source.plugin && `${source.plugin.name} ${source.plugin.version}`)
    add(about, 'demo data', source.demo ? 'yes' : undefined)
    for (const { id, version, permissions } of source.streams) {
      add(`stream ${id} of ${source.id}`, 'version', String(version))
      add(`stream ${id} of ${source.id}`, 'permissions', canonicalize(permissions))
    }
  }
  for (const { source, identity, scopes } of sources) {
    const about = `source ${source}`
    add(about, 'identity', identity && `${identity.name} (${identity.id})`)
    add(about, 'read as', identity && `${identity.principal.kind} ${identity.principal.name}`)
    add(about, 'rights', identity?.granted && canonicalize([...identity.granted].sort(compareText)))
    for (const { id, excluded } of scopes) {
      add(`scope ${id} of ${source}`, 'read', excluded === undefined ? 'yes' : `left out: ${excluded}`)
    }
  }
  for (const check of plan.checks) {
    const about = `check ${check.id} of ${check.source}`
    add(about, 'revision', String(check.revision))
    add(about, 'severity', check.severity)
    add(about, 'inputs', canonicalize(check.inputs))
    add(about, 'passes if', check.criteria.pass)
    add(about, 'fails if', check.criteria.fail)
    add(about, 'turned off', check.disabled)
    for (const [name, value] of Object.entries(check.params)) add(about, `parameter ${name}`, canonicalize(value))
  }
  return all
}
