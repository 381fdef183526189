import { makeProof } from '../bundle/proof.ts'
import { type ConfigOption, type StoreOption, storePath } from './common.ts'
import type { Environment } from './environment.ts'
import { EXIT } from './exit-codes.ts'
import { loadIfThere } from './load-if-there.ts'

export interface ProofOptions extends ConfigOption, StoreOption {
  record: string
  source?: string
  stream?: string
  scope?: string
  output?: string
}

/** `affiant proof RUN --record KEY`: a small file that shows one record to be part of a sealed run, without the others. */
export async function proof(run: number, options: ProofOptions, environment: Environment): Promise<number> {
  const runtime = await environment.runtime()
  const store = runtime.openStore(await storePath(options, runtime))
  const { collectors } = await loadIfThere(options, runtime)
  const streams = collectors.flatMap(({ collector }) => collector.streams)
  const made = await makeProof({
    ...options,
    store,
    run,
    keyOf: (id) => {
      const stream = streams.find((one) => one.id === id)
      return stream && ((record) => stream.key(record))
    },
  })
  if (options.output === undefined) await environment.stdout.write(made.text)
  else await runtime.writeNewFile(options.output, made.text)
  return EXIT.ok
}
