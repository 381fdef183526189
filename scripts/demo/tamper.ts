import { chmod, cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { IndexLine } from '../../src/model/index-line.ts'

/** What to change: in the first record of a stream that holds `record`, `before` becomes `after`. */
export interface Edit {
  source: string
  stream: string
  record: string
  before: string
  after: string
}

/**
 * Copies a store and changes a record in the copy, as somebody would who wants a finding to go away: the file stays as
 * long as it was and stays valid JSON. Returns the file, relative to the store.
 * @throws Error if the run has no such record
 */
export async function copyAndChange(store: string, copy: string, run: string, edit: Edit): Promise<string> {
  await cp(store, copy, { recursive: true })
  const file = await objectOf(copy, run, edit)
  const path = join(copy, file)
  const content = await readFile(path, 'utf8')
  const at = content.indexOf(edit.before, content.indexOf(edit.record))
  if (!content.includes(edit.record) || at < 0) {
    throw new Error(`${edit.stream} has no record with ${edit.record} that says ${edit.before}`)
  }
  await chmod(path, 0o644)
  await writeFile(path, content.slice(0, at) + edit.after + content.slice(at + edit.before.length))
  return file
}

async function objectOf(store: string, run: string, { source, stream }: Edit): Promise<string> {
  const index = await readFile(join(store, run, 'index.jsonl'), 'utf8')
  for (const text of index.trimEnd().split('\n')) {
    const line = IndexLine.parse(JSON.parse(text))
    if (line.kind === 'records' && line.planItem.startsWith(`${source}/${stream}/`)) {
      return `objects/sha256/${line.sha256.slice(0, 2)}/${line.sha256}`
    }
  }
  throw new Error(`the run has no records of ${stream}`)
}
