import { checkAll, type Dataset, fail, listedInConfig, notApplicable, pass, plural, type Verdict, z } from 'affiant/sdk'
import { type AppRecord, isNamed } from '../app.ts'
import {
  exampleApp,
  exampleConditions,
  examplePolicy,
  exampleRule,
  exampleRules,
  exampleVerification,
} from '../examples-policies.ts'
import type { PolicyRecord } from '../policy.ts'
import { isActive, reachableRules } from '../policy-rules.ts'
import { apps } from '../streams/apps.ts'
import { type DeviceAssuranceRecord, deviceAssurances } from '../streams/device-assurances.ts'
import { policies } from '../streams/policies.ts'

const mac: DeviceAssuranceRecord = {
  id: 'dae1',
  name: 'Macs',
  platform: 'MACOS',
  osMinimum: '15.0',
  diskEncryption: ['ALL_INTERNAL_VOLUMES'],
  screenLock: ['BIOMETRIC', 'PASSCODE'],
  secureHardware: true,
  jailbreak: null,
  lastUpdated: '2026-01-02T03:04:05.000Z',
}
const asking = (...assurance: string[]) =>
  examplePolicy('ACCESS_POLICY', {
    rules: exampleRules(
      exampleRule({
        conditions: exampleConditions({ device: { registered: true, managed: null, assurance } }),
        verification: exampleVerification(),
      }),
    ),
  })
const params = { platforms: ['MACOS'] }

export const deviceAssuranceUsed = checkAll(
  { policies, assurances: deviceAssurances, apps },
  {
    id: 'okta.device-assurance-used',
    revision: 1,
    title: 'Rules ask for a healthy device on every platform in use',
    severity: 'medium',
    rationale: 'A policy on devices that no rule asks for protects nothing.',
    remediation:
      '"Security", "Device Assurance Policies": add one for the platform; then "Security", "Authentication Policies", the rule that lets people in: "Device assurance policy is" with that policy.',
    params: z.strictObject({
      platforms: z
        .array(z.enum(['ANDROID', 'CHROMEOS', 'IOS', 'MACOS', 'WINDOWS']))
        .optional()
        .describe('Platforms that are in use.'),
      classifiedApps: z
        .array(z.string())
        .default([])
        .describe(
          'Ids or labels of apps whose own policies have to ask. Empty: one active policy of any app is enough.',
        ),
    }),
    criteria: ({ classifiedApps }) => ({
      pass: `For the platform there is a device assurance policy, and an active rule asks for it${classifiedApps.length > 0 ? ` in the policy of each classified app (${listedInConfig(classifiedApps)})` : ''}.`,
      fail: 'For the platform there is no device assurance policy, or no active rule asks for it.',
    }),
    examples: {
      pass: { inputs: { policies: [asking('dae1')], assurances: [mac], apps: [exampleApp()] }, params },
      fail: { inputs: { policies: [asking()], assurances: [mac], apps: [exampleApp()] }, params },
      'not-applicable': { inputs: { policies: [asking('dae1')], assurances: [mac], apps: [exampleApp()] } },
    },
    async *evaluate(datasets, { params: { platforms, classifiedApps } }) {
      const asked = await assurancesByPolicy(datasets.policies)
      if (asked.size === 0) return
      const byPlatform = new Map<string, string[]>()
      for await (const { record } of datasets.assurances.items()) {
        byPlatform.set(record.platform, [...(byPlatform.get(record.platform) ?? []), record.id])
      }
      const classified: AppRecord[] = []
      for await (const { record } of datasets.apps.items()) {
        if (isActive(record) && isNamed(record, classifiedApps)) classified.push(record)
      }
      if (platforms === undefined) {
        yield { subject: 'platforms', name: 'Platforms', ...undeclared(byPlatform.size) }
      }
      for (const platform of new Set(platforms)) {
        yield {
          subject: platform,
          name: platform,
          ...judge(platform, byPlatform.get(platform) ?? [], asked, classified),
        }
      }
    },
  },
)

/** Ids of device assurance policies that the active rules of each active app policy ask for. */
async function assurancesByPolicy(all: Dataset<PolicyRecord>): Promise<Map<string, Set<string>>> {
  const asked = new Map<string, Set<string>>()
  for await (const { record } of all.items()) {
    if (record.type !== 'ACCESS_POLICY' || !isActive(record) || record.rules.state !== 'observed') continue
    const rules = reachableRules(record.rules.value).filter(({ access }) => access === 'ALLOW')
    asked.set(record.id, new Set(rules.flatMap(({ conditions }) => conditions.device?.assurance ?? [])))
  }
  return asked
}

function undeclared(count: number): Verdict {
  return notApplicable(
    'undeclared',
    `there are device assurance policies for ${plural(count, 'platform')}; declare those in use as checks.okta.device-assurance-used.params.platforms`,
  )
}

function judge(
  platform: string,
  ids: readonly string[],
  asked: ReadonlyMap<string, ReadonlySet<string>>,
  classified: readonly AppRecord[],
): Verdict {
  if (ids.length === 0) return fail(`there is no device assurance policy for ${platform}`)
  const asks = (policy: string | null) => ids.some((id) => asked.get(policy ?? '')?.has(id))
  const without = classified.filter(({ accessPolicy }) => !asks(accessPolicy)).map(({ label }) => `"${label}"`)
  if (without.length > 0) {
    return fail(
      `no active rule for ${without.slice(0, 3).join(', ')} asks for a device assurance policy for ${platform}`,
    )
  }
  return [...asked.keys()].some(asks)
    ? pass(`active rules ask for a device assurance policy for ${platform}`)
    : fail(`no active rule asks for a device assurance policy for ${platform} (${ids.length} listed)`)
}
