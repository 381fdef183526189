import { AccessAnalyzerClient, ListAnalyzersCommand, ListFindingsV2Command } from '@aws-sdk/client-accessanalyzer'

export const Client = AccessAnalyzerClient

/** What this collector asks of the service; all of them read. */
export const commands = {
  ListAnalyzers: ListAnalyzersCommand,
  ListFindingsV2: ListFindingsV2Command,
}
