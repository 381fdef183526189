/**
 * The composition root: here and in `runtime/`, and nowhere else, are the environment, the clock, the disk, the network
 * and randomness read, and handed to stages that know none of it.
 */
export { randomBytes } from 'node:crypto'
export { systemClock } from './runtime/clock.ts'
export { builtInCollectors, type LoadedCollector } from './runtime/collectors.ts'
export { checkConfigFile, type LoadedConfig, loadConfigFile } from './runtime/config-file.ts'
export { type ExamineRequest, examineSources } from './runtime/doctor.ts'
export { type EvidenceFile, kindOf, openEvidenceFile } from './runtime/evidence-file.ts'
export { exportEvidence, type ExportJob } from './runtime/export.ts'
export { exists, readTextFile, writeNewFile, writeNewStream } from './runtime/files.ts'
export { type JobRequest, runJob } from './runtime/job.ts'
export { initKeys, type InitedKeys } from './runtime/keys-init.ts'
export { revokeLedgerKey, rotateKeys } from './runtime/keys.ts'
export { createLog } from './runtime/log.ts'
export { serveLoopback } from './runtime/loopback.ts'
export { loadMappings } from './runtime/mappings.ts'
export { sampleEvidence, type SampleToTake } from './runtime/sample.ts'
export { openConfigSigner, openPassphrase, readPrivateFile } from './runtime/signer.ts'
export { openStore } from './runtime/store.ts'
export { pemBlocks } from './runtime/tsa-roots.ts'
export { readRootsFile, stampStore } from './runtime/timestamp.ts'
export { agentVersion, buildDigest, configSchemaPath, standaloneVerifiers } from './runtime/package.ts'
