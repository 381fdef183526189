import { defineStream, z } from 'affiant/sdk'
import { told } from '../answers.ts'
import { pagesOf } from '../paging.ts'
import { networkZones as permission } from '../permissions.ts'
import type { Session } from '../session.ts'

export const NetworkZoneRecord = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** `IP`, `DYNAMIC`, `DYNAMIC_V2` (enhanced). */
  type: z.string(),
  status: z.string(),
  /** `BLOCKLIST`: nobody signs in from there; `POLICY`: named by policies. */
  usage: z.string().nullable(),
  system: z.boolean(),
  /** How many addresses, of a zone of the type `IP`; the addresses themselves are not read. */
  addresses: z.int(),
  /** Of `DYNAMIC`: `Any`, `Tor`, `NotTorAnonymizer`. */
  proxyType: z.string().nullable(),
  /** Of `DYNAMIC_V2`; sorted. */
  services: z.strictObject({ include: z.array(z.string()), exclude: z.array(z.string()) }),
  /** Whether it is narrowed to places or networks (ASN) besides. */
  narrowed: z.boolean(),
  lastUpdated: z.string().nullable(),
})
export type NetworkZoneRecord = z.output<typeof NetworkZoneRecord>

const list = told(z.array(z.unknown()))
/** A list in `DYNAMIC`; an object with `include` and `exclude` in `DYNAMIC_V2`. */
const Restriction = told(z.union([z.array(z.unknown()), z.object({ include: list, exclude: list })]))
const names = told(z.array(z.string())).transform((value) => (value ?? []).toSorted())

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/NetworkZone/ */
const ZoneAnswer = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  status: z.string(),
  usage: told(z.string()),
  system: told(z.boolean()),
  gateways: list,
  proxies: list,
  // Okta also writes the word "null".
  proxyType: told(z.string()).transform((value) => (value === 'null' ? null : value)),
  ipServiceCategories: told(z.object({ include: names, exclude: names })),
  locations: Restriction,
  asns: Restriction,
  lastUpdated: told(z.string()),
})

function narrows(restriction: z.output<typeof Restriction>): boolean {
  if (restriction === null) return false
  if (Array.isArray(restriction)) return restriction.length > 0
  return (restriction.include ?? []).length + (restriction.exclude ?? []).length > 0
}

export const networkZones = defineStream({
  id: 'okta.network-zones',
  version: 1,
  title: 'Networks that are blocked or that policies name',
  record: NetworkZoneRecord,
  key: (record) => record.id,
  label: (record) => record.name,
  permissions: [permission],
  reproduce: () => 'curl -H "Authorization: SSWS $OKTA_TOKEN" "$OKTA_URL/api/v1/zones?limit=200"',
  collect: ({ client }: Session) =>
    pagesOf(client.pages('/api/v1/zones', { limit: 200 }, ZoneAnswer, { permission: permission.name }), (items) =>
      items.map(
        (zone): NetworkZoneRecord => ({
          id: zone.id,
          name: zone.name,
          type: zone.type,
          status: zone.status,
          usage: zone.usage,
          system: zone.system ?? false,
          addresses: (zone.gateways?.length ?? 0) + (zone.proxies?.length ?? 0),
          proxyType: zone.proxyType,
          services: zone.ipServiceCategories ?? { include: [], exclude: [] },
          narrowed: narrows(zone.locations) || narrows(zone.asns),
          lastUpdated: zone.lastUpdated,
        }),
      ),
    ),
})
