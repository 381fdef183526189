import type { Receipt } from '../model/receipt.ts'
import { isComplete, type Population } from '../model/population.ts'
import type { PopulationHead } from './json/population.ts'

/** So many kinds of requests are told apart. */
const MAX_KINDS = 50
const MAX_TEXT = 500

export type Asked = Pick<PopulationHead, 'asked' | 'askedOmitted'>

/** Gathers from receipts what was asked of a source: requests that differ only in page or cursor are of one kind. */
export function gatherAsked() {
  const kinds = new Map<string, { count: number; first: string }>()
  let omitted = 0
  return {
    add(receipt: Receipt): void {
      const { request, whole } = namesOf(receipt)
      const known = kinds.get(request)
      if (known) known.count += 1
      else if (kinds.size < MAX_KINDS) kinds.set(request, { count: 1, first: whole.slice(0, MAX_TEXT) })
      else omitted += 1
    },
    finish: (): Asked => ({
      asked: [...kinds].map(([request, { count, first }]) => ({ request: request.slice(0, MAX_TEXT), count, first })),
      askedOmitted: omitted,
    }),
  }
}

function namesOf(receipt: Receipt): { request: string; whole: string } {
  if (receipt.kind === 'command') {
    const whole = [receipt.program, ...receipt.args].join(' ')
    return { request: whole, whole }
  }
  const { method, url, operation } = receipt
  const path = url.split('?')[0] ?? url
  return { request: operation === undefined ? `${method} ${path}` : `${operation} (${method} ${path})`, whole: url }
}

/** All that the bundle says of a population besides its rows. */
export function populationHead(population: Population, asked: Asked): PopulationHead {
  const { plan, planned, stream, source, end, records, receipts, seal } = population
  const { outcome } = end
  const { identity } = source ?? {}
  return {
    installation: plan.agent.installation,
    run: population.run,
    source: end.source,
    collector: planned.collector,
    demo: planned.demo === true,
    ...(identity && { instance: { id: identity.id, name: identity.name, principal: identity.principal } }),
    stream: stream.id,
    recordSchema: `${stream.id}/${stream.version}`,
    scope: end.scope,
    excluded: (source?.scopes ?? []).flatMap(({ id, excluded }) =>
      excluded === undefined ? [] : [{ scope: id, reason: excluded }],
    ),
    kind: stream.occurredAt === undefined ? 'state' : 'events',
    ...(stream.occurredAt !== undefined && { period: plan.run.period, occurredAt: stream.occurredAt }),
    read: { from: outcome.startedAt, to: outcome.endedAt },
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
    ...asked,
    count: outcome.records,
    order: 'key, ascending by UTF-16 code units',
    ...(outcome.carriedOver && { carriedOver: outcome.carriedOver }),
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
