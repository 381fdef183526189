import type { KeysExportJson, KeysInitJson, KeysListJson, KeysRevokeJson, KeysRotateJson } from './json/keys.ts'
import { type Look, paragraph, penFor, suggest } from './look.ts'
import { drawTable } from './table.ts'
import { minute } from './words.ts'

/** A path as a person in this folder would write it. */
type Shown = (path: string) => string

/** What was written, what belongs into the engagement letter, and where the root key has to go. */
export function showKeysInit(made: KeysInitJson, shown: Shown, look: Look): string {
  const pen = penFor(look)
  const written = [pen.heading('Written'), ...made.written.map((path) => `  ${pen.plain(shown(path))}`)]
  return `${[
    written.join('\n'),
    letter(made, look),
    [pen.heading('Now'), ...rootAdvice(made, shown, look)].join('\n'),
  ].join('\n\n')}\n`
}

/** The block that goes into the engagement letter; ids whole, to be compared. */
export function letter(
  { origin, genesis, rootKeyId }: Pick<KeysInitJson, 'origin' | 'genesis' | 'rootKeyId'>,
  look: Look,
): string {
  const pen = penFor(look)
  return [
    pen.heading('For the engagement letter'),
    `  ${pen.plain(`Ledger: ${origin}`)}`,
    `  ${pen.plain(`Root key id: ${rootKeyId}`)}`,
    `  ${pen.plain(`Genesis: ${genesis}`)}`,
    paragraph(
      pen.faint('Whoever verifies compares them with the trust policy, which they are given apart from the evidence.'),
      look,
      '  ',
    ),
  ].join('\n')
}

/** What is to be done with the root key. */
export function rootAdvice(
  { rootFile, rootEncrypted }: Pick<KeysInitJson, 'rootFile' | 'rootEncrypted'>,
  shown: Shown,
  look: Look,
): string[] {
  const pen = penFor(look)
  const file = shown(rootFile)
  return [
    paragraph(
      pen.plain(
        `Move ${file} to a place off this machine and keep a copy of it: it is needed only to rotate and revoke keys, and whoever has it can let another key sign.`,
      ),
      look,
      '  ',
    ),
    ...(rootEncrypted
      ? []
      : [
          `  ${pen.warning('It is not encrypted. This does it:')}`,
          `  ${pen.plain(`openssl pkcs8 -topk8 -in ${file} -out root-encrypted.pem`)}`,
        ]),
  ]
}

/** Every key with its role, validity and the entry that named it. Key ids whole, to be compared. */
export function showKeys({ origin, genesis, keys, signer, problem }: KeysListJson, look: Look): string {
  const pen = penFor(look)
  const table = drawTable(
    [{ title: 'role' }, { title: 'state' }, { title: 'entries' }, { title: 'since' }],
    keys.map(({ role, active, added, revoked }) => [
      pen.strong(role),
      (active ? pen.good : pen.warning)(active ? 'active' : (revoked?.reason ?? 'not valid now')),
      pen.plain(revoked === undefined ? `${added.entry}` : `${added.entry} to ${revoked.entry}`),
      pen.plain(revoked === undefined ? minute(added.at) : `${minute(added.at)} to ${minute(revoked.at)}`),
    ]),
    pen,
  ).split('\n')
  const [head = '', ...rows] = table
  const lines = keys.flatMap((key, index) => [
    rows[index] ?? '',
    `  ${pen.plain(key.keyId)}`,
    ...(key.signer ? [`  ${pen.faint('the signer of the config')}`] : []),
    ...(key.revoked?.since === undefined
      ? []
      : [`  ${pen.warning(`others may have had it since ${minute(key.revoked.since)}`)}`]),
    ...(key.notBefore === undefined ? [] : [`  ${pen.faint(`valid from ${minute(key.notBefore)}`)}`]),
    ...(key.notAfter === undefined ? [] : [`  ${pen.faint(`valid until ${minute(key.notAfter)}`)}`]),
  ])
  const about =
    problem === undefined
      ? signer === undefined || signer.known
        ? []
        : [
            pen.warning(
              `The ledger does not know the signer of the config, ${signer.keyId}: affiant keys rotate adds it.`,
            ),
          ]
      : [pen.warning(`The signer of the config could not be opened: ${problem}`)]
  return `${[
    `${pen.plain(origin)}\n${pen.faint(`genesis ${genesis}`)}`,
    [head, ...lines].join('\n'),
    ...about.map((text) => paragraph(text, look)),
    paragraph(pen.faint('Listing does not verify: affiant ledger verify does.'), look),
  ].join('\n\n')}\n`
}

