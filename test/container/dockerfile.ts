/** One instruction of a Dockerfile, its lines joined. */
export interface Instruction {
  name: string
  /** What stands behind the name, without flags such as `--from=build`. */
  text: string
  flags: Readonly<Record<string, string>>
  line: number
}

/** What stands between one FROM and the next. */
export interface Stage {
  name: string | undefined
  image: string
  instructions: Instruction[]
}

export interface Dockerfile {
  /** Before the first FROM: names and defaults. */
  args: Readonly<Record<string, string>>
  stages: Stage[]
}

const KNOWN = ['ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'FROM', 'HEALTHCHECK', 'RUN', 'USER', 'VOLUME', 'WORKDIR']

/** Parses the part of the language that ours uses, and refuses everything else, so that nothing is overlooked. */
export function parseDockerfile(source: string): Dockerfile {
  const args: Record<string, string> = {}
  const stages: Stage[] = []
  for (const instruction of instructionsOf(source)) {
    const stage = stages.at(-1)
    if (instruction.name === 'FROM') stages.push(stageOf(instruction))
    else if (stage !== undefined) stage.instructions.push(instruction)
    else if (instruction.name === 'ARG') Object.assign(args, argOf(instruction))
    else throw new Error(`line ${instruction.line}: ${instruction.name} before the first FROM`)
  }
  return { args, stages }
}

function* instructionsOf(source: string): Iterable<Instruction> {
  let text = ''
  let start = 0
  for (const [index, line] of source.split('\n').entries()) {
    if (/^\s*(?:#.*)?$/.test(line)) {
      if (text !== '') throw new Error(`line ${index + 1}: a comment or an empty line inside an instruction`)
      continue
    }
    if (text === '') start = index + 1
    text += line.replace(/\\$/, '').trim() + ' '
    if (line.endsWith('\\')) continue
    yield instructionOf(text.trim(), start)
    text = ''
  }
  if (text !== '') throw new Error('the last instruction does not end')
}

function instructionOf(text: string, line: number): Instruction {
  const {
    name = '',
    flags: written = '',
    rest = '',
  } = /^(?<name>[A-Z]+) (?<flags>(?:--[a-z-]+=\S+ )*)(?<rest>.+)$/.exec(text)?.groups ?? {}
  if (!KNOWN.includes(name)) throw new Error(`line ${line}: cannot read "${text}"`)
  const flags = Object.fromEntries(
    written
      .split(' ')
      .filter((flag) => flag !== '')
      .map((flag) => [flag.slice(2, flag.indexOf('=')), flag.slice(flag.indexOf('=') + 1)]),
  )
  return { name, text: rest, flags, line }
}

function stageOf({ text, line }: Instruction): Stage {
  const { image, name } = /^(?<image>\S+)(?: AS (?<name>[a-z][a-z0-9-]*))?$/.exec(text)?.groups ?? {}
  if (image === undefined) throw new Error(`line ${line}: cannot read FROM ${text}`)
  return { name, image, instructions: [] }
}

function argOf({ text, line }: Instruction): Record<string, string> {
  const { name, value } = /^(?<name>[A-Z_]+)=(?<value>\S+)$/.exec(text)?.groups ?? {}
  if (name === undefined || value === undefined) throw new Error(`line ${line}: an ARG needs a default`)
  return { [name]: value }
}

/** Sources and destination of a COPY. */
export function copyOf({ text, line }: Instruction): { sources: string[]; to: string } {
  const paths = text.split(' ')
  const to = paths.pop()
  if (to === undefined || paths.length === 0 || text.includes('[')) throw new Error(`line ${line}: cannot read COPY`)
  return { sources: paths, to }
}
