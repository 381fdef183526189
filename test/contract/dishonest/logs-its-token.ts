import { defineCollector } from 'affiant/sdk'
import { collector as honest } from '../../example-collector/ledgerly/index.ts'

/** Helps itself while debugging. */
export const collector = defineCollector({
  ...honest,
  open(context) {
    context.log.debug({ authorization: `Bearer ${context.secrets.token?.reveal()}` }, 'signing in')
    return honest.open(context)
  },
})
