import { checkEach, fail, listedInConfig, notApplicable, pass, unknown, z } from 'affiant/sdk'
import { isNamed, isServiceApp } from '../app.ts'
import { exampleApp } from '../examples-policies.ts'
import { apps } from '../streams/apps.ts'

export const appsFederated = checkEach(apps, {
  id: 'okta.apps-federated',
  revision: 1,
  title: 'Apps trust Okta’s word instead of a password',
  severity: 'medium',
  rationale:
    'Where Okta fills in a password, the app still takes that password from anyone: past the second factor, and after the person has left.',
  remediation:
    'Change the sign-on method of the app to SAML or OpenID Connect ("Applications", the app, "Sign On"), or waive it by name with a reason.',
  params: z.strictObject({
    accepted: z
      .array(z.string())
      .min(1)
      .default(['SAML_2_0', 'OPENID_CONNECT', 'WS_FEDERATION'])
      .describe('Sign-on modes that are accepted, as the API names them.'),
    waived: z
      .array(
        z.strictObject({
          app: z.string().min(1).describe('Id or label of the app.'),
          reason: z.string().min(1).describe('Why it keeps a password; printed in the result.'),
        }),
      )
      .default([])
      .describe('Apps that may keep a password.'),
  }),
  criteria: ({ accepted, waived }) => ({
    pass: `The sign-on mode of an active app is one of ${accepted.join(', ')}.`,
    fail: `The sign-on mode of an active app is another, and the app is not waived (${listedInConfig(waived)}).`,
  }),
  examples: {
    pass: { record: exampleApp() },
    fail: { record: exampleApp({ signOnMode: 'BROWSER_PLUGIN' }) },
    'not-applicable': { record: exampleApp({ status: 'INACTIVE', signOnMode: 'BROWSER_PLUGIN' }) },
    unknown: { record: exampleApp({ signOnMode: null }) },
  },
  evaluate(record, { params }) {
    const { label, status, signOnMode: mode } = record
    if (status !== 'ACTIVE') return notApplicable('inactive', `app "${label}" is not active`)
    if (isServiceApp(record)) return notApplicable('service-app', `nobody signs on to app "${label}"`)
    if (mode === 'BOOKMARK') return notApplicable('bookmark', `app "${label}" is a link without sign-on`)
    if (mode === null) return unknown('invalid', `app "${label}": Okta did not say how people sign on`)
    const detail = `people sign on to app "${label}" by ${mode}`
    if (params.accepted.includes(mode)) return pass(detail)
    const waiver = params.waived.find((each) => isNamed(record, [each.app]))
    return waiver ? notApplicable('waived', `${detail}; waived: ${waiver.reason}`) : fail(detail)
  },
})
