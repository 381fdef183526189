import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { html } from '../../../src/report/html/html.ts'
import {
  checkPath,
  controlPath,
  dataPath,
  frameworkPath,
  hrefFrom,
  populationPath,
  scopeAnchor,
} from '../../../src/report/html/paths.ts'
import { count, instant, plainLines, plainText, plural, text } from '../../../src/report/html/text.ts'
import { BundlePath } from '../../../src/model/common.ts'

const shown = (value: string) => String(text(value))
/** Everything that cannot be seen, or that changes how other characters are shown, but for parts of an emoji. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}\p{Cs}]/u

describe('text of unknown origin', () => {
  test.each([
    ['markup', '<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['quotes', `"it's"`, '&quot;it&#39;s&quot;'],
    ['an end of a script', '</script>', '&lt;/script&gt;'],
    ['an override of direction', 'a\u202Eb', 'a[U+202E]b'],
    ['an isolate', '\u2066x\u2069', '[U+2066]x[U+2069]'],
    ['an escape sequence', '\u001B[31mred', '[U+001B][31mred'],
    ['a zero-width space', 'acme\u200B.example', 'acme[U+200B].example'],
    ['a tag character', 'a\u{E0041}', 'a[U+E0041]'],
    ['private use', '\uE000', '[U+E000]'],
    ['NUL', 'a\0b', 'a[U+0000]b'],
    ['line breaks and tabs', 'a\r\nb\tc\u2028d', 'a b c d'],
    ['half of a pair', 'a\uD800b', 'a\uFFFDb'],
    ['an emoji with its parts', '❤️ 👩‍💻', '❤️ 👩‍💻'],
    ['a joiner that joins nothing', 'a\u200Db', 'a[U+200D]b'],
    ['letters from right to left', 'x שלום', '<bdi>x שלום</bdi>'],
    ['letters with accents', 'Zoë Ångström', 'Zoë Ångström'],
  ])('%s', (_, value, expected) => {
    expect(shown(value)).toBe(expected)
  })

  test('nothing unseen is left of any text, and no markup begins in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const page = shown(value).replaceAll(/^<bdi>|<\/bdi>$/g, '')
        expect(page).not.toMatch(/[<>"']/)
        expect(
          page.replaceAll(/\p{Extended_Pictographic}\uFE0F?(?:\u200D(?=\p{Extended_Pictographic}))?/gu, ''),
        ).not.toMatch(UNSEEN)
        expect(plainText(value)).not.toMatch(/[\r\n]/)
      }),
    )
  })

  test('what stood in the text can be told from what was put in its place', () => {
    expect(plainText('a\u200Bb')).not.toBe(plainText('ab'))
  })

  test('lines stay lines in code', () => {
    expect(plainLines('a\r\n\tb\n\u202Ec\rd')).toBe('a\n  b\n[U+202E]c[U+000D]d')
  })

  test('a template escapes whatever is put into it', () => {
    const hostile = '"><script>alert(1)</script>'
    expect(String(html`<p title="${hostile}">${[hostile, html`<b>${hostile}</b>`]}${false}${undefined}</p>`)).toBe(
      '<p title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;<b>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</b></p>',
    )
  })
})

test('figures and times', () => {
  expect(count(1_234_567)).toBe('1,234,567')
  expect([plural(1, 'entry', 'entries'), plural(1000, 'entry', 'entries')]).toEqual(['1 entry', '1,000 entries'])
  expect(String(instant('2026-10-01T06:00:00.123Z'))).toBe(
    '<time datetime="2026-10-01T06:00:00.123Z">2026-10-01 06:00:00 UTC</time>',
  )
  expect(String(instant('"><b>'))).toBe('&quot;&gt;&lt;b&gt;')
})

describe('paths', () => {
  test('of ordinary names are readable', () => {
    expect(controlPath('A.5.1')).toBe('controls/A.5.1.html')
    expect(checkPath('github-acme', 'github.review-required', 2)).toBe(
      'checks/github-acme/github.review-required-2.html',
    )
    expect(populationPath('git', 'git.commits')).toBe('populations/git/git.commits.html')
    expect(frameworkPath('nist-csf-2.0')).toBe('frameworks/nist-csf-2.0.html')
    expect(dataPath('git', 'git.commits', 'acme/api', 'csv')).toMatch(
      /^data\/git\/git\.commits\/acme-api\.[0-9a-f]{16}\.csv$/,
    )
    expect(scopeAnchor('acme/api')).toMatch(/^scope-[0-9a-f]{16}$/)
  })

  test('stay in their folder whatever the name, and no two names share one', () => {
    const name = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '..',
        '.',
        '',
        '../../etc',
        'a-2',
        'a',
        'A',
        'a/b',
        'a b',
        'con',
        'x.0123456789abcdef',
        'é',
        'e\u0301',
      ),
    )
    fc.assert(
      fc.property(name, name, fc.integer({ min: 1, max: 3 }), (a, b, part) => {
        for (const path of [checkPath('git', a, part), populationPath(a, b), dataPath(a, b, a, 'json'), controlPath(a)])
          expect(BundlePath.safeParse(path).success).toBe(true)
        fc.pre(a.toWellFormed() !== b.toWellFormed())
        // Of one case too, for file systems that do not tell cases apart.
        expect(checkPath('git', a, part).toLowerCase()).not.toBe(checkPath('git', b, part).toLowerCase())
        expect(checkPath('git', a, 2)).not.toBe(checkPath('git', b))
      }),
    )
  })

  test.each(['con', 'CON', 'aux.streams', 'nul', 'com1', 'Lpt9.x'])('%s names no device of Windows', (name) => {
    const paths = [
      checkPath(name, name),
      populationPath(name, name),
      dataPath(name, name, name, 'csv'),
      controlPath(name),
    ]
    for (const segment of paths.flatMap((path) => path.split('/')))
      expect(segment).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i)
    expect(checkPath(name, 'a')).not.toBe(checkPath(`name-${name}`, 'a'))
  })

  test('lead from any page to any other', () => {
    expect(hrefFrom('index.html', 'controls/A.5.1.html')).toBe('controls/A.5.1.html')
    expect(hrefFrom('checks/a/b.html', 'controls/A.5.1.html')).toBe('../../controls/A.5.1.html')
    expect(hrefFrom('controls/A.5.1.html', 'index.html#controls')).toBe('../index.html#controls')
    expect(hrefFrom('index.html', 'index.html#checks')).toBe('#checks')
    expect(hrefFrom('index.html', 'index.html')).toBe('index.html')
    expect(hrefFrom('checks/a/b.html', '../../index.html')).toBe('../../../../index.html')
  })
})
