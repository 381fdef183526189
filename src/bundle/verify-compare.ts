import { canonicalize } from '../model/canonical.ts'
import { ledgerKey } from '../model/common.ts'
import { RUN_OPENED, type Statement } from '../model/statement.ts'
import { sha256 } from './crypto.ts'
import { INDEX, MANIFEST, manifestText, PLAN } from './layout.ts'
import type { Report } from './reasons.ts'
import { agentOf, makeStatement } from './statement.ts'
import type { Found, IndexRead, PlanRead, ReadEntry } from './verify-parts.ts'

function changed(digest: string | undefined, sealed: string): boolean {
  return digest !== undefined && digest !== sealed
}

function differs(a: unknown, b: unknown): boolean {
  return canonicalize(a) !== canonicalize(b)
}

interface Parts {
  statement: Statement | undefined
  /** Of the statement. */
  file: string
  plan: PlanRead | undefined
  manifest: Uint8Array | undefined
  index: IndexRead | undefined
}

/** The plan against what was signed before the first request. */
export function compareWithOpening(
  { report }: Found,
  opening: ReadEntry | undefined,
  plan: PlanRead | undefined,
): void {
  const statement = opening?.statement
  if (statement?.predicateType !== RUN_OPENED || !plan) return
  if (changed(sha256(plan.bytes), statement.subject[0].digest.sha256))
    report('plan-changed', 'its digest is not the one that was signed when the run was opened', PLAN)
  if (!plan.value) return
  const { number, job, trigger, openedAt } = plan.value.run
  const { agent, run, config } = statement.predicate
  if (
    differs(
      { agent, run, config },
      { agent: agentOf(plan.value), run: { number, job, trigger, openedAt }, config: plan.value.config },
    )
  )
    report(
      'statement-invalid',
      'what it says of the run is not what the plan says',
      ledgerKey(opening?.index ?? number),
    )
}

/** Each part against what was signed of it, and then everything else the statement says against plan and index. */
export function compareWithStatement({ report }: Found, { statement, file, plan, manifest, index }: Parts): void {
  if (!statement) return
  const { predicate, subject } = statement
  const digests = {
    plan: plan && sha256(plan.bytes),
    manifest: manifest && sha256(manifest),
    index: index?.sha256,
  }
  if (changed(digests.plan, predicate.plan.sha256))
    report('plan-changed', 'its digest is not the one that was sealed', PLAN)
  if (changed(digests.manifest, subject[0].digest.sha256))
    report('manifest-changed', 'its digest is not the one that was sealed', MANIFEST)
  if (changed(digests.index, subject[1].digest.sha256))
    report('index-changed', 'its digest is not the one that was sealed', INDEX)
  if (!plan?.value || !index?.whole) return

  const expected = makeStatement({
    keyId: predicate.keyid,
    ledger: predicate.ledger,
    plan: plan.value,
    digests: { plan: predicate.plan.sha256, manifest: subject[0].digest.sha256, index: subject[1].digest.sha256 },
    summary: index.summary,
    sealedAt: predicate.run.sealedAt,
  }).predicate
  for (const part of ['items', 'outcomes', 'results', 'subjects'] as const) {
    if (differs(predicate[part], expected[part]))
      report('counts-wrong', `the statement's ${part} are not those of the index`, file)
  }
  for (const part of ['agent', 'config', 'mappings', 'run'] as const) {
    if (differs(predicate[part], expected[part]))
      report('statement-invalid', `the statement's ${part} is not that of plan and index`, file)
  }
}

interface ManifestParts {
  plan: PlanRead | undefined
  index: IndexRead | undefined
  sealed: Statement | undefined
  report: Report
}

const MANIFEST_LINE = /^([0-9a-f]{64}) {2}([A-Za-z0-9._/-]+)$/

/**
 * What the manifest lists, by path. It is compared with plan and index where none of them was already found changed;
 * otherwise every difference would be reported twice.
 */
export function compareManifest(
  bytes: Uint8Array,
  { plan, index, sealed, report }: ManifestParts,
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
