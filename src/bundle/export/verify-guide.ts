export interface GuideInput {
  /** The folder in the archive. */
  base: string
  /** Version of affiant. */
  version: string
  /** Whether there is a report. */
  report: boolean
}

/** `VERIFY.md`: what an auditor finds beside the evidence. Help only; nothing in it is to be believed. */
export function verifyGuide({ base, version, report }: GuideInput): string {
  return `# ${base}

Evidence that affiant ${version} collected, sealed and exported. Everything in this file is help. Do not believe it: what it says
can be checked, and how to check it is described at length in docs/bundle-format.md of affiant, which you get from elsewhere.

## What you need from elsewhere

* The key ids, from the engagement letter or over the telephone. The public keys themselves may come with this export: an id is
  the SHA-256 of a key, \`openssl pkey -pubin -in KEY.pem -outform DER | sha256sum\`.
* A head of the ledger (a number and a digest) that was sent to you earlier, if there is one.
* Root certificates of the timestamp authorities, if timestamps matter to you.

\`trust-hints.json\` is the trust policy that the agent proposes. Compare its key ids with the letter before you use it.

## With affiant

    affiant verify ${base}.evx.tar --policy trust-policy.json

reads the archive as it is, unpacks nothing, and needs no network.

## Without affiant

    tar xf ${base}.evx.tar
    cd ${base}
    sh verify.sh KEY.pem... [-t ROOTS.pem]

\`verify.sh\` needs openssl, sha256sum and a shell. It is short; read it first, or use a copy from elsewhere. It ends with VERIFIED,
or with the reason why not and a status other than 0. It does not know which key may sign what, nor until when: affiant does.

${report ? reportGuide(base) : ''}## What is here

| file | what it is |
|---|---|
| \`data/ledger/000000042.sigstore.json\` | a signed entry of the ledger (Sigstore bundle, DSSE, in-toto statement) |
| \`data/ledger/000000042.json\`, \`.sig\`, \`.1.tst\` | its statement, its signature and its RFC 3161 timestamps again, as files |
| \`data/timestamps/000000042/\` | timestamps of an entry that came later |
${report ? REPORT_ROW : ''}| \`data/runs/000000042/\` | the run that entry 42 opened: plan, index, and the files that the index names |
| \`export.json\` and its companions | the entry of the ledger that describes this export; it signs \`manifest-sha256.txt\` |
| \`manifest-sha256.txt\`, \`tagmanifest-sha256.txt\`, \`bagit.txt\`, \`bag-info.txt\` | BagIt 1.0 (RFC 8493): digests of all files |

A line of an index with \`"kind":"withheld"\` stands for one that is not given to you. It holds the reason and the hash of the line, so that
the rest can be verified all the same, and so that the line cannot be another one if it is given to you later.

## What this can show, and what it cannot

That nothing was changed, removed or added since it was sealed by whoever holds the key; that the ledger has no gap from its first
entry to this export; when it was sealed, if there are timestamps. Not that the systems told the truth when they were asked, and
not, without a head from elsewhere, that the holder of the key did not write the whole ledger anew.
`
}

const reportGuide = (base: string): string => `## Reading it

Unpack the archive after you have verified it, and open \`data/report/index.html\` in a browser. It works without a network and without
JavaScript. Everything in it was made from the evidence beside it; with affiant of the same version you can have it made again
and compared:

    affiant verify ${base}.evx.tar --policy trust-policy.json --report

`

const REPORT_ROW = `| \`data/report/\` | the report: pages for people, populations as CSV and JSON, and forms for other programs |
`
