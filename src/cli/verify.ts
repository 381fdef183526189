import { posix } from 'node:path'
import { storeReader } from '../bundle/store-reader.ts'
import { verifyEvidence } from '../bundle/verify.ts'
import { verifyExport, type VerifyExportOptions } from '../bundle/verify-export.ts'
import type { Verification } from '../model/verification.ts'
import { UserError } from '../model/user-error.ts'
import { jsonText } from '../report/json-run.ts'
import { showVerification } from '../report/show-verification.ts'
import { verifyJson, type VerifyTarget } from '../report/verify-json.ts'
import { VERIFY_REASONS } from '../bundle/reasons.ts'
import { assertThere, type JsonOption, lookOf, type StoreOption, storePath } from './common.ts'
import type { Environment, Runtime } from './environment.ts'
import { trustFrom, type TrustOptions } from './trust.ts'

export interface VerifyOptions extends StoreOption, JsonOption, TrustOptions {
  deep?: true
  report?: true
}

/** `affiant verify`: whether an export, a store or a run is what was sealed, by whom it should be. Exit status 0, 3, 4 or 5. */
export async function verify(target: string, options: VerifyOptions, environment: Environment): Promise<number> {
  const runtime = await environment.runtime()
  const trust = await trustFrom(options, runtime)
  const deep = options.deep === true
  const place = await placeOf(target, options, runtime)
  if (place.kind === 'export') {
    const remakeReport = options.report && (await runtime.remakeExportReport())
    return verifyFile(place.path, { trust, deep, ...(remakeReport && { remakeReport }) }, options, environment)
  }
  if (options.report)
    throw new UserError('--report is for exports: a store has no report to compare', 'affiant report makes one of it.')
  const verification = await verifyEvidence({
    reader: storeReader(runtime.openStore(place.path)),
    trust,
    deep,
    ...(place.kind === 'run' && { runs: [place.run] }),
  })
  const shown =
    place.kind === 'run' ? { kind: place.kind, name: String(place.run) } : { kind: place.kind, name: target }
  const again =
    options.config === undefined || options.store !== undefined ? { ...options, store: place.path } : options
  return print(verification, shown, place.named ? again : options, environment)
}

/** Prints what was found, and gives the exit status. */
export async function print(
  verification: Verification,
  target: VerifyTarget,
  options: StoreOption & JsonOption,
  { stdout, ...environment }: Environment,
): Promise<number> {
  const { agentVersion, standaloneVerifiers } = await environment.runtime()
  const document = verifyJson(verification, {
    target,
    verifier: { version: await agentVersion() },
    verifiers: await standaloneVerifiers(),
    reasonOf: (code) => VERIFY_REASONS[code as keyof typeof VERIFY_REASONS],
  })
  await stdout.write(options.json ? jsonText(document) : showVerification(document, lookOf(stdout, options)))
  return verification.exitCode
}

async function verifyFile(
  path: string,
  given: VerifyExportOptions,
  options: VerifyOptions,
  environment: Environment,
): Promise<number> {
  const runtime = await environment.runtime()
  const file = await runtime.openEvidenceFile(path)
  try {
    const verification = await verifyExport(file, given)
    return await print(verification, { kind: 'export', name: posix.basename(path) }, options, environment)
  } finally {
    await file.close()
  }
}

type Place =
  | { kind: 'export'; path: string }
  | { kind: 'store'; path: string; named: true }
  /** `named`: by its folder, so that no config is needed to find it again. */
  | { kind: 'run'; path: string; run: number; named: boolean }

/** `12`; `evidence/runs/000000012`; `evidence`; `acme-prod_2026-10-01_2026-12-31.evx.tar`. */
async function placeOf(target: string, options: VerifyOptions, runtime: Runtime): Promise<Place> {
  if (/^\d{1,9}$/.test(target) && Number(target) > 0) {
    const path = await storePath(options, runtime)
    await assertThere(path, runtime)
    return { kind: 'run', path, run: Number(target), named: false }
  }
  if (options.store !== undefined) {
    throw new UserError(
      'both a path and --store were given',
      'Give the path alone, or the number of a run with --store.',
    )
  }
  const kind = await runtime.kindOf(target)
  if (kind === 'file') return { kind: 'export', path: target }
  const path = posix.normalize(target).replace(/\/$/, '')
  const number = Number(posix.basename(path))
  if (/^\d{9}$/.test(posix.basename(path)) && number > 0 && posix.basename(posix.dirname(path)) === 'runs') {
    const store = posix.join(path, '..', '..')
    await assertThere(store, runtime)
    return { kind: 'run', path: store, run: number, named: true }
  }
  if (kind === 'folder') return { kind: 'store', path, named: true }
  throw new UserError(
    `there is no file or folder ${target}, and it is not the number of a run`,
    'Give an export (a .tar file), a store or the folder of a run in it, such as evidence/runs/000000012, or a number, such as 12.',
  )
}
