import * as fs from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { ledgerKey } from '../model/common.ts'
import { UserError } from '../model/user-error.ts'

/**
 * Something else among evidence would be taken for evidence, or for a run that is damaged, and could take the name of one to come.
 * @throws UserError if the path is in a store
 */
export async function assertOutsideStore(path: string): Promise<void> {
  const absolute = resolve(path)
  for (
    let [folder, below] = [dirname(absolute), absolute];
    folder !== below;
    [folder, below] = [dirname(folder), folder]
  ) {
    const isStore = await fs.lstat(join(folder, ledgerKey(0))).then(
      () => true,
      () => false,
    )
    if (isStore)
      throw new UserError(
        `${absolute} is in the store ${folder}`,
        'A store holds evidence alone: choose a place outside of it.',
      )
  }
}
