import { planBytes, runKey, PLAN, parsePlan } from '../../src/bundle/layout.ts'
import { sha256 } from '../../src/bundle/crypto.ts'
import { RUN_OPENED, RUN_SEALED } from '../../src/model/statement.ts'
import { outcome } from '../bundle/fixture.ts'
import { at, keyOf, newLedger, newSigner, part, trusting } from '../bundle/ledger-builder.ts'
import { type Attack, incomplete, rejected } from './attack.ts'
import { historyOf, putObject, reseal, rewrite, type RunDraft } from './forge.ts'

const linesAbout = ({ lines }: RunDraft, text: string) => lines.filter((line) => JSON.stringify(line).includes(text))

/** Makes the item of repositories end in another way, with the records of its first page only. */
function firstPageOnly(draft: RunDraft, says: ReturnType<typeof outcome>): void {
  for (const line of linesAbout(draft, '/github.repositories/')) {
    if (line.kind === 'records') Object.assign(line, putObject(draft.files, '{"id":1,"name":"api"}\n'))
    if (line.kind === 'outcome') line.outcome = says
  }
}

/** Makes the item of repositories a population of three events, the last of them at that time. */
function eventsOnly({ plan, lines, files }: Pick<RunDraft, 'plan' | 'lines' | 'files'>, last: string): void {
  const planned = plan.sources[0]?.streams.find(({ id }) => id === 'github.repositories')
  if (planned) planned.occurredAt = 'merged.at'
  const times = ['2026-09-30T00:00:00Z', null, last]
  const text = times.map((time, id) => `{"id":${id},"merged":{"at":${JSON.stringify(time)}}}\n`).join('')
  for (const line of lines)
    if (line.kind === 'records' && line.planItem.includes('/github.repositories/'))
      Object.assign(line, putObject(files, text))
}

