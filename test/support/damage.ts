import * as fs from 'node:fs/promises'
import { join } from 'node:path'

/** Copies a store, with one text in the place of another wherever an object has it: what somebody does who edits evidence. */
export async function editedCopy(store: string, copy: string, before: string, after: string): Promise<void> {
  await fs.cp(store, copy, { recursive: true })
  const objects = await fs.readdir(join(copy, 'objects'), { recursive: true, withFileTypes: true })
  for (const object of objects.filter((one) => one.isFile())) {
    const path = join(object.parentPath, object.name)
    const text = await fs.readFile(path, 'utf8')
    await fs.chmod(path, 0o644)
    await fs.writeFile(path, text.replaceAll(before, after))
  }
}
