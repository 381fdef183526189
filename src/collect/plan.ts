import type { Plan, Schedule, Trigger } from '../model/plan.ts'
import type { Check } from '../sdk/check.ts'
import type { Period } from '../sdk/context.ts'
import { compileRedactions, type Pseudonymise } from './redact.ts'
import type { Source } from './source.ts'

/** What config says of a check: raw parameters, or why it is off. */
export interface CheckSetting {
  params?: Readonly<Record<string, unknown>> | undefined
  disabled?: string | undefined
}

/** A {@link Source} with what only the plan tells of it. */
export interface PlannedSource extends Source {
  plugin?: { name: string; version: string } | undefined
  demo?: boolean | undefined
}

export interface PlanRequest {
  job: string
  trigger: Trigger
  period: Period
  /** Of the job, if it has one. */
  schedule?: Schedule | undefined
  agent: Plan['agent']
  configSha256: string
  sources: readonly PlannedSource[]
  checks: Readonly<Record<string, CheckSetting>>
  mappings: Plan['mappings']
}

/** Everything the run undertakes to read and judge. People named in parameters are pseudonymised here. */
export function planRun(request: PlanRequest, number: number, openedAt: Date, pseudonymise: Pseudonymise): Plan {
  const { job, trigger, period, schedule, agent, configSha256, mappings } = request
  return {
    version: 1,
    run: {
      number,
      job,
      trigger,
      openedAt: openedAt.toISOString(),
      period: { from: period.from.toISOString(), to: period.to.toISOString() },
      ...(schedule && { schedule }),
    },
    agent,
    config: { sha256: configSha256 },
    sources: request.sources.map(({ id, collector, config, plugin, demo }) => ({
      id,
      collector: collector.id,
      ...(plugin && { plugin }),
      ...(demo && { demo: true as const }),
      ...expected(collector.expects(config)),
      ...(collector.requestLog !== undefined && { requestLog: collector.requestLog }),
      streams: collector.streams.map((stream) => ({
        id: stream.id,
        version: stream.version,
        permissions: stream.permissions.map(({ name }) => name),
        ...(stream.appliesTo && { appliesTo: [...stream.appliesTo] }),
        ...(stream.occurredAt !== undefined && { occurredAt: stream.occurredAt }),
        title: stream.title,
        ...(stream.redact && { redact: { ...stream.redact } }),
      })),
    })),
    checks: request.sources.flatMap(({ id, collector }) =>
      collector.checks.map((check) => planCheck(check, id, request.checks[check.id] ?? {}, pseudonymise)),
    ),
    mappings,
  }
}

function expected({ id, name }: ReturnType<Source['collector']['expects']>) {
  if (id === undefined && name === undefined) return {}
  return { expects: { ...(id !== undefined && { id }), ...(name !== undefined && { name }) } }
}

/** A check of a source with its thresholds filled in and people in them pseudonymised. @throws z.ZodError */
export function planCheck(
  check: Check,
  source: string,
  setting: CheckSetting,
  pseudonymise: Pseudonymise,
): Plan['checks'][number] {
  const params = check.params.parse(setting.params ?? {})
  compileRedactions(check.redactParams, pseudonymise)(params)
  return {
    id: check.id,
    revision: check.revision,
    source,
    severity: check.severity,
    title: check.title,
    inputs: Object.values(check.inputs).map(({ id }) => id),
    params: JSON.parse(JSON.stringify(params)),
    criteria: check.criteria(params),
    remediation: check.remediation,
    ...(setting.disabled !== undefined && { disabled: setting.disabled }),
  }
}
