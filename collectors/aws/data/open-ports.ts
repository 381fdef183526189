import { about, checkAll, fail, notApplicable, pass, type Severity, unknown, type Verdict, z } from 'affiant/sdk'
import { exampleInterface, exampleSecurityGroup, openTo } from '../examples/network.ts'
import { withinAccount } from '../within-account.ts'
import { isWideRange } from './wide-ranges.ts'
import { networkInterfaces } from '../streams/network-interfaces.ts'
import { type SecurityGroupRecord, type SecurityGroupRule, securityGroups } from '../streams/security-groups.ts'

/** Secure shell and remote desktop: CIS AWS Foundations 6.3 and 6.4. */
export const ADMIN_PORTS = [22, 3389]

/**
 * The 24 ports that the control EC2.19 of AWS Foundational Security Best Practices names, but the two of {@link ADMIN_PORTS}.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19; compared on 2026-11-23
 */
export const HIGH_RISK_PORTS = [
  20, 21, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 4333, 5000, 5432, 5500, 5601, 8080, 8088, 8888, 9200,
  9300,
]

/**
 * What a security group stands before. The same rule is a way in from the internet on an interface with a public address,
 * a step away from it on others, and only a trap where nothing has the group.
 */
export type Exposure = 'public' | 'private' | 'unattached'

const EXPOSED: Readonly<Record<Exposure, { severity: Severity; words: string }>> = {
  public: { severity: 'critical', words: 'security groups of public interfaces' },
  private: { severity: 'high', words: 'security groups of interfaces without a public address' },
  unattached: { severity: 'low', words: 'security groups that nothing has' },
}

/** Protocols with ports, and all. Numbers are those of IANA. */
const WITH_PORTS = ['tcp', 'udp', '6', '17']

/** Which of the ports a rule opens to the whole internet, or to a large part of it. */
export function openedBy(rule: SecurityGroupRule, ports: readonly number[]): number[] {
  return rule.sources.some(isWideRange) ? coveredBy(rule, ports) : []
}

function coveredBy({ protocol, from, to }: SecurityGroupRule, ports: readonly number[]): number[] {
  if (protocol === '-1') return [...ports]
  if (!WITH_PORTS.includes(protocol)) return []
  return ports.filter((port) => port >= (from ?? 0) && port <= (to ?? 65_535))
}

/** One check for each exposure, as each has a severity of its own. A group is in the population of one of them. */
export function openPortsCheck(
  exposure: Exposure,
  subject: { id: `aws.${string}`; title: string; ports: readonly number[]; what: string },
) {
  const { severity, words } = EXPOSED[exposure]
  return checkAll(
    { groups: securityGroups, interfaces: networkInterfaces },
    {
      id: subject.id,
      revision: 1,
      title: subject.title,
      severity,
      rationale: `Scanners of the whole internet find ${subject.what} within minutes and try passwords and known faults on them.`,
      remediation:
        'VPC console, "Security groups", the group named, "Edit inbound rules": delete the rule, or give it the addresses that need it. To reach machines use Session Manager.',
      params: z.strictObject({
        ports: z
          .array(z.int().min(0).max(65_535))
          .default([...subject.ports])
          .describe('Ports that must not be open to the internet.'),
        approved: z
          .array(z.string())
          .default([])
          .describe('Ids of security groups that may have them open, and of prefix lists that somebody looked at.'),
      }),
      criteria: ({ ports }) => ({
        pass: `No inbound rule admits 0.0.0.0/0 or ::/0, or a large part of them, to any of the ports ${ports.join(', ')}. Judged are ${words}.`,
        fail: `An inbound rule admits the whole internet to one of the ports ${ports.join(', ')}.`,
      }),
      emptyPopulation: 'not-applicable',
      restsOn: withinAccount,
      examples: {
        pass: { inputs: examples(exposure, [openTo('10.0.0.0/8', subject.ports[0] ?? 22)]) },
        fail: { inputs: examples(exposure, [openTo('0.0.0.0/0', subject.ports[0] ?? 22)]) },
        'not-applicable': {
          inputs: examples(exposure === 'unattached' ? 'public' : 'unattached', [
            openTo('0.0.0.0/0', subject.ports[0] ?? 22),
          ]),
        },
      },
      async *evaluate({ groups, interfaces }, { params }) {
        const attached = new Map<string, Exposure>()
        for await (const { record, source, scope } of interfaces.items()) {
          for (const group of record.groups) {
            const key = `${source}\0${scope}\0${group}`
            if (record.publicAddress || record.ipv6) attached.set(key, 'public')
            else if (!attached.has(key)) attached.set(key, 'private')
          }
        }
        for await (const item of groups.items()) {
          const has = attached.get(`${item.source}\0${item.scope}\0${item.record.id}`) ?? 'unattached'
          yield { ...about(item), ...judge(item.record, has, exposure, params) }
        }
      },
    },
  )
}

const OTHER_REASON: Readonly<Record<Exposure, string>> = {
  public: 'on-public-interface',
  private: 'on-private-interface',
  unattached: 'unattached',
}

function judge(
  group: SecurityGroupRecord,
  has: Exposure,
  judged: Exposure,
  params: { ports: readonly number[]; approved: readonly string[] },
): Verdict {
  if (has !== judged) return notApplicable(OTHER_REASON[has], 'another check judges groups with this exposure')
  const open = new Set(group.ingress.flatMap((rule) => openedBy(rule, params.ports)))
  if (open.size === 0) {
    const lists = group.ingress
      .filter((rule) => coveredBy(rule, params.ports).length > 0)
      .flatMap(({ sources }) =>
        sources.filter((source) => source.startsWith('pl-') && !params.approved.includes(source)),
      )
    if (lists.length === 0 || params.approved.includes(group.id))
      return pass('none of the ports is open to the internet')
    return unknown(
      'unavailable',
      `open to the prefix list ${[...new Set(lists)].join(', ')}, whose ranges are not read`,
    )
  }
  const list = [...open].sort((a, b) => a - b).join(', ')
  if (params.approved.includes(group.id)) return notApplicable('approved', `open to the internet and approved: ${list}`)
  return fail(`open to the whole internet: ${list}`)
}

function examples(exposure: Exposure, ingress: SecurityGroupRule[]) {
  return {
    groups: [exampleSecurityGroup({ ingress })],
    interfaces: exposure === 'unattached' ? [] : [exampleInterface({ publicAddress: exposure === 'public' })],
  }
}
