/**
 * 50,000 Okta users with their factors, without latency: memory must not grow with their number. Each size is run in a
 * process of its own, as a peak once reached stays.
 */
import { spawnSync } from 'node:child_process'
import { assertHonest, runLargeOkta } from './large-okta.ts'

const [, script = '', size] = process.argv
if (size === undefined) {
  const [small = 0, large = 0, cpu = 0] = [10_000, 50_000].flatMap((people, index) => {
    const args = ['--conditions=source', script, String(people)]
    const { status, stdout } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (status !== 0) throw new Error(`the run over ${people} users failed`)
    const [peak = 0, seconds = 0] = stdout.trim().split(' ').map(Number)
    return index === 0 ? [peak] : [peak, seconds]
  })
  const most = Math.min(200, Math.round(small * 1.5))
  console.log(
    `50,000 Okta users with factors, sealed (10,000: ${Math.round(small)} MB): cpu ${cpu.toFixed(1)} s, peak RSS ${Math.round(large)} MB (targets 15 s, ${most} MB)`,
  )
} else {
  const figures = await runLargeOkta({ people: Number(size) })
  assertHonest(figures, Number(size), true)
  console.log(`${figures.peakMB} ${figures.cpuSeconds}`)
}
