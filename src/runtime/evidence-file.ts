import * as fs from 'node:fs/promises'
import type { RandomAccessFile } from '../model/evidence-reader.ts'
import { UserError } from '../model/user-error.ts'
import { errnoOf } from '../store/errors.ts'

/** A file that is to be verified. */
export interface EvidenceFile extends RandomAccessFile {
  close(): Promise<void>
}

/** What stands at a path, links followed; `undefined`: nothing, or neither a file nor a folder. */
export async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await fs.stat(path).catch(() => undefined)
  if (found?.isFile() === true) return 'file'
  return found?.isDirectory() === true ? 'folder' : undefined
}

/** Opens a file for reading in any place. @throws UserError if it cannot be read */
export async function openEvidenceFile(path: string): Promise<EvidenceFile> {
  try {
    const file = await fs.open(path, 'r')
    const { size } = await file.stat()
    return {
      size,
      read: async (offset, length, into) =>
        readExactly(file, offset, into?.subarray(0, length) ?? Buffer.allocUnsafe(length)),
      close: async () => file.close(),
    }
  } catch (cause) {
    throw new UserError(`cannot read ${path} (${errnoOf(cause)})`, 'Check the path and its permissions.', { cause })
  }
}

async function readExactly(file: fs.FileHandle, offset: number, bytes: Uint8Array): Promise<Uint8Array> {
  const { length } = bytes
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, length - at, offset + at)
    if (bytesRead === 0) throw new RangeError('the file became shorter while it was read')
    at += bytesRead
  }
  return bytes
}
