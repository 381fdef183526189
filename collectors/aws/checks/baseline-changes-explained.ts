import { about, checkAll, fail, notApplicable, pass, plural, unknown, unread, type Verdict, z } from 'affiant/sdk'
import { changeExample } from '../examples/config.ts'
import { type BaselineCall, type BaselineChangeRecord, baselineChanges } from '../streams/baseline-changes.ts'

const Ticket = z.strictObject({
  ticket: z.string().min(1).describe('Number of the ticket or pull request; printed in the results.'),
  events: z.array(z.string()).default([]).describe('Ids of CloudTrail events it covers.'),
  resources: z
    .array(z.string())
    .default([])
    .describe('Ids of resources it covers in its window. Default: every resource.'),
  from: z.iso.datetime({ offset: true }).optional().describe('Beginning of its window.'),
  to: z.iso.datetime({ offset: true }).optional().describe('End of its window.'),
})
type Ticket = z.output<typeof Ticket>

const deploys = { automation: ['deploy'] }

export const baselineChangesExplained = checkAll(
  { changes: baselineChanges },
  {
    id: 'aws.baseline-changes-explained',
    revision: 1,
    title: 'Each change of a baseline resource has an actor and a reason',
    severity: 'medium',
    rationale:
      'A change of a trail, a key or a security group that nobody can explain is a mistake or an attack. Only the comparison of what changed with who called shows which there were.',
    remediation:
      'Look the event up in CloudTrail, "Event history", by the name of the resource. Write a ticket for it or take it back; let a pipeline make such changes.',
    params: z.strictObject({
      automation: z
        .array(z.string())
        .default([])
        .describe('Names of roles by which a pipeline changes things: each of its runs is a record of its own.'),
      tickets: z.array(Ticket).optional().describe('Tickets of the period, with the events or the window they cover.'),
    }),
    emptyPopulation: 'not-applicable',
    onPartialData: 'fails-stand',
    criteria: () => ({
      pass: 'A call in CloudTrail explains the configuration item, and the call was made by a declared pipeline, by AWS itself, or belongs to a declared ticket.',
      fail: 'CloudTrail knows no call that explains the configuration item, or the call belongs to no pipeline and no ticket.',
    }),
    examples: {
      pass: { inputs: { changes: [changeExample()] }, params: deploys },
      fail: { inputs: { changes: [changeExample({ calls: { state: 'observed', value: [] } })] }, params: deploys },
      'not-applicable': { inputs: { changes: [] } },
      unknown: {
        inputs: { changes: [changeExample({ calls: { state: 'unknown', reason: 'truncated' } })] },
        params: deploys,
      },
    },
    async *evaluate(datasets, { params }) {
      let changes = 0
      const declared = params.tickets !== undefined || params.automation.length > 0
      for await (const item of datasets.changes.items()) {
        changes += 1
        if (declared) yield { ...about(item), ...judge(item.record, params.automation, params.tickets ?? []) }
      }
      if (!declared && changes > 0) {
        yield {
          subject: 'changes',
          name: 'Changes of the baseline',
          ...notApplicable(
            'undeclared',
            `${plural(changes, 'change is', 'changes are')} listed; declare pipelines as checks.aws.baseline-changes-explained.params.automation, tickets as .tickets`,
          ),
        }
      }
    },
  },
)

function judge(change: BaselineChangeRecord, automation: readonly string[], tickets: readonly Ticket[]): Verdict {
  const { calls, captured, resource } = change
  const what = `${change.status ?? 'a change'} captured at ${captured}`
  const windowed = tickets.find((ticket) => covers(ticket, captured, resource))
  if (calls.state === 'unknown') return unread(calls, 'who changed it')
  if (calls.state === 'absent') return unknown('unavailable', 'CloudTrail was not asked who changed it')
  if (calls.value.length === 0) return fail(`${what}: CloudTrail knows no call that explains it`)
  const reasons = calls.value.map((call) => reasonOf(call, automation, tickets, resource))
  const open = calls.value.find((_, at) => reasons[at] === undefined)
  if (open !== undefined && windowed === undefined) {
    return fail(`${what}: ${open.name} (${open.id}) by ${actorOf(open)} belongs to no pipeline and no ticket`)
  }
  return pass(`${what}: ${[...new Set(reasons.map((reason) => reason ?? windowed?.ticket ?? ''))].join(', ')}`)
}

function reasonOf(
  call: BaselineCall,
  automation: readonly string[],
  tickets: readonly Ticket[],
  resource: string,
): string | undefined {
  const role = call.role?.split('/').at(-1)
  if (role !== undefined && automation.includes(role)) return `${call.name} by pipeline role ${role}`
  if (call.actorType === 'AWSService') return `${call.name} by ${call.service ?? 'AWS'}`
  const ticket = tickets.find((each) => each.events.includes(call.id) || covers(each, call.time, resource))
  return ticket && `${call.name} for ${ticket.ticket}`
}

function covers({ from, to, resources }: Ticket, when: string, resource: string): boolean {
  if (from === undefined || to === undefined) return false
  const time = Date.parse(when)
  return time >= Date.parse(from) && time <= Date.parse(to) && (resources.length === 0 || resources.includes(resource))
}

function actorOf({ role, actorType }: BaselineCall): string {
  return role === null ? (actorType ?? 'somebody') : `role ${role.split('/').at(-1)}`
}
