/** Where the seam keeps answers of one source between runs: files of bytes by name, which are of no value if they get lost. */
export interface KeptFiles {
  list(): Promise<readonly { name: string; size: number }[]>
  /** `undefined` if there is none. */
  read(name: string): Promise<Uint8Array | undefined>
  /** Writes the whole file or nothing of it, over one of that name. */
  write(name: string, bytes: Uint8Array): Promise<void>
  rename(from: string, to: string): Promise<void>
  remove(name: string): Promise<void>
}
