import { STATUSES } from '../../model/result.ts'
import type { ReportFile, RunEvidence } from '../../model/report-source.ts'
import { type BundleFile, bundleFiles } from '../machine/bundle-files.ts'
import { originOf, type SealedEvidence, sealedEvidence } from '../machine/facts.ts'
import { type JudgedCheck, judgedChecks } from '../machine/judged.ts'
import { listOf, listOfPieces, objectWith } from '../machine/pieces.ts'
import { markup } from '../machine/texts.ts'
import { number } from '../words.ts'
import { documentId, fileId, resultId } from './ids.ts'
import { assessmentAssets, components, hasInventory, inventoryItems } from './inventory.ts'
import { findings, localObjectives, reviewedControls } from './objectives.ts'
import { observations } from './observations.ts'
import { props, unlessEmpty } from './parts.ts'

/** Where it stands in a report. */
export const ASSESSMENT_RESULTS = 'oscal/assessment-results.json'

/** The release of OSCAL that the document follows. */
const OSCAL = '1.2.2'

/** What `type` of a resource OSCAL has for our files. */
const RESOURCE_TYPES: Record<BundleFile['kind'], string> = {
  plan: 'plan',
  index: 'artifact',
  manifest: 'artifact',
  results: 'tool-output',
  records: 'raw-data',
  receipts: 'evidence',
  seal: 'evidence',
}

/**
 * A sealed run as OSCAL assessment results (NIST, release 1.2.2). Results are read when the text is asked for, twice.
 * @throws UserError if the run was never sealed
 */
export function oscalFile(run: RunEvidence): ReportFile {
  const sealed = sealedEvidence(run)
  return { path: ASSESSMENT_RESULTS, content: () => document(sealed) }
}

async function* document(run: SealedEvidence): AsyncIterable<string> {
  const judged = judgedChecks(run)
  const files = bundleFiles(run)
  const plan = files.find(({ kind }) => kind === 'plan')
  const head = {
    uuid: documentId(run),
    metadata: metadata(run),
    'import-ap': {
      href: `#${plan === undefined ? '' : fileId(run, plan)}`,
      remarks:
        'There is no assessment plan in the form of OSCAL. The resource is the plan of the run, in the form of Affiant: it was fixed and signed before the first request.',
    },
    ...withObjectives(localObjectives(run, judged)),
  }
  const resources = files.map((file) => resource(run, file))
  yield* objectWith(
    {},
    {
      'assessment-results': objectWith(head, {
        results: listOfPieces([result(run, judged)]),
        'back-matter': objectWith({}, { resources: listOf(resources) }),
      }),
    },
  )
  yield '\n'
}

function withObjectives(objectives: readonly object[]): object {
  return objectives.length === 0 ? {} : { 'local-definitions': { 'objectives-and-methods': objectives } }
}

function metadata(run: SealedEvidence): object {
  const { plan, seal } = run
  const { installation, version, build } = plan.agent
  return {
    title: markup(`Run ${run.number} of ${installation}: results of checks`),
    'last-modified': seal.at,
    version: String(run.number),
    'oscal-version': OSCAL,
    props: props({
      installation,
      ledger: originOf(run),
      run: run.number,
      job: plan.run.job,
      'ledger-entry': seal.index,
      'statement-sha256': seal.sha256,
      'key-id': seal.keyId,
      'agent-version': version,
      'agent-build-sha256': build.sha256,
    }),
    remarks:
      'Made from sealed evidence by Affiant, and not itself signed: verify the bundle before you rely on it. Paths of resources are relative to the folder of the bundle (`data/` of an export).',
  }
}

function result(run: SealedEvidence, judged: readonly JudgedCheck[]): AsyncIterable<string> {
  const { plan, seal, statement } = run
  const head = {
    uuid: resultId(run),
    title: markup(`Run ${run.number} of job ${plan.run.job}`),
    description:
      'What automated checks found when the systems were read, against the criteria that stand beside each. No conclusion about a control is drawn.',
    start: plan.run.openedAt,
    end: seal.at,
    props: props({
      status: statement.predicate.run.status,
      trigger: plan.run.trigger,
      'period-from': plan.run.period.from,
      'period-to': plan.run.period.to,
      ...tallies(judged),
      'index-lines-withheld': run.withheld.length,
    }),
    'reviewed-controls': reviewedControls(run, judged),
    ...unlessEmpty('findings', findings(run, judged)),
    remarks: remarks(run, judged),
  }
  const hasObservations = judged.length > 0 || run.outcomes.length > 0
  return objectWith(head, {
    ...(hasObservations && { observations: listOfPieces(observations(run, judged)) }),
    'local-definitions': objectWith(
      { ...unlessEmpty('components', components(run)), 'assessment-assets': assessmentAssets(run) },
      hasInventory(run) ? { 'inventory-items': listOf(inventoryItems(run, judged)) } : {},
    ),
  })
}

function tallies(judged: readonly JudgedCheck[]): Record<string, number> {
  const states = [...STATUSES, 'withheld'] as const
  return {
    checks: judged.length,
    ...Object.fromEntries(
      states.map((state) => [`checks-${state}`, judged.filter(({ status }) => status === state).length]),
    ),
  }
}

function remarks(run: SealedEvidence, judged: readonly JudgedCheck[]): string {
  const without = judged.filter(({ status }) => status !== 'pass' && status !== 'fail').length
  const demo = run.plan.sources.filter((source) => source.demo)
  return [
    'A finding stands for one check on one source, as far as it speaks to a control: its state says whether the criteria of the check were met by every subject to which they apply, and nothing of the control as a whole.',
    `${number(without, 'check')} of ${judged.length} could not be judged, or did not apply, or ${without === 1 ? 'is' : 'are'} withheld: there is an observation with the reason and no finding.`,
    ...(run.statement.predicate.run.status === 'complete'
      ? []
      : ['Not everything that was planned could be read: see the observations of method EXAMINE.']),
    ...(run.withheld.length === 0
      ? []
      : [
          `${number(run.withheld.length, 'line')} of the index of the run ${run.withheld.length === 1 ? 'is' : 'are'} withheld from this evidence.`,
        ]),
    ...(demo.length === 0 ? [] : [`Demo data: ${demo.map(({ id }) => markup(id)).join(', ')}.`]),
  ].join('\n\n')
}

function resource(run: SealedEvidence, file: BundleFile): object {
  const { path, sha256, size, kind, title, mediaType } = file
  return {
    uuid: fileId(run, file),
    title: markup(title),
    props: [{ name: 'type', value: RESOURCE_TYPES[kind] }, ...props({ bytes: size })],
    rlinks: [
      {
        href: path,
        'media-type': mediaType,
        ...(sha256 !== undefined && { hashes: [{ algorithm: 'SHA-256', value: sha256 }] }),
      },
    ],
  }
}
