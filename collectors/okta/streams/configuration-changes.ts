import { logPopulation } from '../system-log.ts'

/**
 * Each sign-on leaves an event `policy.evaluate_sign_on`: so not all of `policy.` is read, but what changes a policy.
 * Event types: https://developer.okta.com/docs/reference/api/event-types/
 */
export const configurationChanges = logPopulation({
  id: 'okta.configuration-changes',
  title: 'Policies, apps, networks and other security settings changed in the period',
  types: [
    'policy.lifecycle.',
    'policy.rule.',
    'application.lifecycle.',
    'application.policy.sign_on.',
    'zone.',
    'security.authenticator.lifecycle.',
    'security.threat.configuration.',
    'system.idp.lifecycle.',
    'system.log_stream.lifecycle.',
  ],
})
