import { checkEach, fail, listedInConfig, notApplicable, pass, z } from 'affiant/sdk'
import { installation } from '../security/examples.ts'
import { appInstallations } from '../streams/app-installations.ts'

export const appsApproved = checkEach(appInstallations, {
  id: 'github.apps-approved',
  revision: 1,
  title: 'Every app that can change something is on the register',
  severity: 'medium',
  rationale: 'An app that writes is a supplier with a key to the code. It stays when whoever installed it has left.',
  remediation:
    'Organisation, "Settings", "GitHub Apps": uninstall what is not needed; list the others under checks.github.apps-approved.params.approved after a review.',
  emptyPopulation: 'not-applicable',
  params: z.strictObject({
    approved: z
      .array(
        z.strictObject({
          app: z.string().describe('Name of the app in its address (its slug).'),
          until: z.iso.date().optional().describe('Last day of the approval (UTC).'),
        }),
      )
      .default([])
      .describe('Apps that may change things: those on the register of suppliers.'),
  }),
  criteria: ({ approved }) => ({
    pass: `The app only reads, or is an approved one (${listedInConfig(approved)}).`,
    fail: 'The app has a right to write or administer and is not approved, or its approval has ended.',
  }),
  examples: {
    pass: { record: installation(), params: { approved: [{ app: 'build-relay' }] } },
    fail: { record: installation() },
    'not-applicable': { record: installation({ suspendedAt: '2026-01-02T03:04:05.000Z' }) },
  },
  evaluate({ app, permissions, repositories, suspendedAt }, { params, at }) {
    if (suspendedAt !== null) return notApplicable('suspended', `${app} is suspended`)
    const strong = permissions.filter((permission) => !permission.endsWith(':read'))
    if (strong.length === 0) return pass(`${app} only reads`)
    const named = `${strong.slice(0, 3).join(', ')}${strong.length > 3 ? ', …' : ''} in ${repositories === 'all' ? 'all repositories' : 'chosen repositories'}`
    const approval = params.approved.find((one) => one.app === app)
    if (approval === undefined) return fail(`${app} has ${named} and is not approved`)
    if (approval.until !== undefined && approval.until < at.toISOString().slice(0, 10)) {
      return fail(`${app} has ${named}, and its approval ended on ${approval.until}`)
    }
    return pass(`${app} is approved and has ${named}`)
  },
})
