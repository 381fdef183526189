import { createFileSigner, generateKeyPair, type Signer } from '../../src/bundle/keys.ts'
import { lineTree } from '../../src/bundle/merkle.ts'
import { openRun, sealRun } from '../../src/bundle/seal.ts'
import { canonicalize } from '../../src/model/canonical.ts'
import type { ControlLine } from '../../src/model/control.ts'
import { type IndexEntry, planItemId } from '../../src/model/index-line.ts'
import type { Outcome } from '../../src/model/outcome.ts'
import type { Plan } from '../../src/model/plan.ts'
import type { Receipt } from '../../src/model/receipt.ts'
import type { Counts, ResultLine } from '../../src/model/result.ts'
import type { StoredObject } from '../../src/model/staging.ts'
import type { StagingStore } from '../../src/model/store.ts'
import { createEvidence } from '../../src/store/evidence.ts'

/*
 * Runs in which every text that has no form of its own is an attack: on pages, on scripts, on style sheets, on addresses, on
 * spreadsheets, on terminals, on the eye. Whoever holds the key of an agent could seal them.
 */

/** How a text begins: where spreadsheets look for formulas, and browsers for addresses. */
const BEGINNINGS = [
  '=1+1',
  '@SUM(1+1)*cmd|"/C calc"!A0',
  '+1+1',
  '-1+1',
  '\t=1+1',
  'javascript:hit()//',
  'data:text/html,<script>hit()</script>',
  'https://attacker.example/',
  '//attacker.example/',
  '../../../../etc/passwd',
  '',
]

/** What breaks out of text, attributes, titles, scripts, styles and comments, and what draws or hides. */
const ATTACK = [
  ' \'"><img src="x" onerror="hit()" data-hit>',
  '</title></style></textarea></script>-->',
  '<script data-hit>hit()</script>',
  '<svg data-hit onload="hit()"></svg>',
  '<a data-hit href="javascript:hit()">click</a>',
  '<iframe data-hit srcdoc="<script>parent.hit()</script>"></iframe>',
  '<base href="https://attacker.example/">',
  '<meta http-equiv="refresh" content="0;url=https://attacker.example/">',
  '<link rel="stylesheet" href="https://attacker.example/x.css">',
  '<style>*{display:none!important;background:url(https://attacker.example/x.png)}</style>',
  '&lt;b&gt; `\u0024{hit()}` {{constructor.constructor("hit()")()}} %3Cscript%3E ]]>',
  '\u202egnp.exe\u2066\u2069\u200b\ufeff \u001b]8;;https://attacker.example\u0007x\u001b[31m\u001b[2J \u0000\u0085',
  '\r\n=1+1',
].join('')

/** The mark in every text that pages must show: so a test sees that it was shown, as text. */
export const MARK = '<img src="x" onerror="hit()" data-hit>'

/** Each time another text. */
export function attacks(): (where: string) => string {
  let made = 0
  return (where) => {
    made += 1
    return `${BEGINNINGS[made % BEGINNINGS.length]} ${where} ${made}${ATTACK}`
  }
}

const OPENED_AT = '2026-10-01T06:00:00.000Z'
const DIGEST = 'cd'.repeat(32)
const pair = generateKeyPair()
export const signer: Signer = createFileSigner(pair.privatePem)
export const publicPem = pair.publicPem
export const AGENT = { id: 'acme-prod', version: '0.1.0', build: { sha256: DIGEST } }

/** What both runs name alike. Ids of sources and jobs have a form, so they are no place for an attack. */
function names() {
  const evil = attacks()
  return {
    stream: evil('stream'),
    other: evil('other stream'),
    check: evil('check'),
    unread: evil('check without data'),
    scope: evil('scope'),
    subject: evil('subject'),
    version: evil('version'),
    control: 'A.8.32',
  }
}
type Names = ReturnType<typeof names>

