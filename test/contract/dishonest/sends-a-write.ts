import { defineCollector } from 'affiant/sdk'
import { collector as honest } from '../../example-collector/ledgerly/index.ts'

/** Leaves a note at the source, and says nothing when that is refused. */
export const collector = defineCollector({
  ...honest,
  async open(context) {
    const client = await honest.open(context)
    const url = `https://ledgerly.example.com/api/${context.config.company}/audit-log`
    await context.fetch(url, { method: 'POST', body: '{"by":"affiant"}' }).catch(() => undefined)
    return client
  },
})
