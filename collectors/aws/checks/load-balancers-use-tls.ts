import { checkEach, fail, notApplicable, pass, plural, unknown, unread, z } from 'affiant/sdk'
import { denied, exampleListener, exampleLoadBalancer, observed } from '../examples/data.ts'
import { OLD_TLS_POLICIES, POLICIES_AS_OF, TLS12_POLICIES } from '../data/tls-policies.ts'
import { loadBalancers } from '../streams/load-balancers.ts'

export const loadBalancersUseTls = checkEach(loadBalancers, {
  id: 'aws.load-balancers-use-tls',
  revision: 1,
  title: 'Load balancers take nothing but TLS 1.2 or newer',
  severity: 'high',
  rationale: 'Without TLS, and with versions that are broken, traffic can be read and changed on the way.',
  remediation:
    'EC2 console, "Load balancers", the one named, "Listeners and rules": let HTTP redirect to HTTPS, and choose a security policy of TLS 1.2 or newer.',
  params: z.strictObject({
    approved: z
      .array(z.string())
      .default([...TLS12_POLICIES])
      .describe('Names of security policies that are good enough.'),
  }),
  emptyPopulation: 'not-applicable',
  criteria: ({ approved }) => ({
    pass: `Listeners of HTTP only redirect to HTTPS, and the security policy of HTTPS and TLS is one of ${approved.length} approved ones, the list of AWS as of ${POLICIES_AS_OF} if none was given.`,
    fail: 'A listener serves HTTP, or has a security policy that is not approved. On a policy that AWS added since there is no verdict.',
  }),
  examples: {
    pass: { record: exampleLoadBalancer() },
    fail: {
      record: exampleLoadBalancer({ listeners: observed([{ ...exampleListener, protocol: 'HTTP', policy: null }]) }),
    },
    'not-applicable': { record: exampleLoadBalancer({ type: 'gateway', listeners: observed([]) }) },
    unknown: { record: exampleLoadBalancer({ listeners: denied('elasticloadbalancing:DescribeListeners') }) },
  },
  evaluate({ type, listeners }, { params }) {
    if (type === 'gateway') return notApplicable('gateway', 'passes packets on as they are')
    if (listeners.state === 'unknown') return unread(listeners, 'the listeners')
    if (listeners.state === 'absent') return notApplicable('deleted', 'it was deleted while this was read')
    // QUIC goes through to the target as it is, and has no version of TLS before 1.3.
    const judged = listeners.value.filter(({ protocol }) => ['HTTP', 'HTTPS', 'TLS'].includes(protocol ?? ''))
    if (listeners.value.some(({ protocol }) => protocol === null))
      return unknown('invalid', 'AWS does not tell the protocol of a listener')
    if (judged.length === 0) return notApplicable('no-http-or-tls', 'has no listener of HTTP, HTTPS or TLS')
    const wrong: string[] = []
    const unlisted: string[] = []
    for (const { protocol, port, policy, redirectsToHttps } of judged) {
      const name = `${protocol ?? ''} on port ${port ?? 'unknown'}`
      if (protocol === 'HTTP') {
        if (!redirectsToHttps) wrong.push(`${name} does not redirect to HTTPS`)
      } else if (!params.approved.includes(policy ?? '')) {
        const list = policy === null || KNOWN.has(policy) ? wrong : unlisted
        list.push(`${name} has the policy ${policy ?? 'unknown'}`)
      }
    }
    if (wrong.length > 0) return fail([...wrong, ...unlisted].join('; '))
    if (unlisted.length > 0)
      return unknown('stale', `${unlisted.join('; ')}, which the list of ${POLICIES_AS_OF} does not have`)
    return pass(`${plural(judged.length, 'listener uses', 'listeners use')} TLS well`)
  },
})

const KNOWN = new Set([...TLS12_POLICIES, ...OLD_TLS_POLICIES])
