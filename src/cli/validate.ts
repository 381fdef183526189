import { formatProblems } from '../config/problem.ts'
import { jsonText } from '../report/json-run.ts'
import type { ValidateJson } from '../report/json/config.ts'
import { paragraph, penFor } from '../report/look.ts'
import { printable } from '../report/printable.ts'
import { list, number } from '../report/words.ts'
import { configPath, type ConfigOption, type JsonOption, lookOf } from './common.ts'
import type { CheckedConfig, Environment, Output } from './environment.ts'
import { EXIT } from './exit-codes.ts'

export interface ValidateOptions extends ConfigOption, JsonOption {
  /** `false` with `--no-secrets`. */
  secrets: boolean
}

/** `affiant validate`: every problem of the config at once. Exit status 1 if one of them prevents a run. */
export async function validate(options: ValidateOptions, { runtime, stdout }: Environment): Promise<number> {
  const path = configPath(options)
  const checked = await (await runtime()).checkConfigFile(path, { secrets: options.secrets })
  const valid = checked.problems.every(({ severity }) => severity === 'warning')
  const document: ValidateJson = {
    schema: 'affiant.validate/1',
    config: path,
    valid,
    secretsChecked: options.secrets,
    problems: [...checked.problems],
  }
  await stdout.write(options.json ? jsonText(document) : text(path, checked, options, stdout))
  return valid ? EXIT.ok : EXIT.usage
}

function text(
  path: string,
  { problems, sources = [] }: CheckedConfig,
  { secrets }: ValidateOptions,
  stdout: Output,
): string {
  const look = lookOf(stdout)
  const pen = penFor(look)
  const lines = problems.length === 0 ? [] : formatProblems(problems, path).split('\n').map(printable)
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const names = sources.map(({ id, collector, demo }) => `${id} (${collector}${demo ? ', demo data' : ''})`)
  const verdict =
    errors > 0
      ? pen.alarm(`${path} is not valid: ${number(errors, 'error')}.`)
      : pen.good(`${path} is valid: ${number(names.length, 'source')}${names.length > 0 ? `, ${list(names)}` : ''}.`)
  const unseen = secrets ? [] : [paragraph(pen.faint('Secrets were not looked at.'), look)]
  return `${[...lines, paragraph(verdict, look), ...unseen].join('\n')}\n`
}
