import { type Replay, type ReplayedCheck, type ReplayedControls, replayExitCode } from '../model/replay.ts'
import type { ReplayJson } from './json/replay.ts'
import { type Look, paragraph, type Pen, penFor, suggest } from './look.ts'
import { showTurns, verdictWords } from './show-turns.ts'
import { grouped, list, outOf } from './words.ts'

/** What replaying a run shows and does not show. */
export const REPLAY_SHOWS =
  'This shows whether the results follow from the records. Whether records and results are those that were sealed, and by whom, is what "affiant verify" looks at.'

const MOST_SUBJECTS = 10
const MOST_ENTRIES = 20

export function replayJson(replay: Replay): ReplayJson {
  return { schema: 'affiant.replay/1', exitCode: replayExitCode(replay), ...replay }
}

/** The verdict, then everything that differs or changed, with the reason. */
export function showReplay(replay: Replay, look: Look): string {
  const pen = penFor(look)
  const { damaged, checks, controls } = replay
  const entries = [
    ...damaged.map(({ code, file, detail }) => [
      paragraph(`${pen.alarm(code)} ${pen.strong(file)}`, look, '  '),
      paragraph(pen.plain(detail), look, '    '),
    ]),
    ...checks.map((check) => showCheck(check, look, pen)),
    ...controls.map((one) => showControls(one, look, pen)),
  ].map((lines) => lines.join('\n'))
  const shown = entries.slice(0, MOST_ENTRIES)
  const more = entries.length - shown.length
  const blocks = [
    paragraph(verdict(replay, pen), look),
    ...shown,
    ...(more > 0 ? [pen.strong(`  and ${grouped(more)} more: ${suggest(`replay ${replay.run} --json`, look)}`)] : []),
    [...program(replay).map((line) => paragraph(pen.plain(line), look)), paragraph(pen.faint(REPLAY_SHOWS), look)].join(
      '\n',
    ),
  ]
  return `${blocks.join('\n\n')}\n`
}

function verdict(replay: Replay, pen: Pen): string {
  const { run, damaged, replayed } = replay
  const parts = `${outOf(replayed.identical, replayed.checks, 'check')} and ${outOf(replayed.identicalControls, replayed.controls, 'file of controls', 'files of controls')}`
  if (damaged.length > 0) return pen.alarm(`Run ${run} is NOT what was sealed, so nothing of it was evaluated again.`)
  const exitCode = replayExitCode(replay)
  if (exitCode === 0) return pen.good(`Run ${run} comes out again as it was sealed, byte for byte: ${parts}.`)
  if (exitCode === 2)
    return pen.caution(
      `Run ${run} comes out otherwise, each time for a reason named below. Byte for byte the same: ${parts}.`,
    )
  return pen.alarm(`Run ${run} does NOT follow from its records. Byte for byte the same: ${parts}.`)
}

function showCheck(one: ReplayedCheck, look: Look, pen: Pen): string[] {
  const { check, source, demo, cause, outcome, detail, sealed, here, turns } = one
  const on = pen.strong(`${check} on ${source}${demo ? ' (demo data)' : ''}`)
  return [
    paragraph(`${causeText(cause, outcome, pen)} ${on}`, look, '  '),
    paragraph(pen.plain(detail), look, '    '),
    ...(outcome === 'identical'
      ? [paragraph(pen.plain('The results are the same.'), look, '    ')]
      : [
          paragraph(pen.plain(`sealed: ${verdictWords(sealed)}`), look, '    '),
          ...(here ? [paragraph(pen.plain(`here:   ${verdictWords(here)}`), look, '    ')] : []),
        ]),
    ...(turns ? showTurns(turns, look, MOST_SUBJECTS) : []),
  ]
}

function showControls({ mapping, cause, outcome, detail, controls }: ReplayedControls, look: Look, pen: Pen): string[] {
  const shown = controls.slice(0, MOST_SUBJECTS).map(({ control, sealed = 'absent', here = 'absent' }) => {
    const way = sealed === here ? `${sealed}, with other evidence` : `${sealed} → ${here}`
    return paragraph(`${pen.plain(control)}: ${pen.strong(way)}`, look, '      ')
  })
  const more = controls.length - shown.length
  return [
    paragraph(`${causeText(cause, outcome, pen)} ${pen.strong(`controls of ${mapping}`)}`, look, '  '),
    paragraph(pen.plain(detail), look, '    '),
    ...shown,
    ...(more > 0 ? [pen.faint(`      and ${grouped(more)} more`)] : []),
  ]
}

function causeText(cause: string, outcome: ReplayedCheck['outcome'], pen: Pen): string {
  if (outcome === 'identical') return pen.faint(cause)
  return cause === 'not-from-records' ? pen.alarm(cause) : pen.warning(cause)
}

function program({ program: { sealed, here, plugins } }: Replay): string[] {
  const same = sealed.build === here.build
  const who = same
    ? `The run was made by this build of affiant (${here.version}).`
    : `The run was made by affiant ${sealed.version}, build ${sealed.build.slice(0, 12)}; this is ${here.version}, build ${here.build.slice(0, 12)}. Where results of one revision differ, run the build that made it to tell a change of the program from a change of the results.`
  const others = plugins.map((one) => `${one.name} ${one.sealed} (here ${one.here ?? 'not loaded'})`)
  return [who, ...(others.length > 0 ? [`Plug-ins of the run that are of another version here: ${list(others)}.`] : [])]
}
