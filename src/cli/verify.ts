import { posix } from 'node:path'
import { readRun } from '../bundle/read.ts'
import { VERIFY_REASONS } from '../bundle/reasons.ts'
import { type Verification, verifyExitCode, verifyRun } from '../bundle/verify.ts'
import type { Store } from '../model/store.ts'
import { UserError } from '../model/user-error.ts'
import { jsonText } from '../report/json-run.ts'
import type { VerifyJson } from '../report/json.ts'
import { NOT_PROVED, showVerification, type VerificationReport } from '../report/show-verification.ts'
import { type JsonOption, lookOf, type StoreOption, storePath } from './common.ts'
import type { Environment } from './environment.ts'

export interface VerifyOptions extends StoreOption, JsonOption {
  key?: string
  tsaRoots?: string
}

/** `affiant verify`: whether a run is what was sealed, by the key that was given. Exit status 0, 3, 4 or 5. */
export async function verify(target: string, options: VerifyOptions, environment: Environment): Promise<number> {
  const { stdout } = environment
  const runtime = await environment.runtime()
  const place = placeOf(target)
  const path = place.store ?? (await storePath(options, runtime))
  if (options.store !== undefined && place.store !== undefined) {
    throw new UserError(
      'both a folder of a run and --store were given',
      'Give the folder alone, or the number of the run with --store.',
    )
  }
  if (!(await runtime.exists(path)))
    throw new UserError(`there is no store at ${path}`, 'Check the path of the folder, or --store.')
  const store = runtime.openStore(path)
  const publicKeyPem = options.key === undefined ? undefined : await runtime.readTextFile(options.key)
  const tsaRoots = options.tsaRoots === undefined ? undefined : await runtime.readRootsFile(options.tsaRoots)
  const verification = await verifyRun({
    store,
    run: place.run,
    ...(publicKeyPem !== undefined && { publicKeyPem }),
    ...(tsaRoots && { tsaRoots }),
  })
  const report = reportOf(verification, await demoSources(store, place.run))
  const document: VerifyJson = { schema: 'affiant.verify/1', ...report, notProved: NOT_PROVED }
  await stdout.write(
    options.json
      ? jsonText(document)
      : showVerification(report, lookOf(stdout, { ...options, ...(place.store && { store: place.store }) })),
  )
  return report.exitCode
}

interface Place {
  run: number
  /** Known if a folder was given. */
  store?: string
}

/** `12`, or `evidence/runs/000000012`. */
function placeOf(target: string): Place {
  if (/^\d{1,9}$/.test(target) && Number(target) > 0) return { run: Number(target) }
  const path = posix.normalize(target).replace(/\/$/, '')
  const number = Number(posix.basename(path))
  if (/^\d{9}$/.test(posix.basename(path)) && number > 0 && posix.basename(posix.dirname(path)) === 'runs') {
    return { run: number, store: posix.join(path, '..', '..') }
  }
  throw new UserError(
    `"${target}" is neither the number of a run nor its folder`,
    'Give a number, such as 12, or a folder in its store, such as evidence/runs/000000012: the objects of the run lie beside "runs".',
  )
}

function reportOf(
  verification: Verification,
  demo: readonly string[],
): VerificationReport & Pick<VerifyJson, 'failures' | 'incomplete' | 'demoSources'> {
  const {
    run,
    intact,
    authentic,
    complete,
    timed,
    failures,
    omitted,
    incomplete,
    statement,
    statementSha256,
    checked,
  } = verification
  return {
    run,
    exitCode: verifyExitCode(verification),
    intact,
    authentic,
    complete,
    timed: { level: timed.level, tokens: timed.tokens, ...('by' in timed && { by: timed.by.toISOString() }) },
    failures: failures.map((failure) => ({ ...failure, meaning: VERIFY_REASONS[failure.code].meaning })),
    omitted,
    incomplete: [...incomplete],
    demoSources: [...demo],
    ...(statement && { keyId: statement.predicate.keyid }),
    ...(statementSha256 !== undefined && { statementSha256 }),
    checked,
  }
}

/** Names emulated sources; a plan that cannot be read is among the failures already. */
async function demoSources(store: Store, run: number): Promise<string[]> {
  try {
    const { plan } = await readRun(store, run)
    return plan.sources.flatMap(({ id, demo }) => (demo ? [id] : []))
  } catch {
    return []
  }
}