function planFor(number: number, at: Names, evil: (where: string) => string): Plan {
  const check = (id: string, inputs: string[]) => ({
    id,
    revision: number,
    source: 'github-acme',
    severity: 'high' as const,
    title: evil('title'),
    inputs,
    params: { [evil('parameter')]: evil('value'), list: [evil('entry'), { [evil('key')]: null }] },
    criteria: { pass: evil('criterion'), fail: evil('criterion') },
    remediation: evil('remediation'),
  })
  return {
    version: 1,
    run: {
      number,
      job: 'daily',
      trigger: 'manual',
      openedAt: OPENED_AT,
      period: { from: '2026-09-30T00:00:00.000Z', to: '2026-10-01T00:00:00.000Z' },
      schedule: { cron: evil('cron'), timeZone: evil('time zone') },
    },
    agent: { installation: AGENT.id, version: at.version, build: { sha256: DIGEST } },
    config: { sha256: DIGEST },
    sources: [
      {
        id: 'github-acme',
        collector: evil('collector'),
        plugin: { name: evil('plug-in'), version: evil('version') },
        demo: true,
        expects: { id: evil('expected id'), name: evil('expected name') },
        requestLog: evil('request log'),
        streams: [at.stream, at.other].map((id) => ({
          id,
          version: 1,
          permissions: [evil('permission')],
          title: evil('title'),
          redact: { [evil('field')]: 'drop' as const },
        })),
      },
    ],
    checks: [check(at.check, [at.stream]), { ...check(at.unread, [at.other]), disabled: evil('why') }],
    mappings: [{ id: 'iso27001-2022', sha256: DIGEST }],
  }
}

const done = (change: Partial<Outcome> = {}): Outcome => ({
  status: 'complete',
  pages: 1,
  records: 0,
  requests: 1,
  gaps: [],
  startedAt: OPENED_AT,
  endedAt: OPENED_AT,
  ...change,
})

function resultsOf(at: Names, evil: (where: string) => string, fixed: boolean): ResultLine[] {
  const one = (status: ResultLine['status'], subject: string, reason?: string): ResultLine => ({
    status,
    subject,
    name: evil('name'),
    scope: at.scope,
    detail: evil('detail'),
    ...(reason !== undefined && { reason }),
  })
  return [
    one(fixed ? 'pass' : 'fail', at.subject),
    one('fail', evil('subject')),
    one('pass', evil('subject')),
    one('unknown', evil('subject'), evil('reason')),
    one('not-applicable', evil('subject'), evil('reason')),
  ]
}

function countsOf(results: readonly ResultLine[]): Counts {
  const count = (status: ResultLine['status']) => results.filter((one) => one.status === status).length
  const [passed, failed, notApplicable, unknown] = [
    count('pass'),
    count('fail'),
    count('not-applicable'),
    count('unknown'),
  ]
  return {
    inScope: results.length,
    inspected: passed + failed,
    passed,
    failed,
    notApplicable,
    unknown,
    excepted: 0,
  }
}

