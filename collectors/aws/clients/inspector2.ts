import {
  BatchGetAccountStatusCommand,
  Inspector2Client,
  ListCoverageCommand,
  ListFindingsCommand,
} from '@aws-sdk/client-inspector2'

export const Client = Inspector2Client

/** What this collector asks of the service; all of them read. */
export const commands = {
  BatchGetAccountStatus: BatchGetAccountStatusCommand,
  ListCoverage: ListCoverageCommand,
  ListFindings: ListFindingsCommand,
}
