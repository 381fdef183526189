import type { Handlers } from '../answer.ts'
import { computeHandlers } from './compute.ts'
import { configHandlers } from './config.ts'
import { detectionHandlers } from './detection.ts'
import { ec2Handlers } from './ec2.ts'
import { iamHandlers } from './iam.ts'
import { keyHandlers } from './keys.ts'
import { loggingHandlers } from './logging.ts'
import { organizationHandlers } from './organization.ts'
import { storageHandlers } from './storage.ts'

/** What the fake answers, by `service:Operation` with the service's signing name. */
export const handlers: Handlers = {
  ...iamHandlers,
  ...organizationHandlers,
  ...ec2Handlers,
  ...configHandlers,
  ...loggingHandlers,
  ...storageHandlers,
  ...keyHandlers,
  ...computeHandlers,
  ...detectionHandlers,
}
