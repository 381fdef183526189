import {
  about,
  checkAll,
  fail,
  type Item,
  notApplicable,
  pass,
  plural,
  type Result,
  type Verdict,
  z,
} from 'affiant/sdk'
import { logEvent } from '../examples-log.ts'
import type { LogEventRecord } from '../log-event.ts'
import { configurationChanges } from '../streams/configuration-changes.ts'
import { privilegeChanges } from '../streams/privilege-changes.ts'

const granted = logEvent({ eventType: 'user.account.privilege.grant' })
const inputs = { privileges: [granted], configuration: [] }

const Ticket = z.strictObject({
  ticket: z.string().min(1).describe('Number of the ticket; printed in the results.'),
  events: z.array(z.string()).default([]).describe('Uuids of events it covers.'),
  from: z.iso.datetime({ offset: true }).optional().describe('Beginning of a window in which it covers every event.'),
  to: z.iso.datetime({ offset: true }).optional().describe('End of the window.'),
  actor: z.string().optional().describe('Okta username of the one person whose events in the window it covers.'),
})
type Ticket = z.output<typeof Ticket>

export const privilegedChangesTicketed = checkAll(
  { privileges: privilegeChanges, configuration: configurationChanges },
  {
    id: 'okta.privileged-changes-ticketed',
    revision: 1,
    title: 'Each change of administrators, policies and apps belongs to a ticket',
    severity: 'medium',
    rationale:
      'A change of rights or rules that nobody asked for is a mistake or an attack. Only the comparison shows which there were.',
    remediation:
      'Find out who made the change named and why ("Reports", "System Log", search for the uuid). Write a ticket for it or take it back.',
    params: z.strictObject({
      tickets: z.array(Ticket).optional().describe('Tickets of the period, with the events or the window they cover.'),
    }),
    redactParams: { 'tickets.*.actor': 'pseudonym' },
    emptyPopulation: 'not-applicable',
    criteria: () => ({
      pass: 'The event is named by a declared ticket or lies in the window of one.',
      fail: 'The event belongs to no declared ticket.',
    }),
    examples: {
      pass: { inputs, params: { tickets: [{ ticket: 'CHG-1', events: [granted.uuid] }] } },
      fail: { inputs, params: { tickets: [{ ticket: 'CHG-2' }] } },
      'not-applicable': { inputs },
    },
    async *evaluate(datasets, { params }) {
      let events = 0
      for (const dataset of [datasets.privileges, datasets.configuration]) {
        for await (const item of dataset.items()) {
          events += 1
          if (params.tickets !== undefined) yield resultOf(item, params.tickets)
        }
      }
      if (params.tickets === undefined && events > 0) {
        yield {
          subject: 'changes',
          name: 'Privileged changes',
          ...notApplicable(
            'undeclared',
            `${plural(events, 'change is', 'changes are')} listed; declare their tickets as checks.okta.privileged-changes-ticketed.params.tickets`,
          ),
        }
      }
    },
  },
)

function resultOf(item: Item<LogEventRecord>, tickets: readonly Ticket[]): Result {
  return { ...about(item), ...judge(item.record, tickets) }
}

/** Results of an event that changed nothing. */
const WITHOUT_EFFECT = new Set(['FAILURE', 'DENY', 'SKIPPED', 'ABANDONED'])

function judge(event: LogEventRecord, tickets: readonly Ticket[]): Verdict {
  const what = `${event.eventType} at ${event.published}`
  if (WITHOUT_EFFECT.has(event.outcome.result)) {
    return notApplicable('no-effect', `${what} ended as ${event.outcome.result}: nothing was changed`)
  }
  const ticket = tickets.find((each) => covers(each, event))
  return ticket ? pass(`${what} belongs to ${ticket.ticket}`) : fail(`${what} (${event.uuid}) belongs to no ticket`)
}

function covers({ events, from, to, actor }: Ticket, event: LogEventRecord): boolean {
  if (events.includes(event.uuid)) return true
  if (from === undefined || to === undefined) return false
  const time = Date.parse(event.published)
  return time >= Date.parse(from) && time <= Date.parse(to) && (actor === undefined || actor === event.actor.person)
}
