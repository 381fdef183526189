import { GetPublicAccessBlockCommand, S3ControlClient } from '@aws-sdk/client-s3-control'

export const Client = S3ControlClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  GetPublicAccessBlock: GetPublicAccessBlockCommand,
}
