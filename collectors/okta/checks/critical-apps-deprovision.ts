import { about, checkAll, fail, notApplicable, pass, plural, type Result, type Verdict, z } from 'affiant/sdk'
import { type AppRecord, isNamed } from '../app.ts'
import { exampleApp } from '../examples-policies.ts'
import { apps } from '../streams/apps.ts'

const critical = { critical: ['Payroll'] }

export const criticalAppsDeprovision = checkAll(
  { apps },
  {
    id: 'okta.critical-apps-deprovision',
    revision: 1,
    title: 'Critical apps close the account of whoever leaves',
    severity: 'medium',
    rationale:
      'Deactivating somebody in Okta ends sign-on, not the account in the app, nor its tokens. Provisioning does.',
    remediation:
      '"Applications", the app, "Provisioning", "To App": enable API integration or SCIM and select "Deactivate Users".',
    params: z.strictObject({
      critical: z.array(z.string()).optional().describe('Ids or labels of the apps that are critical.'),
      features: z
        .array(z.string())
        .min(1)
        .default(['PUSH_USER_DEACTIVATION', 'SCIM_PROVISIONING'])
        .describe('Features of an app of which one is enough, as the API names them.'),
    }),
    criteria: ({ features }) => ({
      pass: `A critical app has one of the features ${features.join(', ')}.`,
      fail: `A critical app has none of the features ${features.join(', ')}, or is not in Okta.`,
    }),
    examples: {
      pass: {
        inputs: { apps: [exampleApp({ features: ['PUSH_NEW_USERS', 'PUSH_USER_DEACTIVATION'] })] },
        params: critical,
      },
      fail: { inputs: { apps: [exampleApp()] }, params: critical },
      'not-applicable': { inputs: { apps: [exampleApp()] } },
    },
    async *evaluate(datasets, { params }) {
      const missing = new Set(params.critical)
      let all = 0
      for await (const item of datasets.apps.items()) {
        all += 1
        const named = [...missing].filter((name) => isNamed(item.record, [name]))
        if (!isNamed(item.record, params.critical ?? [])) continue
        for (const name of named) missing.delete(name)
        yield { ...about(item), ...judge(item.record, params.features) }
      }
      if (all === 0) return
      if (params.critical === undefined) yield undeclared(all)
      for (const name of missing) {
        yield { subject: `declared:${name}`, name, ...fail(`Okta has no app "${name}", which is declared critical`) }
      }
    },
  },
)

function undeclared(all: number): Result {
  return {
    subject: 'critical-apps',
    name: 'Critical apps',
    ...notApplicable(
      'undeclared',
      `${plural(all, 'app is', 'apps are')} listed; declare which are critical as checks.okta.critical-apps-deprovision.params.critical`,
    ),
  }
}

function judge({ label, status, features }: AppRecord, enough: readonly string[]): Verdict {
  if (status !== 'ACTIVE') return notApplicable('inactive', `app "${label}" is not active`)
  const has = features.filter((feature) => enough.includes(feature))
  return has.length > 0
    ? pass(`app "${label}" has ${has.join(', ')}`)
    : fail(`app "${label}" has none of ${enough.join(', ')}`)
}
