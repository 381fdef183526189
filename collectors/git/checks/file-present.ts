import { about, type Dataset, fail, notApplicable, pass, type Result, type z } from 'affiant/sdk'
import type { files } from '../streams/files.ts'
import type { repository } from '../streams/repository.ts'

type WatchedFile = z.output<typeof files.record>

interface Datasets {
  repositories: Dataset<z.output<typeof repository.record>>
  files: Dataset<WatchedFile>
}

/** One result for each repository: whether a regular file with this purpose and some content is at its head. */
export async function* filePresent(
  datasets: Datasets,
  purpose: WatchedFile['purpose'],
  what: string,
): AsyncIterable<Result> {
  const found = new Map<string, WatchedFile>()
  for await (const { record, source, scope } of datasets.files.items()) {
    if (record.purpose !== purpose || !record.present) continue
    const place = JSON.stringify([source, scope])
    if (isUsable(record) || !found.has(place)) found.set(place, record)
  }
  for await (const item of datasets.repositories.items()) {
    const { name, head } = item.record
    const file = found.get(JSON.stringify([item.source, item.scope]))
    if (head === null) yield { ...about(item), ...notApplicable('empty', `${name} has no commit yet`) }
    else if (!file) yield { ...about(item), ...fail(`${name} has no ${what} where hosts look for one`) }
    else if (isUsable(file)) yield { ...about(item), ...pass(`${name} has ${file.path}`) }
    else yield { ...about(item), ...fail(`${name} has ${file.path}, but it is empty or not a regular file`) }
  }
}

/** Hosts follow no symbolic link and no submodule. */
function isUsable(file: WatchedFile): boolean {
  return !file.empty && (file.mode?.startsWith('100') ?? false)
}
