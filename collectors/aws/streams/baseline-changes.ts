import { createHash } from 'node:crypto'
import { defineStream, observedOf, type Page, type Reader, z } from 'affiant/sdk'
import { BaselineCall, callsBefore } from '../configuration/baseline-calls.ts'
import { discovered, events, history, selectResources } from '../configuration/permissions.ts'
import { given } from '../given.ts'
import { inRegion } from '../in-region.ts'
import { list, listAll } from '../paging.ts'
import { type Place, REGION, type Session } from '../session.ts'
import { rowOf } from './aggregated-resources.ts'

export type { BaselineCall } from '../configuration/baseline-calls.ts'

export const BaselineChangeRecord = z.strictObject({
  account: z.string(),
  region: z.string(),
  resourceType: z.string(),
  resource: z.string(),
  name: z.string().nullable(),
  /** When AWS Config saw the change. */
  captured: z.string(),
  stateId: z.string(),
  /** `OK` (changed), `ResourceDiscovered`, `ResourceDeleted`. */
  status: z.string().nullable(),
  /** Digest of the settings, `null` of a resource that is gone: what they are is not written. */
  configuration: z.strictObject({ sha256: z.string() }).nullable(),
  /** The calls that led to it. */
  calls: observedOf(z.array(BaselineCall)),
})
export type BaselineChangeRecord = z.output<typeof BaselineChangeRecord>

const Row = z.object({ resourceType: z.string(), resourceId: z.string(), resourceName: z.string().nullish() })

interface Changed {
  type: string
  id: string
  name: string | undefined
}

/** https://docs.aws.amazon.com/config/latest/APIReference/API_GetResourceConfigHistory.html */
export const baselineChanges = defineStream({
  id: 'aws.baseline-changes',
  version: 1,
  title: 'Each change of a baseline resource in the period, with the calls that led to it',
  record: BaselineChangeRecord,
  key: (record) => `${record.resourceType} ${record.resource} ${record.captured} ${record.stateId}`,
  label: (record) => `${record.resourceType} ${record.name ?? record.resource}`,
  appliesTo: [REGION],
  permissions: [selectResources, discovered, history, events],
  redact: { 'calls.value.*.person': 'pseudonym' },
  reproduce: inRegion(
    'aws configservice get-resource-config-history --resource-type "$TYPE" --resource-id "$ID" --earlier-time "$FROM" --later-time "$TO"; aws cloudtrail lookup-events --lookup-attributes AttributeKey=ResourceName,AttributeValue="$ID"',
  ),
  async *collect(session: Session, scope, reader: Reader): AsyncIterable<Page> {
    const place = await session.in(scope)
    const { period, now } = session
    const to = period.to < now ? period.to : now
    let number = 0
    if (period.from < to) {
      for (const changed of await changedResources(place, session.config.baselineTypes, period.from, to)) {
        number += 1
        yield {
          records: await changesOf(session, place, changed, { from: period.from, to }, reader),
          number,
          last: false,
        }
      }
    }
    yield { records: [], number: number + 1, last: true }
  },
})

/** What changed and is there, and what was deleted: a query finds only the former. */
async function changedResources(place: Place, types: readonly string[], from: Date, to: Date): Promise<Changed[]> {
  const found = new Map<string, Changed>()
  const add = (changed: Changed) => found.set(`${changed.type} ${changed.id}`, changed)
  const rows = list(
    (NextToken) =>
      place.call('config', 'SelectResourceConfig', { Expression: queryFor(types, from), Limit: 100, NextToken }),
    (answer) => ({ items: given(answer.Results, 'Results'), next: answer.NextToken }),
  )
  for await (const { items } of rows) {
    for (const text of items) {
      const { resourceType: type, resourceId: id, resourceName } = rowOf(text, Row)
      add({ type, id, name: resourceName ?? undefined })
    }
  }
  for (const resourceType of types) {
    const resources = list(
      (nextToken) =>
        place.call('config', 'ListDiscoveredResources', {
          resourceType: resourceType as 'AWS::EC2::VPC',
          includeDeletedResources: true,
          limit: 100,
          nextToken,
        }),
      (answer) => ({ items: given(answer.resourceIdentifiers, 'resourceIdentifiers'), next: answer.nextToken }),
    )
    for await (const { items } of resources) {
      for (const { resourceId: id, resourceName: name, resourceDeletionTime: deleted } of items) {
        if (id === undefined || deleted === undefined || deleted < from || deleted >= to) continue
        add({ type: resourceType, id, name })
      }
    }
  }
  return [...found.entries()].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, changed]) => changed)
}

function queryFor(types: readonly string[], from: Date): string {
  const quoted = types.map((type) => `'${type}'`).join(', ')
  return `SELECT resourceType, resourceId, resourceName WHERE resourceType IN (${quoted}) AND configurationItemCaptureTime >= '${from.toISOString()}'`
}

/** The recorder was turned off or told to leave the type out; the resource is as it was. */
const NO_CHANGE = new Set(['ResourceNotRecorded', 'ResourceDeletedNotRecorded'])

async function changesOf(
  { now, config }: Session,
  place: Place,
  { type, id, name }: Changed,
  { from, to }: { from: Date; to: Date },
  reader: Reader,
): Promise<BaselineChangeRecord[]> {
  const items = await listAll(
    (nextToken) =>
      place.call('config', 'GetResourceConfigHistory', {
        resourceType: type as 'AWS::EC2::VPC',
        resourceId: id,
        earlierTime: from,
        laterTime: to,
        chronologicalOrder: 'Forward',
        limit: 100,
        nextToken,
      }),
    (answer) => ({ items: given(answer.configurationItems, 'configurationItems'), next: answer.nextToken }),
  )
  const changes: BaselineChangeRecord[] = []
  let before: { at: Date; sha256: string | undefined; status: string | undefined } | undefined
  for (const item of items) {
    const { configurationItemCaptureTime: at, configurationItemStatus: status, configuration, arn, resourceName } = item
    if (at === undefined || at < from || at >= to || NO_CHANGE.has(status ?? '')) continue
    const sha256 = configuration === undefined || configuration === '' ? undefined : digestOf(configuration)
    // An item with the same settings says that something else now refers to the resource.
    const same =
      before !== undefined &&
      sha256 !== undefined &&
      before.sha256 === sha256 &&
      before.status === status &&
      status === 'OK'
    const previous = before?.at
    before = { at, sha256, status }
    if (same) continue
    const names = [...new Set([id, resourceName ?? name, arn].filter((one) => one !== undefined && one !== ''))]
    changes.push({
      account: place.account,
      region: place.region,
      resourceType: type,
      resource: id,
      name: resourceName ?? name ?? null,
      captured: at.toISOString(),
      stateId: item.configurationStateId ?? '',
      status: status ?? null,
      configuration: sha256 === undefined ? null : { sha256 },
      calls: await reader.observe(`${type} ${id}: calls before ${at.toISOString()}`, () =>
        callsBefore(place, {
          names: names as string[],
          captured: at,
          previous,
          now,
          // Calls to IAM are written down where its endpoint is.
          ...(type.startsWith('AWS::IAM::') && { region: config.homeRegion }),
        }),
      ),
    })
  }
  return changes
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
