import { canonicalize } from '../model/canonical.ts'
import { ledgerKey } from '../model/common.ts'
import type { RunAbortedStatement, RunOpenedStatement, Statement } from '../model/statement.ts'
import { sha256 } from './crypto.ts'
import { INDEX, MANIFEST, manifestText, PLAN, type RunFile } from './layout.ts'
import type { Report } from './reasons.ts'
import { agentOf, makeStatement } from './statement.ts'
import type { IndexRead, PlanRead } from './verify-parts.ts'

function changed(digest: string | undefined, sealed: string): boolean {
  return digest !== undefined && digest !== sealed
}

function differs(a: unknown, b: unknown): boolean {
  return canonicalize(a ?? null) !== canonicalize(b ?? null)
}

/** Whether lines are left out of an index, as an export may. */
export function isRedacted(index: IndexRead | undefined): boolean {
  return index !== undefined && index.summary.withheld.size > 0
}

/** The plan against what was signed before the first request. `report` of files of the run, `problem` of the entry. */
export function compareWithOpening(
  statement: RunOpenedStatement | undefined,
  plan: PlanRead | undefined,
  { report, problem }: { report: Report; problem: Report },
): void {
  if (!statement || !plan) return
  if (changed(sha256(plan.bytes), statement.subject[0].digest.sha256))
    report('plan-changed', 'its digest is not the one that was signed when the run was opened', PLAN)
  if (!plan.value) return
  const { number, job, trigger, openedAt } = plan.value.run
  const { agent, run, config } = statement.predicate
  const expected = {
    agent: agentOf(plan.value),
    run: { number, job, trigger, openedAt },
    config: plan.value.config,
  }
  if (differs({ agent, run, config }, expected))
    problem('statement-invalid', 'what it says of the run is not what the plan says', ledgerKey(run.number))
}

export interface Parts {
  plan: PlanRead | undefined
  manifest: Uint8Array | undefined
  index: IndexRead | undefined
}

/** Each part against what was signed of it, and then everything else the statement says against plan and index. */
export function compareWithStatement(
  { predicate, subject }: Statement,
  { plan, manifest, index }: Parts,
  { report, problem }: { report: Report; problem: (code: Parameters<Report>[0], detail: string) => void },
): void {
  if (changed(plan && sha256(plan.bytes), predicate.plan.sha256))
    report('plan-changed', 'its digest is not the one that was sealed', PLAN)
  if (changed(manifest && sha256(manifest), subject[0].digest.sha256))
    report('manifest-changed', 'its digest is not the one that was sealed', MANIFEST)
  // Root and count show that a redacted index is the one that was sealed.
  if (!isRedacted(index) && changed(index?.sha256, subject[1].digest.sha256))
    report('index-changed', 'its digest is not the one that was sealed', INDEX)
  if (!plan?.value || !index?.whole) return

  const { summary } = index
  const expected = makeStatement({
    keyId: predicate.keyid,
    ledger: predicate.ledger,
    plan: plan.value,
    digests: { plan: predicate.plan.sha256, manifest: subject[0].digest.sha256, index: subject[1].digest.sha256 },
    summary,
    sealedAt: predicate.run.sealedAt,
    expectedBy: predicate.next?.expectedBy,
  }).predicate
  const { items } = predicate
  if (items.count !== summary.items.count || items.rootHash !== summary.items.rootHash)
    report('root-wrong', 'its lines have another Merkle root, or are not as many, as the seal says', INDEX)
  const counts = { totalBytes: items.totalBytes, results: predicate.results, subjects: predicate.subjects }
  const counted = { totalBytes: summary.items.totalBytes, results: summary.results, subjects: summary.subjects }
  for (const part of ['totalBytes', 'results', 'subjects'] as const) {
    const wrong = isRedacted(index) ? !covers(counts[part], counted[part]) : differs(counts[part], counted[part])
    if (wrong) problem('counts-wrong', `the statement's ${part} are not those of the index`)
  }
  if (differs(predicate.outcomes, expected.outcomes))
    problem('counts-wrong', "the statement's outcomes are not those of the index")
  for (const part of ['agent', 'config', 'mappings', 'run'] as const) {
    if (differs(predicate[part], expected[part]))
      problem('statement-invalid', `the statement's ${part} is not that of plan and index`)
  }
}

type Tally = number | Readonly<Record<string, number>>

/** Whether what was counted in a part is at most what was signed of the whole. */
function covers(whole: Tally, part: Tally): boolean {
  if (typeof whole === 'number' || typeof part === 'number') return Number(part) <= Number(whole)
  return Object.entries(part).every(([key, count]) => count <= (whole[key] ?? 0))
}

/** What is left of a run whose process ended, against what the entry that ends it says was there. */
export function compareWithAbort(
  { subject }: RunAbortedStatement,
  digests: Partial<Readonly<Record<RunFile, string>>>,
  report: Report,
): void {
  const codes = { [PLAN]: 'plan-changed', [MANIFEST]: 'manifest-changed', [INDEX]: 'index-changed' } as const
  for (const { name, digest } of subject) {
    if (changed(digests[name], digest.sha256))
      report(codes[name], 'its digest is not the one that was there when the run was aborted', name)
    // The plan is named by its opening, there or not.
    else if (digests[name] === undefined && name !== PLAN)
      report('file-missing', 'it was there when the run was aborted', name)
  }
}

const MANIFEST_LINE = /^([0-9a-f]{64}) {2}([A-Za-z0-9._/-]+)$/

/**
 * What the manifest lists, by path. It is compared with plan and index where none of them was already found changed;
 * otherwise every difference would be reported twice.
 */
export function compareManifest(
  bytes: Uint8Array,
  { plan, index, sealed, report }: Pick<Parts, 'plan' | 'index'> & { sealed: Statement | undefined; report: Report },
): Map<string, string> {
  const text = Buffer.from(bytes).toString('latin1')
  const listed = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, digest, path] = MANIFEST_LINE.exec(line) ?? []
    if (digest !== undefined && path !== undefined) listed.set(path, digest)
  }
  const trusted = sealed === undefined || sealed.subject[0].digest.sha256 === sha256(bytes)
  if (!trusted || !plan || !index?.whole) return listed
  if (
    sealed &&
    (sealed.subject[1].digest.sha256 !== index.sha256 || sealed.predicate.plan.sha256 !== sha256(plan.bytes))
  )
    return listed

  const expected = new Map([...index.summary.files].map(([path, line]) => [path, line.sha256]))
  expected.set(PLAN, sha256(plan.bytes)).set(INDEX, index.sha256)
  if (manifestText(expected) === text) return listed
  const paths = new Set([...expected.keys(), ...listed.keys()])
  const different = [...paths].filter((path) => expected.get(path) !== listed.get(path))
  for (const path of different)
    report(
      'manifest-index-mismatch',
      `manifest: ${listed.get(path) ?? 'not listed'}; index: ${expected.get(path) ?? 'not listed'}`,
      path,
    )
  if (different.length === 0)
    report('manifest-index-mismatch', 'the manifest is not written as affiant writes it', MANIFEST)
  return listed
}
