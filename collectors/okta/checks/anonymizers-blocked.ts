import { about, checkAll, fail, pass, type Verdict } from 'affiant/sdk'
import { organizationExample } from '../examples-organization.ts'
import { type NetworkZoneRecord, networkZones } from '../streams/network-zones.ts'
import { organization } from '../streams/organization.ts'

const exampleZone = (parts: Partial<NetworkZoneRecord> = {}): NetworkZoneRecord => ({
  id: 'nzo1',
  name: 'Anonymisers',
  type: 'DYNAMIC_V2',
  status: 'ACTIVE',
  usage: 'BLOCKLIST',
  system: true,
  addresses: 0,
  proxyType: null,
  services: { include: ['ALL_ANONYMIZERS'], exclude: [] },
  narrowed: false,
  lastUpdated: '2026-01-02T03:04:05.000Z',
  ...parts,
})
const inputs = (...networks: NetworkZoneRecord[]) => ({ organization: [organizationExample()], networks })

export const anonymizersBlocked = checkAll(
  { organization, networks: networkZones },
  {
    id: 'okta.anonymizers-blocked',
    revision: 1,
    title: 'Nobody signs in through anonymising proxies',
    severity: 'medium',
    rationale: 'Stolen passwords are tried through Tor and rented proxies, so that lists of bad addresses do not help.',
    remediation:
      '"Security", "Networks", "Default Enhanced Dynamic Zone" (or a dynamic zone of your own): "Block access from IPs matching conditions listed in this zone", with all anonymizers, and activate it.',
    criteria: () => ({
      pass: 'Active blocklist zones cover Tor and other anonymisers, from everywhere.',
      fail: 'No active blocklist zone covers them, or only some of them or from some places.',
    }),
    examples: {
      pass: { inputs: inputs(exampleZone()) },
      fail: { inputs: inputs(exampleZone({ status: 'INACTIVE' })) },
    },
    async *evaluate(datasets) {
      const blocking: NetworkZoneRecord[] = []
      let zones = 0
      for await (const { record } of datasets.networks.items()) {
        zones += 1
        if (record.status === 'ACTIVE' && record.usage === 'BLOCKLIST') blocking.push(record)
      }
      for await (const item of datasets.organization.items()) yield { ...about(item), ...judge(blocking, zones) }
    },
  },
)

type Kind = 'Tor' | 'other anonymisers'
const KINDS: readonly Kind[] = ['Tor', 'other anonymisers']

/** Names of both kinds of zones: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/NetworkZone/ */
const COVERED: Readonly<Record<string, readonly Kind[]>> = {
  Any: KINDS,
  Tor: ['Tor'],
  NotTorAnonymizer: ['other anonymisers'],
  ALL_IP_SERVICES: KINDS,
  ALL_ANONYMIZERS: KINDS,
  ANONYMIZER_TOR: ['Tor'],
  ALL_ANONYMIZERS_EXCEPT_TOR: ['other anonymisers'],
}

function covered({ proxyType, services, narrowed }: NetworkZoneRecord): readonly Kind[] {
  if (narrowed) return []
  const taken = services.exclude.flatMap((name) => COVERED[name] ?? [])
  const given = [proxyType ?? '', ...services.include].flatMap((name) => COVERED[name] ?? [])
  return given.filter((kind) => !taken.includes(kind))
}

function judge(blocking: readonly NetworkZoneRecord[], zones: number): Verdict {
  if (blocking.length === 0) return fail(`no network zone is an active blocklist (${zones} listed)`)
  const missing = KINDS.filter((kind) => !blocking.some((zone) => covered(zone).includes(kind)))
  const names = blocking.map(({ name }) => `"${name}"`).join(', ')
  if (missing.length === 0) return pass(`sign-ins from anonymisers are blocked by ${names}`)
  return fail(`the active blocklists ${names} do not cover ${missing.join(' and ')} from everywhere`)
}
