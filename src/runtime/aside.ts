import { randomBytes } from 'node:crypto'

/**
 * Names what is written aside until it is whole. Not by the number of the process: in a container that is always the same, and
 * what a killed one left would stand in the way of each one after it.
 */
export function asideId(): string {
  return randomBytes(6).toString('hex')
}
