import { UserError } from '../model/user-error.ts'
import { type MachineFormat, machineFile } from '../report/machine/files.ts'
import { grouped } from '../report/words.ts'
import { readRunEvidence } from '../report-source.ts'
import { print } from './common.ts'
import type { Environment } from './environment.ts'
import { type EvidenceOption, withEvidence } from './evidence.ts'
import { verificationOf } from './evidence-verification.ts'
import { EXIT, untilStopped } from './exit-codes.ts'
import { withIntegrity } from './integrity.ts'
import { trustFrom, type TrustOptions } from './trust.ts'

export interface ReportFormatOptions extends EvidenceOption, TrustOptions {
  format: MachineFormat | 'csv' | 'json'
  /** The file to write, which does not exist yet; default: standard output. */
  output?: string
  /** SARIF: also what passed or does not apply. */
  passes?: true
}

/**
 * `affiant report --format`: a run in a form for other programs. Exit status 0; 4, and no document, if the evidence is not what was
 * sealed: such a document has no place to say so.
 */
export async function reportFormat(
  run: number | undefined,
  options: ReportFormatOptions,
  environment: Environment,
): Promise<number> {
  const { stdout } = environment
  const { format, output, passes = false } = options
  if (format === 'csv' || format === 'json')
    throw new UserError(
      `a report has no format ${format}: its populations have`,
      `"affiant population export STREAM --format ${format} -o FOLDER" writes one; "affiant report" has all of them in data/.`,
    )
  if (passes && format !== 'sarif')
    throw new UserError(`--passes is for SARIF: ${format} always has every result`, 'Leave it out.')
  const runtime = await environment.runtime()
  const trust = await trustFrom(options, runtime)
  return withIntegrity(() =>
    withEvidence(options, environment, async ({ reader, chooseSealed }) => {
      const number = await chooseSealed(run)
      // First: a run that is not there, or was never sealed, is no damage.
      const { content } = machineFile(await readRunEvidence(reader, number), format, { passes })
      const { exitCode } = await verificationOf(reader, [number], trust, options, runtime)
      if (exitCode === EXIT.integrity)
        throw new UserError(
          `the evidence of run ${number} is not what was sealed, so no ${format} document was made of it`,
          'affiant verify says what is wrong.',
          { exitCode: EXIT.integrity },
        )
      if (output === undefined) await print(environment, content())
      else {
        using writing = untilStopped(environment)
        const { bytes, sha256 } = await runtime.writeNewStream(output, content(), writing.signal)
        await stdout.write(`${output}: ${format}, run ${number}, ${grouped(bytes)} bytes, SHA-256 ${sha256}\n`)
      }
      return EXIT.ok
    }),
  )
}
