import type { ReportFile, RunEvidence } from '../../model/report-source.ts'
import type { ResultLine } from '../../model/result.ts'
import { type BundleFile, bundleFiles } from '../machine/bundle-files.ts'
import { evidenceId, originOf, sealedEvidence, type SealedEvidence } from '../machine/facts.ts'
import { type JudgedCheck, judgedChecks, needsWord, subjectsOf } from '../machine/judged.ts'
import { listOf, listOfPieces, objectWith } from '../machine/pieces.ts'
import { shown } from '../machine/texts.ts'
import { uuidOf } from '../machine/uuid.ts'
import { invocation } from './invocation.ts'
import { message } from './message.ts'
import { BUNDLE, placeOf } from './place.ts'
import { checkResult, subjectResult } from './result.ts'
import { rulesOf, taxonomy } from './rules.ts'

export interface SarifOptions {
  /** Also what passed or does not apply; without it they are counts. */
  passes?: boolean
}

/** Where the schema of SARIF 2.1.0, errata 01, is published. */
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/**
 * A sealed run as a log of SARIF 2.1.0 (OASIS): rules are checks, results what failed or is unknown.
 * @throws UserError if the run was never sealed
 */
export function sarifFile(run: RunEvidence, options: SarifOptions = {}): ReportFile {
  const sealed = sealedEvidence(run)
  return { path: 'sarif/results.sarif', content: () => log(sealed, options) }
}

async function* log(run: SealedEvidence, options: SarifOptions): AsyncIterable<string> {
  yield* objectWith({ $schema: SCHEMA, version: '2.1.0' }, { runs: listOfPieces([sarifRun(run, options)]) })
  yield '\n'
}

function sarifRun(run: SealedEvidence, { passes = false }: SarifOptions): AsyncIterable<string> {
  const judged = judgedChecks(run)
  const files = bundleFiles(run)
  const { plan } = run
  const rules = rulesOf(judged)
  const head = {
    tool: {
      driver: {
        name: 'Affiant',
        version: shown(plan.agent.version),
        rules: rules.list,
        supportedTaxonomies: [{ name: taxonomy(run).name, index: 0 }],
        properties: { buildSha256: plan.agent.build.sha256 },
      },
    },
    taxonomies: [taxonomy(run)],
    invocations: [invocation(run)],
    automationDetails: {
      id: `affiant/${plan.agent.installation}/${plan.run.job}/${run.number}`,
      guid: uuidOf('sarif/run', originOf(run), evidenceId(run)),
      correlationGuid: uuidOf('sarif/job', originOf(run), plan.run.job),
    },
    originalUriBaseIds: {
      [BUNDLE]: {
        description: { text: 'The folder of the bundle: data/ of an export. A store keeps files by their digests.' },
      },
    },
    redactionTokens: ['[credential]'],
    properties: {
      installation: plan.agent.installation,
      ledger: originOf(run),
      run: run.number,
      job: plan.run.job,
      runStatus: run.statement.predicate.run.status,
      ledgerEntry: run.seal.index,
      statementSha256: run.seal.sha256,
      keyId: run.seal.keyId,
      indexLinesWithheld: run.withheld.length,
      subjects: run.statement.predicate.subjects,
      demoSources: plan.sources.filter(({ demo }) => demo).map(({ id }) => id),
      // What is not listed is counted, so that a short list is not taken for a small one.
      listed: passes ? ['fail', 'unknown', 'pass', 'not-applicable'] : ['fail', 'unknown'],
    },
  }
  const places = new Map(files.map(({ path }, index) => [path, index]))
  return objectWith(head, {
    artifacts: listOf(files.map(artifact)),
    results: listOf(results(run, judged, { passes, rules: rules.indexOf, places })),
  })
}

function artifact({ path, sha256, size, title, mediaType }: BundleFile): object {
  return {
    location: placeOf(path),
    description: message(title),
    ...(size !== undefined && { length: size }),
    mimeType: mediaType,
    ...(sha256 !== undefined && { hashes: { 'sha-256': sha256 } }),
  }
}

async function* results(
  run: SealedEvidence,
  judged: readonly JudgedCheck[],
  { passes, rules, places }: { passes: boolean; rules: (check: string) => number; places: ReadonlyMap<string, number> },
): AsyncIterable<object> {
  const isListed = (status: ResultLine['status'] | 'withheld') =>
    passes || (status !== 'pass' && status !== 'not-applicable')
  for (const one of judged) {
    const ruleIndex = rules(one.planned.id)
    if (needsWord(one) && isListed(one.status)) yield checkResult(run, one, { ruleIndex, places })
    for await (const { number, result } of subjectsOf(run, one))
      if (isListed(result.status)) yield subjectResult(run, one, { ruleIndex, places, number, result })
  }
}