/** What the ledger says now. `next`: what is to be changed in the config. */
export function showRotated(
  { keyId, entry, revoked, written, head }: KeysRotateJson,
  shown: Shown,
  next: string | undefined,
  look: Look,
): string {
  const pen = penFor(look)
  return `${[
    [
      `${pen.good('Added')}    ${pen.plain(keyId)} ${pen.faint(`entry ${entry}`)}`,
      ...revoked.map((one) => `${pen.warning('Revoked')}  ${pen.plain(one.keyId)} ${pen.faint(`entry ${one.entry}`)}`),
      ...written.map((path) => `${pen.strong('Written')}  ${pen.plain(shown(path))}`),
      `${pen.strong('Head')}     ${pen.plain(`${head.index} ${head.sha256}`)}`,
    ].join('\n'),
    paragraph(pen.plain(next ?? 'The next run is signed with it.'), look),
    paragraph(pen.faint('The trust policy stays as it is: the root key vouches for the new key.'), look),
  ].join('\n\n')}\n`
}

/** What the ledger says now, and what follows from it. */
export function showRevoked(
  { keyId, role, entry, reason, head, collectorLeft }: KeysRevokeJson,
  rootKey: string,
  look: Look,
): string {
  const pen = penFor(look)
  const notes = [
    ...(collectorLeft
      ? []
      : [
          pen.warning(
            `No key is left that may sign runs. Make one: ${suggest(`keys rotate --root-key ${rootKey}`, look)}`,
          ),
        ]),
    ...(role === 'root' ? [pen.plain('Give those who verify a new trust policy: affiant keys export')] : []),
    ...(reason === 'compromised'
      ? [
          pen.plain(
            'Tell those who verify. What the key signed before stands only where a trusted timestamp shows that it is older.',
          ),
        ]
      : []),
  ]
  return `${[
    [
      `${pen.warning('Revoked')}  ${pen.plain(keyId)} ${pen.faint(`${role} key, ${reason}, entry ${entry}`)}`,
      `${pen.strong('Head')}     ${pen.plain(`${head.index} ${head.sha256}`)}`,
    ].join('\n'),
    ...notes.map((note) => paragraph(note, look)),
  ].join('\n\n')}\n`
}

/** What was written, and what it is compared with. */
export function showKeysExported(document: KeysExportJson, shown: Shown, verify: string, look: Look): string {
  const pen = penFor(look)
  const { written, origin, genesis, rootKeyIds, head } = document
  return `${[
    [pen.heading('Written'), ...written.map((path) => `  ${pen.plain(shown(path))}`)].join('\n'),
    [
      pen.heading('To be compared with the engagement letter'),
      `  ${pen.plain(`Ledger: ${origin}`)}`,
      ...rootKeyIds.map((id) => `  ${pen.plain(`Root key id: ${id}`)}`),
      `  ${pen.plain(`Genesis: ${genesis}`)}`,
      ...(head === undefined ? [] : [`  ${pen.plain(`Head: ${head.index} ${head.sha256}`)}`]),
    ].join('\n'),
    // Never wrapped: it is there to be copied.
    `${pen.strong('Verify')}  ${pen.plain(verify)}`,
  ].join('\n\n')}\n`
}
