import { hash } from 'node:crypto'
import { posix } from 'node:path'

/*
 * Where the pages of a run report stand, relative to its folder. What a bundle names is of unknown origin: a name that is
 * no plain one gets the first 64 bits of its SHA-256, so that no two things share a page and no page leaves the folder.
 */

export const INDEX_PATH = 'index.html'
export const RUNS_PATH = 'runs.html'
export const STYLE_PATH = 'assets/report.css'
export const SCRIPT_PATH = 'assets/report.js'

/** The first page of what is not complete is the index; all of it stands here. */
export function incompletePath(part = 1): string {
  return `incomplete${suffix(part)}.html`
}

/** All checks, where the first page has no room for them. No source has such an id. */
export function allChecksPath(part = 1): string {
  return `checks/all${suffix(part)}.html`
}

/** All populations, where the first page has no room for them. */
export function allPopulationsPath(part = 1): string {
  return `populations/all${suffix(part)}.html`
}

/** `controls/A.5.1.html` */
export function controlPath(id: string): string {
  return `controls/${/^A\.[5-8]\.\d{1,2}$/.test(id) ? id : segment(id)}.html`
}

/** `checks/github-acme/github.mfa-required.html`; part 2 is `….mfa-required-2.html`. */
export function checkPath(source: string, check: string, part = 1): string {
  return `checks/${segment(source)}/${segment(check)}${suffix(part)}.html`
}

/** `populations/github-acme/github.changes.html`, with the cards of all its scopes; part 2 is `….changes-2.html`. */
export function populationPath(source: string, stream: string, part = 1): string {
  return `populations/${segment(source)}/${segment(stream)}${suffix(part)}.html`
}

/** Where the card of a scope begins on the page of its population: `scope-` and 16 hex digits. */
export function scopeAnchor(scope: string): string {
  return `scope-${short(scope)}`
}

/** `data/github-acme/github.changes/acme-robotics.1f0c….csv` */
export function dataPath(source: string, stream: string, scope: string, format: 'csv' | 'json'): string {
  return `data/${segment(source)}/${segment(stream)}/${readable(scope)}.${short(scope)}.${format}`
}

/** `frameworks/nist-csf-2.0.html`. The id is that of a crosswalk, which has no other characters. */
export function frameworkPath(id: string): string {
  return `frameworks/${/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/.test(id) && !DEVICE.test(id) ? id : segment(id)}.html`
}

/** The way from one page to another, both relative to the folder of the report; the target may have an anchor (`#…`). */
export function hrefFrom(page: string, target: string): string {
  const [path = '', anchor] = target.split('#', 2)
  // Deep enough that a target above the report (`../../index.html`) does not leave it.
  const base = '/1/2/3/4'
  const way = path === page ? '' : posix.relative(posix.dirname(posix.join(base, page)), posix.join(base, path))
  return anchor === undefined ? way || posix.basename(path) : `${way}#${anchor}`
}

/** Names that are devices on Windows, whatever ending they have: it could not unpack such a file. Microsoft, "Naming Files". */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/** One segment of a path for a name of unknown origin. */
function segment(name: string): string {
  const isPlain =
    name.length <= 100 &&
    !DEVICE.test(name) &&
    /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/.test(name) &&
    // Could be taken for another part of a page, or for a name with a digest.
    !/-\d+$|\.[0-9a-f]{16}$/.test(name)
  return isPlain ? name : `${readable(name)}.${short(name)}`
}

function readable(name: string): string {
  const text = name
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^[._-]+|[._-]+$/g, '')
  if (text === '') return 'all'
  return DEVICE.test(text) ? `name-${text}` : text
}

function short(name: string): string {
  return hash('sha256', name.toWellFormed()).slice(0, 16)
}

function suffix(part: number): string {
  return part === 1 ? '' : `-${part}`
}
