import { InvalidError } from 'affiant/sdk'

/** What the service's documentation says is always there. @throws InvalidError if it is not: no list is not an empty one */
export function given<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new InvalidError(`the answer has no ${name}`)
  return value
}

/** The next marker of an IAM or KMS list. @throws InvalidError if the list goes on, but not where */
export function markerOf(isTruncated: boolean | undefined, marker: string | undefined): string | undefined {
  if (isTruncated === false) return undefined
  if (isTruncated === undefined) return marker === '' ? undefined : marker
  if (marker === undefined || marker === '') throw new InvalidError('the list goes on, and AWS does not say where')
  return marker
}
