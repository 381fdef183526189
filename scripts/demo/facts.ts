import type { ShowJson, VerifyJson } from '../../src/report/json.ts'
import { SOURCES } from './config.ts'

/** What must be true of a demo run, whatever the project's own repository looks like. The list of what is not. */
export function runDifferences({ run, exitCode, incomplete, checks }: ShowJson, exitStatus: number): string[] {
  const github = checks.filter(({ source }) => source === SOURCES.github)
  const has = (status: string) => github.some((check) => check.status === status)
  return differences([
    [exitStatus === exitCode, `the run ended with ${exitStatus} and is shown with ${exitCode}`],
    [
      run.sources.some(({ id, demo }) => id === SOURCES.github && demo),
      'the emulated source is not marked as demo data',
    ],
    [incomplete.every(({ source }) => source !== SOURCES.github), 'the emulated GitHub was not read whole'],
    [has('pass') && has('fail') && !has('unknown'), 'the checks on GitHub did not give passes and failures only'],
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
