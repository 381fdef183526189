import { given } from '../given.ts'
import { listAll } from '../paging.ts'
import type { Place } from '../session.ts'

/** Every analyzer of a region. */
export function listAnalyzers(place: Place) {
  return listAll(
    (nextToken) => place.call('access-analyzer', 'ListAnalyzers', { maxResults: 100, nextToken }),
    (answer) => ({ items: given(answer.analyzers, 'analyzers'), next: answer.nextToken }),
  )
}

/** Analyzers that look for access from outside the account or the organisation. */
export const EXTERNAL: ReadonlySet<string> = new Set(['ACCOUNT', 'ORGANIZATION'])