/** Every honest run stands on an honest seal, so a lie in a run is told by the holder of the key. */
export const ATTACKS_ON_RUNS: readonly Attack[] = [
  {
    id: '64a',
    attack: 'a plan item without a line that says how it ended',
    expected: rejected('outcome-missing'),
    make: async (bench) => ({
      files: await reseal(bench.files(), 1, (draft) => {
        draft.lines = draft.lines.filter((line) => line.kind !== 'outcome' || line.stream !== 'git.files')
      }),
    }),
  },
  {
    id: '64b',
    attack: 'a scope that the source has, and that nobody visited',
    expected: rejected('outcome-missing'),
    make: async (bench) => ({
      files: await reseal(bench.files(), 1, ({ lines }) => {
        for (const line of lines)
          if (line.kind === 'source' && line.scopes.length > 0) line.scopes.push({ id: 'forgotten' })
      }),
    }),
  },
  {
    id: '65a',
    attack: 'a page of records left out, and counted',
    expected: rejected('counts-wrong'),
    make: async (bench) => ({
      files: await reseal(bench.files(), 1, (draft) => firstPageOnly(draft, outcome(3))),
    }),
  },
  {
    id: '65b',
    attack: 'a page of records left out, as the run says',
    expected: incomplete('partial'),
    make: async (bench) => ({
      files: await reseal(bench.files(), 1, (draft) =>
        firstPageOnly(draft, outcome(1, { status: 'partial', reason: 'denied', sourceTotal: 3 })),
      ),
    }),
  },
  {
    id: '65c',
    attack: 'a page of records left out and not counted, though the source said how many there are',
    expected: rejected('counts-wrong'),
    make: async (bench) => ({
      files: await reseal(bench.files(), 1, (draft) => firstPageOnly(draft, outcome(1, { sourceTotal: 3 }))),
    }),
  },
  {
    id: '65d',
    attack: 'records that could not be read, and the plan item said to be complete',
    expected: rejected('counts-wrong'),
    make: async (bench) => ({
      files: await reseal(bench.files(), 1, (draft) =>
        firstPageOnly(draft, outcome(1, { gaps: [{ reason: 'denied', count: 2, subjects: ['2', '3'] }] })),
      ),
    }),
  },
  {
    id: '65e',
    attack: 'a population of events said to be complete, and read before its period had ended',
    expected: rejected('period-wrong'),
    make: async (bench) => ({
      files: await reseal(bench.files(), 1, ({ lines, plan, files }) => {
        plan.run.period.to = '2026-10-02T00:00:00.000Z'
        eventsOnly({ lines, plan, files }, '2026-09-30T12:00:00Z')
      }),
    }),
  },
  {
    id: '65f',
    attack: 'an event put into a population that happened when the period was over',
    expected: rejected('period-wrong'),
    make: async (bench) => ({
      files: await reseal(bench.files(), 1, (draft) => eventsOnly(draft, '2026-10-01T00:00:00Z')),
    }),
  },
  {
    id: '65g',
    attack: 'an event put into a population that does not say when it happened',
    expected: rejected('period-wrong'),
    make: async (bench) => ({
      files: await reseal(bench.files(), 1, (draft) => eventsOnly(draft, 'in September')),
    }),
  },
  {
    id: '66',
    attack: 'the end of the pages never reached',
    expected: incomplete('failed'),
    make: async (bench) => ({
      files: await reseal(bench.files(), 1, (draft) => {
        draft.lines = draft.lines.filter((line) => line.kind !== 'records' || !line.path.endsWith('members.jsonl'))
        for (const line of linesAbout(draft, '/github.members/'))
          if (line.kind === 'outcome') line.outcome = outcome(0, { status: 'failed', reason: 'denied', pages: 0 })
      }),
    }),
  },
  {
    id: '67a',
    attack: 'a plan item failed, and the seal says that the run is complete',
    expected: rejected('statement-invalid'),
    make: async (bench) => ({
      files: await reseal(bench.files(), 1, (draft) => {
        draft.lines = draft.lines.filter((line) => line.kind !== 'records' || !line.path.endsWith('members.jsonl'))
        for (const line of linesAbout(draft, '/github.members/'))
          if (line.kind === 'outcome') line.outcome = outcome(0, { status: 'failed', reason: 'denied', pages: 0 })
        draft.seal = ({ predicate }) => void (predicate.run.status = 'complete')
      }),
    }),
  },
  {
    id: '67b',
    attack: 'a check passes on records that were not read whole',
    expected: rejected('results-mismatch'),
    make: async (bench) => ({
      files: await reseal(bench.files(), 1, (draft) => {
        firstPageOnly(draft, outcome(1, { status: 'partial', reason: 'denied' }))
        for (const line of draft.lines) {
          if (line.kind !== 'results') continue
          const results = '{"status":"pass","subject":"api"}\n'
          const { lines: _, ...file } = putObject(draft.files, results)
          const counts = { inScope: 1, inspected: 1, passed: 1, failed: 0, notApplicable: 0, unknown: 0, excepted: 0 }
          Object.assign(line, file, { summary: { ...line.summary, status: 'pass', counts } })
        }
      }),
    }),
  },
  {
    id: '71a',
    attack: 'the plan changed between opening and seal: the opening names the old one',
    expected: rejected('plan-swapped', 'plan-changed'),
    async make(bench) {
      const files = bench.files()
      const [before, opening] = [parsePlan(files.get(runKey(1, PLAN)) ?? Buffer.alloc(0)), historyOf(files)[1]]
      await reseal(files, 1, ({ plan }) => {
        for (const check of plan.checks) check.severity = 'low'
      })
      const history = historyOf(files)
      if (opening?.subject[0]) history[1]!.subject[0].digest.sha256 = sha256(planBytes(before))
      return { files: await rewrite(files, history) }
    },
  },
  {
    id: '71b',
    attack: 'a check taken out of the plan after the run was opened',
    expected: rejected('plan-changed', 'results-mismatch'),
    make(bench) {
      const files = bench.files()
      const plan = parsePlan(files.get(runKey(1, PLAN)) ?? Buffer.alloc(0))
      return { files: files.set(runKey(1, PLAN), planBytes({ ...plan, checks: [] })) }
    },
  },
  {
    id: '72a',
    attack: 'a run sealed twice',
    expected: rejected('sealed-twice'),
    async make(bench) {
      const files = bench.files()
      const history = historyOf(files)
      return { files: await rewrite(files, [...history, structuredClone(history[2]!)]) }
    },
  },
  {
    id: '72b',
    attack: 'a seal that names the opening of another run',
    expected: rejected('sealed-twice', 'plan-swapped'),
    async make(bench) {
      const files = bench.files()
      const history = historyOf(files)
      const [, , , , seal] = history
      if (seal?.predicateType === RUN_SEALED) seal.predicate.run.number = 1
      return { files: await rewrite(files, history) }
    },
  },
  {
    id: '72c',
    attack: 'a seal of a run that no entry opens',
    expected: rejected('sealed-unopened'),
    async make(bench) {
      const files = bench.files()
      return {
        files: await rewrite(
          files,
          historyOf(files).filter(
            ({ predicateType, predicate }) => predicateType !== RUN_OPENED || predicate.ledger.index !== 3,
          ),
        ),
      }
    },
  },
  {
    id: '73a',
    attack: 'a run was due, and was opened a day late',
    expected: incomplete('schedule-gap'),
    async make() {
      const by = newSigner()
      const ledger = newLedger()
      await ledger.add(by, part.genesis(by, [keyOf(by, 'root'), keyOf(by, 'collector')]))
      await ledger.run(by, 10, { expectedBy: at(24 * 60) })
      await ledger.run(by, 48 * 60)
      return { files: ledger.files, runs: [], trust: trusting(by) }
    },
  },
  {
    id: '73b',
    attack: 'a longer silence than the trust policy allows, and nothing in the ledger that says when a run was due',
    expected: incomplete('schedule-gap'),
    async make() {
      const by = newSigner()
      const ledger = newLedger()
      await ledger.add(by, part.genesis(by, [keyOf(by, 'root'), keyOf(by, 'collector')]))
      await ledger.run(by, 10)
      await ledger.run(by, 48 * 60)
      const trust = trusting(by)
      return { files: ledger.files, runs: [], trust: { ...trust, policy: { ...trust.policy, maxGapSeconds: 93_600 } } }
    },
  },
  {
    id: '74',
    attack: 'a run sealed before it was opened',
    expected: rejected('times-wrong'),
    async make(bench) {
      const files = bench.files()
      const history = historyOf(files)
      const [, , seal] = history
      if (seal?.predicateType === RUN_SEALED) seal.predicate.run.sealedAt = '2026-09-30T00:00:00.000Z'
      return { files: await rewrite(files, history) }
    },
  },
]
