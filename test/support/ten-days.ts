import { daysBefore } from '../../src/sdk/days.ts'
import { manualClock } from '../../src/testing/clock.ts'
import { bucketCollector } from './bucket-collector.ts'
import { type PipelineOptions, runPipeline } from './pipeline.ts'

const DAY = 86_400_000

/**
 * Story A4: ten days of March 2026 with a daily job at six; a bucket is public from day 4 on and mended on day 6; no worker runs on
 * days 7 and 8. Gives the collector, the clock at the end, and the number of the run of each day that has one.
 */
export async function tenDays(options: Omit<PipelineOptions, 'clock' | 'job' | 'trigger' | 'schedule' | 'period'>) {
  const clock = manualClock('2026-03-01T06:00:00.000Z')
  const buckets = [
    { name: 'invoices', public: false },
    { name: 'website', public: false },
  ]
  const collector = bucketCollector(() => buckets)
  const runs = new Map<number, number>()
  for (let day = 1; day <= 10; day++) {
    buckets[0] = { name: 'invoices', public: day === 4 || day === 5 }
    if (day !== 7 && day !== 8) {
      const { number } = await runPipeline([collector], {
        ...options,
        clock,
        job: 'daily',
        trigger: 'schedule',
        schedule: '0 6 * * *',
        period: { from: daysBefore(clock.now(), 90), to: clock.now() },
      })
      runs.set(day, number)
    }
    await clock.advance(DAY)
  }
  return { collector, clock, runs }
}
