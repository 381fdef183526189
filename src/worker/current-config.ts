import type { Clock, Log } from '../sdk/context.ts'
import type { Instructions } from './environment.ts'
import { explain } from './explain.ts'
import type { Roster } from './roster.ts'

/** The config in force: the last one that was valid. */
export interface CurrentConfig {
  readonly instructions: Instructions
  /** Whether the file was valid when it was last read. */
  readonly valid: boolean
  /** Reads the file again and takes over what changed. What is wrong with it is said once. */
  refresh(): Promise<boolean>
}

export function createCurrentConfig(
  first: Instructions,
  load: () => Promise<Instructions>,
  { roster, clock, log }: { roster: Roster; clock: Clock; log: Log },
): CurrentConfig {
  let instructions = first
  let complaint: string | undefined

  function takeOver(next: Instructions): void {
    if (next.sha256 === instructions.sha256) return
    roster.adopt(next.jobs, clock.now())
    instructions = next
    log.info({ sha256: next.sha256, jobs: next.jobs.map(({ id }) => id) }, 'the config has changed')
    if (next.jobs.length === 0) log.warn({}, 'no job of the config has a schedule any more')
  }

  return {
    get instructions() {
      return instructions
    },
    get valid() {
      return complaint === undefined
    },
    async refresh() {
      try {
        takeOver(await load())
        if (complaint !== undefined) log.info({ sha256: instructions.sha256 }, 'the config is valid again')
        complaint = undefined
        return true
      } catch (error) {
        const explained = explain(error)
        if (explained.problem !== complaint) {
          log.error({ ...explained }, 'the config has become invalid: runs are skipped until it is corrected')
        }
        complaint = explained.problem
        return false
      }
    },
  }
}
