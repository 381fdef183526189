import type { Reason } from '../sdk/errors.ts'
import { list } from './words.ts'

/** One sentence for a person who wants the evidence to be whole the next time. */
export function whatToDo(reason: Reason, source: string, permissions: readonly string[] = []): string {
  switch (reason) {
    case 'denied':
      return permissions.length > 0
        ? `Grant ${list(permissions)} to the credentials of ${source}, then run again.`
        : `Check that the credentials of ${source} are valid and may read this, then run again.`
    case 'throttled':
      return `Wait until the rate limit of ${source} has reset, or lower its limits in the config, then run again.`
    case 'truncated':
      return `Remove the cause if one is named here; otherwise run again, in a quieter hour if the list of ${source} breaks off each time.`
    case 'unavailable':
      return `Check that ${source} can be reached from here and that what was asked for exists, then run again.`
    case 'unlicensed':
      return `The plan or edition of ${source} does not include this: change it, or show this by other means and turn the check off with that reason.`
    case 'invalid':
      return `If the config is named here or another system answered, correct the config of ${source}; otherwise its answer is not what it documents: please report it.`
    case 'timeout':
      return `Find out why ${source} answers so slowly, or raise "deadline" in the config, then run again.`
    case 'aborted':
      return 'The run was stopped before this was read. Run again.'
    case 'premature':
      return 'More may happen until the period has ended. Run again for the same period when it has.'
    case 'stale':
      return `Have ${source} produce it afresh, then run again.`
  }
}
