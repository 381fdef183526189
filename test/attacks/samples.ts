import { choosePopulation, readPopulations } from '../../src/bundle/populations.ts'
import { seedOf } from '../../src/bundle/sample/derive.ts'
import { takeSample } from '../../src/bundle/sample/take-sample.ts'
import { storeReader } from '../../src/bundle/store-reader.ts'
import { SAMPLED, type SampledStatement } from '../../src/model/statement.ts'
import { outcome, signer } from '../bundle/fixture.ts'
import { memoryStore } from '../bundle/ledger-builder.ts'
import { AGENT } from '../export/support.ts'
import { accepted, type Attack, type Files, rejected } from './attack.ts'
import { type Bench, exported } from './bench.ts'
import { historyOf, reseal, rewrite } from './forge.ts'

/** A store in which two of the three repositories of run 1 were picked. */
async function sampled(bench: Bench): Promise<Files> {
  const files = bench.files()
  const store = memoryStore(files)
  const population = choosePopulation(await readPopulations(storeReader(store), 1), 1, {
    stream: 'github.repositories',
  })
  const nowhere = {
    async write(_: string, chunks: AsyncIterable<string> | Iterable<string>) {
      for await (const chunk of chunks) if (chunk.length === 0) return
    },
  }
  const words = { engagement: 'E1', control: 'A.8.32', asked: '2' }
  const sampledAt = new Date('2026-10-02T09:00:00.000Z')
  await takeSample({ store, signer, agent: AGENT }, { population, ...words, sampledAt }, nowhere)
  return files
}

/** An export of that store, in which the holder of the key says something else of the sample. */
async function lying(bench: Bench, change: (statement: SampledStatement) => void): Promise<Uint8Array> {
  const files = await sampled(bench)
  const history = historyOf(files)
  for (const statement of history) if (statement.predicateType === SAMPLED) change(statement)
  return exported(await rewrite(files, history))
}

function seedAnew({ predicate, subject }: SampledStatement): void {
  const { engagement, control, asked } = predicate
  predicate.seed = seedOf({ population: subject[0].digest.sha256, engagement, control, asked })
}

/** Whoever holds the key may write any sample into the ledger, but not one that was picked by hand. */
export const ATTACKS_ON_SAMPLES: readonly Attack[] = [
  {
    id: '81a',
    attack: 'an honest sample',
    expected: accepted({ intact: 'yes', authentic: 'yes', chained: 'yes', complete: 'yes' }),
    make: async (bench) => ({ archive: await exported(await sampled(bench)) }),
  },
  {
    id: '81b',
    attack: 'a row that was picked replaced by another one of the same population',
    expected: rejected('sample-wrong'),
    make: async (bench) => ({
      archive: await lying(bench, ({ predicate: { picks } }) => {
        const [first] = picks ?? []
        if (first) first.line = first.line === 1 ? 3 : 1
      }),
    }),
  },
  {
    id: '81c',
    attack: 'a line that was picked, with the leaf of another one',
    expected: rejected('sample-wrong'),
    make: async (bench) => ({
      archive: await lying(bench, ({ predicate: { picks } }) => {
        if (picks?.[0]) picks[0].leafHash = '00'.repeat(32)
      }),
    }),
  },
  {
    id: '81d',
    attack: 'a sample said to be for another engagement than the one whose seed it has',
    expected: rejected('sample-wrong'),
    make: async (bench) => ({
      archive: await lying(bench, ({ predicate }) => void (predicate.engagement = 'E2')),
    }),
  },
  {
    id: '81e',
    attack: 'fewer items picked than were asked for',
    expected: rejected('sample-wrong'),
    make: async (bench) => ({
      archive: await lying(bench, ({ predicate }) => {
        predicate.size = 1
        predicate.picks = predicate.picks?.slice(0, 1)
      }),
    }),
  },
  {
    id: '81f',
    attack: 'a sample of other records than those that the run sealed',
    expected: rejected('sample-wrong'),
    make: async (bench) => ({
      archive: await lying(bench, (statement) => {
        statement.subject[0].digest.sha256 = 'ab'.repeat(32)
        seedAnew(statement)
      }),
    }),
  },
  {
    id: '81g',
    attack: 'a sample of a run that no entry before it seals',
    expected: rejected('sample-wrong'),
    make: async (bench) => ({ archive: await lying(bench, ({ predicate }) => void (predicate.run = 999)) }),
  },
  {
    id: '81h',
    attack: 'a sample of a population that was not read whole',
    expected: rejected('sample-wrong'),
    make: async (bench) => ({
      archive: await exported(
        await reseal(await sampled(bench), 1, ({ lines }) => {
          for (const line of lines)
            if (line.kind === 'outcome' && line.stream === 'github.repositories')
              line.outcome = outcome(3, { status: 'partial', reason: 'denied' })
        }),
      ),
    }),
  },
  {
    id: '81i',
    attack: 'a sample whose rows are ordered by another field than the plan says',
    expected: rejected('sample-wrong'),
    make: async (bench) => ({
      archive: await lying(bench, ({ predicate }) => void (predicate.population.occurredAt = 'pushedAt')),
    }),
  },
]
