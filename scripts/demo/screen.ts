import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Coloured on a terminal, unless `NO_COLOR` is set. */
const paint = (style: Style, text: string) => styleText(style, text, { stream: process.stdout })

/** What the demo itself says, around the output of the commands. Lines fit 80 columns. */
export const screen = {
  title(text: string, ...lines: readonly string[]) {
    console.log(`\n${paint('bold', text)}\n`)
    for (const line of lines) console.log(line)
  },
  step(number: number, text: string, ...lines: readonly string[]) {
    const head = `── ${number} ── ${text} `
    console.log(`\n\n${paint(['bold', 'cyan'], head.padEnd(80, '─'))}\n`)
    for (const line of lines) console.log(paint('dim', line))
    if (lines.length > 0) console.log('')
  },
  command(line: string) {
    console.log(`${paint('green', '$')} ${paint('bold', line)}\n`)
  },
  status(status: number, meaning: string) {
    console.log(`\n${paint('dim', `exit status ${status}: ${meaning}`)}`)
  },
  /** Names and what they stand for, in two columns. */
  pairs(heading: string, pairs: readonly (readonly [string, string])[]) {
    const width = Math.max(...pairs.map(([name]) => name.length)) + 2
    console.log(`\n${paint('bold', heading)}`)
    for (const [name, value] of pairs) console.log(`  ${paint('dim', name.padEnd(width))}${value}`)
  },
  /** Commands to copy, each below what it is for. */
  commands(heading: string, commands: readonly (readonly [string, string])[]) {
    console.log(`\n${paint('bold', heading)}`)
    for (const [what, line] of commands) console.log(`  ${paint('dim', `# ${what}`)}\n  ${line}`)
  },
  good: (text: string) => console.log(`\n${paint('green', text)}`),
  bad: (text: string) => console.error(`\n${paint('red', text)}`),
}
