import { DoctorJson } from '../doctor.ts'
import { PermissionsJson } from '../permissions.ts'
import { CollectorsJson, ControlsJson, InitJson, ValidateJson } from './config.ts'
import { ExportJson } from './export.ts'
import { ControlsFrameworkJson, ShowFrameworkJson } from './framework.ts'
import { KeysExportJson, KeysInitJson, KeysListJson, KeysRevokeJson, KeysRotateJson } from './keys.ts'
import { LedgerHeadJson, LedgerJson, LedgerStampJson } from './ledger.ts'
import { PeriodJson, ShowAsOfJson } from './period.ts'
import { PopulationExportJson, PopulationJson, PopulationListJson, SampleJson } from './population.ts'
import { DiffJson, ReplayExportJson, ReplayJson } from './replay.ts'
import { ReportJson } from './report.ts'
import { ListJson, RunJson, ShowControlJson, ShowJson, ShowResultsJson } from './run.ts'
import { VerifyJson } from './verify.ts'

/**
 * What `--json` prints: one document on stdout, whose `schema` names command and version. The version is raised when a
 * key is removed or changes its meaning; a new key leaves it. Shapes are strict, so that tests notice every new key.
 */

/** Every document, by its `schema`. */
export const JSON_DOCUMENTS = [
  RunJson,
  ListJson,
  ShowJson,
  ShowControlJson,
  ShowResultsJson,
  ShowFrameworkJson,
  ShowAsOfJson,
  PeriodJson,
  ReportJson,
  VerifyJson,
  ReplayJson,
  ReplayExportJson,
  DiffJson,
  LedgerJson,
  LedgerHeadJson,
  LedgerStampJson,
  ExportJson,
  PopulationListJson,
  PopulationJson,
  PopulationExportJson,
  SampleJson,
  ValidateJson,
  InitJson,
  KeysInitJson,
  KeysListJson,
  KeysRotateJson,
  KeysRevokeJson,
  KeysExportJson,
  ControlsJson,
  ControlsFrameworkJson,
  CollectorsJson,
  DoctorJson,
  PermissionsJson,
] as const
