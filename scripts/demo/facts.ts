import type { PopulationJson } from '../../src/report/json/population.ts'
import type { ShowJson } from '../../src/report/json/run.ts'
import type { VerifyJson } from '../../src/report/json/verify.ts'
import { SOURCES } from './config.ts'

const EMULATED = [SOURCES.github, SOURCES.okta]
/** Checks that follow people through both. */
const JOINS = ['github.members-are-staff', 'okta.leavers-gone-everywhere']

/** What must be true of a demo run, whatever the project's own repository looks like. The list of what is not. */
export function runDifferences({ run, exitCode, incomplete, checks }: ShowJson, exitStatus: number): string[] {
  return differences([
    [exitStatus === exitCode, `the run ended with ${exitStatus} and is shown with ${exitCode}`],
    ...EMULATED.flatMap((source): [boolean, string][] => {
      const statuses = new Set(checks.filter((check) => check.source === source).map(({ status }) => status))
      return [
        [
          run.sources.some(({ id, demo }) => id === source && demo),
          `the emulated ${source} is not marked as demo data`,
        ],
        [incomplete.every((part) => part.source !== source), `the emulated ${source} was not read whole`],
        [
          statuses.has('pass') && statuses.has('fail') && !statuses.has('unknown'),
          `the checks on ${source} did not give passes and failures only`,
        ],
      ]
    }),
    ...JOINS.map((id): [boolean, string] => [
      checks.some(({ check, status }) => check === id && status === 'fail'),
      `${id} did not find who is on GitHub and not, or no longer, in Okta`,
    ]),
  ])
}

/** The changes are all there, of both kinds, and a sample of them could be drawn. */
export function populationDifferences({ population, rows }: PopulationJson, exitStatus: number): string[] {
  const of = (kind: string) => rows.some(({ record }) => JSON.stringify(record).includes(`"kind":"${kind}"`))
  return differences([
    [exitStatus === 0, `the sample ended with ${exitStatus} instead of 0`],
    [population.complete, `the population ${population.stream} is not complete`],
    [of('pull-request') && of('direct-push'), 'the changes are not both pull requests and direct pushes'],
  ])
}

/** `complete`: whether everything planned was read whole. */
export function verifyDifferences(exitStatus: number, complete: boolean): string[] {
  const expected = complete ? 0 : 3
  return differences([[exitStatus === expected, `verify ended with ${exitStatus} instead of ${expected}`]])
}

export function tamperDifferences(exitStatus: number, verified: Pick<VerifyJson, 'failures'>): string[] {
  const codes = verified.failures.map(({ code }) => code)
  return differences([
    [exitStatus === 4, `verify of the changed copy ended with ${exitStatus} instead of 4`],
    [
      codes.includes('object-changed'),
      `the changed copy was refused as ${codes.join(', ') || 'nothing'}, not as object-changed`,
    ],
  ])
}

function differences(facts: readonly (readonly [boolean, string])[]): string[] {
  return facts.flatMap(([holds, otherwise]) => (holds ? [] : [otherwise]))
}
