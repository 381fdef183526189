import { canonicalize } from '../model/canonical.ts'
import type { Statement } from '../model/statement.ts'
import { INDEX, MANIFEST, manifestText, PLAN, SEAL, sha256 } from './layout.ts'
import type { Report } from './reasons.ts'
import { makeStatement } from './statement.ts'
import type { Found, IndexRead, PlanRead } from './verify-parts.ts'

function changed(digest: string | undefined, sealed: string): boolean {
  return digest !== undefined && digest !== sealed
}

function differs(a: unknown, b: unknown): boolean {
  return canonicalize(a) !== canonicalize(b)
}

interface Parts {
  statement: Statement | undefined
  plan: PlanRead | undefined
  manifest: Uint8Array | undefined
  index: IndexRead | undefined
}

/** Each part against what was signed of it, and then everything else the statement says against plan and index. */
export function compareWithStatement({ run, report }: Found, { statement, plan, manifest, index }: Parts): void {
  if (!statement) return
  const { predicate, subject } = statement
  if (predicate.run.number !== run) report('run-mismatch', `it is the seal of run ${predicate.run.number}`, SEAL)
  if (predicate.run.sealedAt < predicate.run.openedAt)
    report('statement-invalid', 'the run was sealed before it was opened', SEAL)
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
    plan: plan.value,
    digests: { plan: predicate.plan.sha256, manifest: subject[0].digest.sha256, index: subject[1].digest.sha256 },
    summary: index.summary,
    sealedAt: predicate.run.sealedAt,
  }).predicate
  for (const part of ['items', 'outcomes', 'results', 'subjects'] as const) {
    if (differs(predicate[part], expected[part]))
      report('counts-wrong', `the statement's ${part} are not those of the index`, SEAL)
  }
  for (const part of ['agent', 'config', 'mappings', 'run'] as const) {
    if (differs(predicate[part], expected[part]))
      report('statement-invalid', `the statement's ${part} is not that of plan and index`, SEAL)
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
