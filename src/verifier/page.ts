/** The script of `verify.html`: an export and a policy are given, the core verifies, and the report is drawn as plain text nodes. */
import { z } from 'zod'
import { BundleError } from '../bundle/errors.ts'
import { VERIFY_REASONS, type VerifyReason } from '../bundle/reasons.ts'
import { verifyExport } from '../bundle/verify-export.ts'
import type { RandomAccessFile } from '../model/evidence-reader.ts'
import { verifyJson } from '../report/verify-json.ts'
import { drawReport } from './page-report.ts'
import { trustFromFile } from './trust-file.ts'
import { verifierVersion } from './version.ts'

// Compiling schemas takes `eval`, which the page's own policy forbids.
z.config({ jitless: true })

const find = <Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind => {
  const found = document.querySelector(`#${id}`)
  if (!(found instanceof kind)) throw new TypeError(`the page has no ${id}`)
  return found
}

const form = find('inputs', HTMLFormElement)
const button = find('verify', HTMLButtonElement)
const progress = find('progress', HTMLProgressElement)
const status = find('status', HTMLElement)
const report = find('report', HTMLElement)

const given: { export?: File; trust?: File } = {}

for (const what of ['export', 'trust'] as const) {
  const input = find(what, HTMLInputElement)
  const zone = find(`drop-${what}`, HTMLElement)
  const take = (file: File | undefined) => {
    if (file === undefined) return
    given[what] = file
    find(`${what}-name`, HTMLElement).textContent = `${file.name}, ${file.size.toLocaleString('en')} bytes`
    zone.classList.add('given')
    button.disabled = given.export === undefined || given.trust === undefined
  }
  input.addEventListener('change', () => take(input.files?.[0]))
  zone.addEventListener('dragover', (event) => {
    event.preventDefault()
    zone.classList.add('over')
  })
  zone.addEventListener('dragleave', () => zone.classList.remove('over'))
  zone.addEventListener('drop', (event) => {
    event.preventDefault()
    zone.classList.remove('over')
    take(event.dataTransfer?.files[0])
  })
}
// A file that misses its place must not replace the page.
for (const name of ['dragover', 'drop']) addEventListener(name, (event) => event.preventDefault())

form.addEventListener('submit', (event) => {
  event.preventDefault()
  void verify()
})

async function verify(): Promise<void> {
  const { export: file, trust: trustFile } = given
  if (file === undefined || trustFile === undefined) return
  button.disabled = true
  report.hidden = true
  progress.hidden = false
  progress.value = 0
  status.textContent = 'Verifying…'
  try {
    const trust = trustFromFile(await trustFile.text())
    const verification = await verifyExport(readable(file, show), { trust })
    status.textContent = ''
    const found = verifyJson(verification, {
      target: { kind: 'export', name: file.name },
      verifier: { version: verifierVersion },
      reasonOf: (code) => VERIFY_REASONS[code as VerifyReason],
    })
    report.replaceChildren(...drawReport(found, file.size))
  } catch (error) {
    status.textContent = ''
    const told = error instanceof BundleError ? `${error.message}. ${error.hint}` : failureText(error)
    report.replaceChildren(refusal(told))
  } finally {
    progress.hidden = true
    button.disabled = false
    report.hidden = false
    report.focus()
  }
}

function refusal(text: string): HTMLElement {
  const box = document.createElement('div')
  box.className = 'banner bad'
  const heading = document.createElement('h2')
  heading.id = 'verdict'
  heading.textContent = 'Nothing was verified.'
  const why = document.createElement('p')
  why.textContent = text
  box.append(heading, why)
  return box
}

function failureText(error: unknown): string {
  return `The page could not go on: ${error instanceof Error ? error.message : 'unknown error'}. Another file may be meant, or this browser is too old.`
}

function show(read: number, size: number): void {
  progress.max = size
  progress.value = Math.min(read, size)
}

/** Read in blocks: one question a block instead of one a file of the export. */
const BLOCK_BYTES = 4 * 1024 * 1024

function readable(file: File, onProgress: (read: number, size: number) => void): RandomAccessFile {
  let block = { start: 0, bytes: new Uint8Array() }
  let total = 0
  const load = async (start: number, end: number) => {
    total += end - start
    onProgress(total, 2 * file.size)
    return new Uint8Array(await file.slice(start, end).arrayBuffer())
  }
  return {
    size: file.size,
    async read(offset, length) {
      if (offset < 0 || offset + length > file.size) throw new RangeError('the file ends before that')
      if (length >= BLOCK_BYTES) return load(offset, offset + length)
      if (offset < block.start || offset + length > block.start + block.bytes.length)
        block = { start: offset, bytes: await load(offset, Math.min(file.size, offset + BLOCK_BYTES)) }
      return block.bytes.slice(offset - block.start, offset - block.start + length)
    },
  }
}
