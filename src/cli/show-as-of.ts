import type { EvidenceReader } from '../model/evidence-reader.ts'
import { UserError } from '../model/user-error.ts'
import { runsInForce } from '../period-source.ts'
import { readRunEvidence } from '../report-source.ts'
import { type AsOf, type ReadInForce, showAsOfJson, showEvidence, showInForce } from '../report/show-as-of.ts'
import { checksOf } from '../report/summary.ts'
import { lookOf, print } from './common.ts'
import type { Environment } from './environment.ts'
import { withEvidence } from './evidence.ts'
import { EXIT } from './exit-codes.ts'
import { withIntegrity } from './integrity.ts'
import { momentOf } from './period.ts'
import { findChecks, findControl, pieces, type ShowOptions } from './show.ts'

export interface ShowAsOfOptions extends ShowOptions {
  asOf: string
}

/** `affiant show --as-of`: of each job the run that was in force then, with what it rests on. */
export async function showAsOf(options: ShowAsOfOptions, environment: Environment): Promise<number> {
  const moment = momentOf('--as-of', options.asOf)
  const { systemClock } = await environment.runtime()
  return withIntegrity(() =>
    withEvidence(options, environment, async ({ reader }) => {
      const all = await inForce(reader, moment, options)
      const now = systemClock.now()
      const at = { asOf: moment.toISOString(), ...(moment > now && { until: now.toISOString() }) }
      await print(environment, show(all, at, options, environment))
      return EXIT.ok
    }),
  )
}

async function inForce(reader: EvidenceReader, moment: Date, options: ShowAsOfOptions): Promise<ReadInForce[]> {
  const found = await runsInForce(reader, moment)
  if (found.length === 0)
    throw new UserError(
      `no run had been sealed by ${moment.toISOString()}`,
      'Nothing is known of that time. "affiant list" shows the runs that there are.',
    )
  const read: ReadInForce[] = []
  for (const one of found) {
    const view = await readRunEvidence(reader, one.run.number)
    const all = checksOf(view)
    const hasCheck = options.check === undefined || all.some(({ check }) => check === options.check)
    if (!hasCheck && found.length > 1) continue
    const checks = options.check !== undefined ? findChecks(view, options.check) : all.filter(wanted(options))
    const control = options.control === undefined ? undefined : findControl(view, options.control)
    read.push({ ...one, view, checks: isNarrow(options) ? checks : [], ...(control && { control }) })
  }
  if (read.length > 0) return read
  throw new UserError(
    `no run in force at ${moment.toISOString()} has the check "${options.check}"`,
    '"affiant collectors ID" lists the checks of a collector.',
  )
}

const isNarrow = ({ check, failed, unknown }: ShowAsOfOptions) =>
  check !== undefined || failed === true || unknown === true

function wanted({ failed }: ShowAsOfOptions) {
  return ({ line: { summary } }: ReturnType<typeof checksOf>[number]) =>
    failed ? summary.status === 'fail' : summary.status === 'unknown' || summary.counts.unknown > 0
}

async function* show(
  all: readonly ReadInForce[],
  at: AsOf,
  options: ShowAsOfOptions,
  environment: Environment,
): AsyncIterable<string> {
  if (options.json) {
    const status = options.failed ? 'fail' : options.unknown ? 'unknown' : undefined
    yield* showAsOfJson(all, at, { results: isNarrow(options), ...(status && { status }) })
    return
  }
  const look = lookOf(environment.stdout, options)
  for (const [place, one] of all.entries()) {
    if (place > 0) yield '\n'
    yield `${showInForce(one, at, look)}\n`
    yield* pieces(one.view, options, environment)
    if (options.check !== undefined) yield `\n${await showEvidence(one, look)}`
  }
}
