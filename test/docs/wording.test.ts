import { readdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { filesBelow, ROOT, textsOf } from '../architecture/tree.ts'

interface Rule {
  name: string
  folders: readonly string[]
  /** What no line may hold. */
  pattern: RegExp
  probes: { bad: readonly string[]; good: readonly string[] }
}

const WRITTEN_FOR_USERS = ['src', 'collectors', 'mappings', 'docs']
const EVERYTHING = [...WRITTEN_FOR_USERS, 'scripts', '.ci']

/** The rule may name the words it forbids, in this phrase only. */
const RULE_ITSELF = '"compliant", "certified" or "effective"'

const RULES: readonly Rule[] = [
  {
    // Affiant reports results against criteria; these words conclude from them, which is for people to do.
    name: 'conclusions',
    folders: WRITTEN_FOR_USERS,
    pattern: /\b(?:(?:non-?)?compliant|certified|(?:in)?effective(?:ly|ness)?)\b/i,
    probes: {
      bad: [
        `status: 'compliant'`,
        'it is COMPLIANT',
        '`Compliant`',
        'the control is Effective',
        'non-compliant',
        'an ISO-certified system',
      ],
      good: [`It never says ${RULE_ITSELF}.`, 'a certificate', 'compliance evidence', '"COMPLIANT"', '`NON_COMPLIANT`'],
    },
  },
  {
    name: 'paths of one machine',
    folders: EVERYTHING,
    pattern: /(?<![\w.:/-])\/(?:work|root|home|Users)\/\w|\b[A-Z]:\\Users\\/,
    probes: {
      bad: ['see /root/tree/a.ts', '"/home/someone/x"', 'C:\\Users\\x'],
      good: ['src/work/a.ts', 'https://example.com/home/x', 'GET /users/{name}', './root/x'],
    },
  },
  {
    name: 'package registries',
    folders: EVERYTHING,
    pattern: /\b(?:registry|artifactory|nexus|verdaccio|npm-proxy|mirror)\.[a-z0-9-]+(?:\.[a-z0-9-]+)+\b/i,
    probes: {
      bad: ['https://registry.example.com/zod', 'nexus.corp.example.com'],
      good: ['collectors/index.ts is the registry. It', './registry.ts'],
    },
  },
]

/** What AWS Config answers, as a quoted value: the vendor's word in its record, not ours about it. */
const VENDOR_VALUES = /(['"`])(?:NON_)?COMPLIANT\1/g

function breaks({ pattern }: Rule, line: string): boolean {
  return pattern.test(line.replaceAll(RULE_ITSELF, '').replaceAll(VENDOR_VALUES, ''))
}

describe.each(RULES)('$name', (rule) => {
  test('stand in no file', async () => {
    const documents = (await filesBelow(rule.folders)).concat(await rootFiles())
    const texts = await textsOf(documents)
    const hits = [...texts].flatMap(([path, text]) =>
      text
        .split('\n')
        .flatMap((line, index) => (breaks(rule, line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 100)}`] : [])),
    )

    expect(texts.size).toBeGreaterThan(20)
    expect(hits).toEqual([])
  })

  test('are found where they are', () => {
    expect(rule.probes.bad.filter((line) => !breaks(rule, line))).toEqual([])
    expect(rule.probes.good.filter((line) => breaks(rule, line))).toEqual([])
  })
})

/** Texts at the root that people read; the lock file is npm's. */
async function rootFiles(): Promise<string[]> {
  const names = await readdir(ROOT)
  return names.filter((name) => /\.(?:md|ya?ml|json)$/.test(name) && name !== 'package-lock.json')
}