async function entriesFor(
  store: StagingStore,
  at: Names,
  evil: (where: string) => string,
  fixed: boolean,
): Promise<IndexEntry[]> {
  const put = async (lines: readonly object[], tree = false): Promise<StoredObject> => {
    const writer = await createEvidence(store, lineTree).create({ tree })
    for (const line of lines) await writer.write(canonicalize(line))
    return writer.store()
  }
  const records = Array.from({ length: 3 }, (_, id) => ({
    [evil('field')]: evil('value'),
    id,
    list: [evil('entry')],
    nested: { [evil('field')]: evil('value') },
    value: evil('value'),
  }))
  const receipts: Receipt[] = [
    {
      kind: 'http',
      at: OPENED_AT,
      attempt: 1,
      method: evil('method'),
      url: `https://api.example.com/${evil('address')}`,
      operation: evil('operation'),
      status: 200,
      requestId: evil('request id'),
      serverDate: evil('date'),
      bodySha256: DIGEST,
      bodyBytes: 10,
    },
    { kind: 'http', at: OPENED_AT, attempt: 1, method: 'GET', url: evil('address'), failure: 'denied' },
    { kind: 'command', at: OPENED_AT, attempt: 1, program: evil('program'), args: [evil('argument')], exitStatus: 0 },
  ]
  const results = resultsOf(at, evil, fixed)
  const counts = countsOf(results)
  const nothing = countsOf([])
  const link = (part: object) => ({
    strength: 'direct' as const,
    shows: evil('what it shows'),
    'not-shown': evil('what it does not show'),
    ...part,
  })
  const controls: ControlLine[] = [
    {
      control: at.control,
      title: evil('title'),
      theme: 'technological',
      status: 'fail',
      counts,
      evidence: [
        { ...link({ check: at.check, source: 'github-acme' }), status: 'fail', reason: evil('reason') },
        { ...link({ stream: at.stream, source: 'github-acme' }), status: 'collected' },
      ],
      'also-needed': evil('also needed'),
    },
    {
      control: 'A.5.1',
      title: evil('title'),
      theme: 'organizational',
      status: 'manual',
      counts: nothing,
      evidence: [],
      manual: { reason: evil('reason'), owner: evil('owner'), cadence: evil('cadence') },
    },
    {
      control: evil('control'),
      title: evil('title'),
      theme: 'people',
      status: 'no-evidence',
      counts: nothing,
      evidence: [],
    },
  ]
  const item = (stream: string) => ({
    planItem: planItemId('github-acme', stream, at.scope),
    source: 'github-acme',
    stream,
    scope: at.scope,
  })
  const [whole, refused] = [item(at.stream), item(at.other)]
  const path = (kind: string, name: string) => `${kind}/github-acme/${name}.jsonl`
  return [
    {
      kind: 'source',
      source: 'github-acme',
      collector: evil('collector'),
      identity: {
        id: evil('id'),
        name: evil('name'),
        principal: { kind: 'app', name: evil('principal') },
        granted: [evil('right')],
      },
      scopes: [
        { id: at.scope, title: evil('title'), kind: evil('kind') },
        { id: evil('scope'), title: evil('title'), excluded: evil('why') },
      ],
      outcome: done({ status: 'partial', reason: 'denied', detail: evil('detail'), permissions: [evil('permission')] }),
    },
    {
      kind: 'records',
      planItem: whole.planItem,
      path: path('records', 'stream'),
      ...(await put(records, true)),
      schema: `${at.stream}/1`,
      collectedAt: OPENED_AT,
      controls: [at.control, evil('control')],
    },
    { kind: 'receipts', planItem: whole.planItem, path: path('receipts', 'stream'), ...(await put(receipts)) },
    {
      kind: 'outcome',
      ...whole,
      reproduce: evil('command'),
      outcome: done({
        records: records.length,
        sourceTotal: records.length,
        credentials: [{ rule: evil('rule'), field: evil('field'), count: 2 }],
      }),
    },
    {
      kind: 'outcome',
      ...refused,
      reproduce: evil('command'),
      outcome: done({
        status: 'failed',
        reason: 'denied',
        detail: evil('detail'),
        permissions: [evil('permission')],
        pages: 0,
        gaps: [{ reason: 'denied', permission: evil('permission'), count: 1, subjects: [evil('subject')] }],
      }),
    },
    {
      kind: 'results',
      path: path('results', 'check'),
      ...(await put(results)),
      summary: {
        check: at.check,
        revision: fixed ? 3 : 1,
        source: 'github-acme',
        status: 'fail',
        reason: evil('reason'),
        counts,
        incomplete: [],
      },
      derivedFrom: [1],
    },
    {
      kind: 'results',
      path: path('results', 'unread'),
      ...(await put([])),
      summary: {
        check: at.unread,
        revision: fixed ? 3 : 1,
        source: 'github-acme',
        status: 'not-applicable',
        reason: evil('reason'),
        counts: nothing,
        incomplete: [],
      },
      derivedFrom: [],
    },
    {
      kind: 'controls',
      mapping: 'iso27001-2022',
      path: 'controls/iso27001-2022.jsonl',
      ...(await put(controls)),
    },
  ]
}

/** Two sealed runs, 1 and 3: what failed in the first does not in the second. */
export async function hostileRuns(store: StagingStore): Promise<void> {
  const at = names()
  const evil = attacks()
  for (const fixed of [false, true]) {
    const plans = new Map<number, Plan>()
    const opened = await openRun({ store, signer }, (number) => {
      const plan = plans.get(number) ?? planFor(number, at, evil)
      plans.set(number, plan)
      return plan
    })
    const entries = (await entriesFor(store, at, evil, fixed)).map(
      (entry): IndexEntry =>
        entry.kind === 'source' ? { ...entry, collector: opened.plan.sources[0]?.collector ?? '' } : entry,
    )
    await sealRun({
      ...opened,
      store,
      signer,
      saltKey: Buffer.alloc(32, 4),
      entries,
      sealedAt: new Date('2026-10-01T06:05:00.000Z'),
    })
  }
}
