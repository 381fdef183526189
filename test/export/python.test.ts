import { execFile } from 'node:child_process'
import fs from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { generateKeyPair } from '../../src/bundle/keys.ts'
import { addKey, ledgerKeyOf, revokeKey } from '../../src/bundle/keys-append.ts'
import { abortOpenRuns } from '../../src/bundle/ledger-append.ts'
import { openRun } from '../../src/bundle/seal.ts'
import { key, planFor, signer, temporaryFolder } from '../bundle/fixture.ts'
import { AGENT, contentOf, entriesOf, exportOf, storeWithRuns } from './support.ts'

const run = promisify(execFile)

/**
 * Verifies each bundle that is named with the keys of securesystemslib, which have no code in common with ours. Debian's
 * version has no DSSE envelopes of its own any more, so the script puts together what is signed.
 */
const SCRIPT = `
import base64, json, sys
from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import Signature, SSlibKey

def signed(kind, payload):
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)

public, *bundles = sys.argv[1:]
pem = open(public).read()
for name in bundles:
    bundle = json.load(open(name))
    assert bundle["mediaType"] == "application/vnd.dev.sigstore.bundle.v0.3+json", name
    envelope = bundle["dsseEnvelope"]
    [signature] = envelope["signatures"]
    keyid = bundle["verificationMaterial"]["publicKey"]["hint"]
    assert signature["keyid"] == keyid, name
    key = SSlibKey(keyid, "ecdsa", "ecdsa-sha2-nistp256", {"public": pem})
    payload = base64.b64decode(envelope["payload"], validate=True)
    kind = envelope["payloadType"].encode()
    made = Signature(keyid, base64.b64decode(signature["sig"], validate=True).hex())
    key.verify_signature(made, signed(kind, payload))
    for changed in (signed(kind, payload + b" "), signed(b"text/plain", payload)):
        try:
            key.verify_signature(made, changed)
        except UnverifiedSignatureError:
            continue
        raise AssertionError("something else was accepted: " + name)
    print(json.loads(payload)["predicateType"])
`

it('securesystemslib of Python accepts every kind of bundle, and no changed one', async () => {
  const { store } = await storeWithRuns(1)
  await openRun({ store, signer }, planFor)
  await abortOpenRuns({ store, signer, agent: AGENT }, new Date('2026-10-02T06:00:00.000Z'))
  const other = ledgerKeyOf(generateKeyPair().publicPem, 'collector')
  await addKey({ store, signer, agent: AGENT }, other, new Date('2026-10-02T07:00:00.000Z'))
  const revocation = { key: other, reason: 'retired' as const }
  await revokeKey({ store, signer, agent: AGENT }, revocation, new Date('2026-10-02T08:00:00.000Z'))
  await exportOf(store)
  const { bytes } = await exportOf(store)
  const folder = await temporaryFolder()
  const names = entriesOf(bytes).flatMap(({ name }) => (name.endsWith('.sigstore.json') ? [name] : []))
  for (const name of names) await fs.writeFile(join(folder, name.replaceAll('/', '_')), contentOf(bytes, name))
  await fs.writeFile(join(folder, 'key.pem'), key.publicPem)
  await fs.writeFile(join(folder, 'verify.py'), SCRIPT)
  const files = names.map((name) => name.replaceAll('/', '_'))
  const { stdout } = await run('/usr/bin/python3', ['verify.py', 'key.pem', ...files], { cwd: folder })
  const kinds = stdout
    .trim()
    .split('\n')
    .map((type) => type.split('/').at(-2))
  expect(kinds).toEqual([
    'ledger-genesis',
    'run-opened',
    'run-sealed',
    'run-opened',
    'run-aborted',
    'key-added',
    'key-revoked',
    'exported',
    'exported',
  ])
})
