import type { PopulationJson } from '../../src/report/json/population.ts'
import type { ShowJson } from '../../src/report/json/run.ts'
import type { VerifyJson } from '../../src/report/json/verify.ts'
import { LOCKED_ACCOUNT } from '../../test/servers/aws/index.ts'
import { SOURCES } from './config.ts'

const EMULATED = [SOURCES.github, SOURCES.okta, SOURCES.aws]
/** Of these all is read. */
const WHOLE: readonly string[] = [SOURCES.github, SOURCES.okta]
/** Checks that follow people through all of them. */
const JOINS = ['github.members-are-staff', 'okta.leavers-gone-everywhere', 'aws.identity-center-users-are-staff']
/** Checks on the account of AWS that lets nobody in, and on what nobody can know without it. */
const COVERAGE = { 'aws.every-account-collected': 'fail', 'aws.root-has-no-access-keys': 'unknown' } as const

/** What must be true of a demo run, whatever the project's own repository looks like. The list of what is not. */
export function runDifferences({ run, exitCode, incomplete, checks }: ShowJson, exitStatus: number): string[] {
  return differences([
    [exitStatus === exitCode, `the run ended with ${exitStatus} and is shown with ${exitCode}`],
    ...EMULATED.flatMap((source): [boolean, string][] => {
      const statuses = new Set(checks.filter((check) => check.source === source).map(({ status }) => status))
      const parts = incomplete.filter((part) => part.source === source)
      return [
        [
          run.sources.some(({ id, demo }) => id === source && demo),
          `the emulated ${source} is not marked as demo data`,
        ],
        [statuses.has('pass') && statuses.has('fail'), `the checks on ${source} did not give passes and failures`],
        WHOLE.includes(source)
          ? [parts.length === 0 && !statuses.has('unknown'), `the emulated ${source} was not read whole`]
          : [
              parts.length > 0 && parts.every(isOfLockedAccount),
              `of the emulated ${source} something else is missing than the account that lets nobody in`,
            ],
      ]
    }),
    ...Object.entries(COVERAGE).map(([id, expected]): [boolean, string] => [
      checks.some(({ check, status }) => check === id && status === expected),
      `${id} is not ${expected}, with an account that lets nobody in`,
    ]),
    ...JOINS.map((id): [boolean, string] => [
      checks.some(({ check, status }) => check === id && status === 'fail'),
      `${id} did not find who has an account and is not, or no longer, in Okta`,
    ]),
  ])
}

function isOfLockedAccount({ reason, scopes }: ShowJson['incomplete'][number]): boolean {
  return reason === 'denied' && scopes.every((scope) => scope.startsWith(`${LOCKED_ACCOUNT}/`))
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
