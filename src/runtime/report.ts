import * as fs from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ReportFile } from '../model/report-source.ts'
import { asideId } from './aside.ts'
import { assertOutsideStore } from './outside-store.ts'
import { type WrittenReport, writeReport } from './report-folder.ts'

/** Writes a report into a folder of this machine. @throws as {@link writeReport} */
export async function writeReportFolder(
  path: string,
  files: AsyncIterable<ReportFile>,
  signal?: AbortSignal,
): Promise<WrittenReport & { path: string }> {
  const absolute = resolve(path)
  await assertOutsideStore(absolute)
  return { ...(await writeReport(fs, absolute, files, { id: asideId(), signal })), path: absolute }
}
