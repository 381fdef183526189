import { isComplete, type Population } from '../model/population.ts'
import type { PopulationHead } from './json/population.ts'
import type { Transcript } from './population-receipts.ts'

/** All that the bundle says of a population besides its rows. */
export function populationHead(
  population: Population,
  transcript: Transcript,
  carriedFrom: PopulationHead['carriedFrom'] = [],
): PopulationHead {
  const { plan, planned, stream, source, end, records, receipts, seal } = population
  const { outcome } = end
  const { identity } = source ?? {}
  const scope = source?.scopes.find(({ id }) => id === end.scope)
  return {
    installation: plan.agent.installation,
    run: population.run,
    source: end.source,
    collector: planned.collector,
    demo: planned.demo === true,
    ...(identity && { instance: identity }),
    ...(planned.expects && { expects: planned.expects }),
    stream: stream.id,
    ...(stream.title !== undefined && { title: stream.title }),
    recordSchema: `${stream.id}/${stream.version}`,
    scope: end.scope,
    ...(scope?.title !== undefined && { scopeTitle: scope.title }),
    excluded: (source?.scopes ?? []).flatMap(({ id, excluded }) =>
      excluded === undefined ? [] : [{ scope: id, reason: excluded }],
    ),
    kind: stream.occurredAt === undefined ? 'state' : 'events',
    ...(stream.occurredAt !== undefined && { period: plan.run.period, occurredAt: stream.occurredAt }),
    read: { from: outcome.startedAt, to: outcome.endedAt },
    ...(outcome.sweep && { sweep: { kind: outcome.sweep.kind, fullAt: outcome.sweep.fullAt } }),
    complete: isComplete(population),
    status: outcome.status,
    ...(outcome.reason !== undefined && { reason: outcome.reason }),
    ...(outcome.detail !== undefined && { detail: outcome.detail }),
    permissions: outcome.permissions ?? [],
    gaps: outcome.gaps,
    pages: outcome.pages,
    endMarker: isComplete(population) ? 'reached' : 'not-shown',
    ...(outcome.sourceTotal !== undefined && { sourceTotal: outcome.sourceTotal }),
    requests: outcome.requests,
    ...transcript,
    ...(planned.requestLog !== undefined && { requestLog: planned.requestLog }),
    ...(end.reproduce !== undefined && { reproduce: end.reproduce }),
    count: outcome.records,
    order: 'key, ascending by UTF-16 code units',
    ...(outcome.carriedOver && { carriedOver: outcome.carriedOver }),
    carriedFrom,
    redactions: Object.entries(stream.redact ?? {})
      .map(([field, how]) => ({ field, how }))
      .sort((a, b) => (a.field < b.field ? -1 : 1)),
    credentials: outcome.credentials ?? [],
    controls: records?.controls ?? [],
    ...(records && {
      file: {
        path: records.path,
        sha256: records.sha256,
        bytes: records.size,
        ...(records.lines && { rootHash: records.lines.rootHash }),
      },
    }),
    ...(receipts && { receipts: { path: receipts.path, sha256: receipts.sha256, count: receipts.count } }),
    agent: { version: plan.agent.version, build: plan.agent.build.sha256 },
    sealed: { at: seal.at, entry: seal.index, statementSha256: seal.sha256, keyId: seal.keyId },
  }
}
