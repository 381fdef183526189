/**
 * The composition root: here and in `runtime/`, and nowhere else, are the environment, the clock, the disk, the network
 * and randomness read, and handed to stages that know none of it.
 */
export { randomBytes } from 'node:crypto'
export { systemClock } from './runtime/clock.ts'
export { builtInCollectors, type LoadedCollector } from './runtime/collectors.ts'
export { checkConfigFile, type LoadedConfig, loadConfigFile } from './runtime/config-file.ts'
export { type ExamineRequest, examineSources } from './runtime/doctor.ts'
export { exists, readTextFile, writeNewFile } from './runtime/files.ts'
export { type JobRequest, openStore, runJob } from './runtime/job.ts'
export { createLog } from './runtime/log.ts'
export { serveLoopback } from './runtime/loopback.ts'
export { loadMappings } from './runtime/mappings.ts'
export { readRootsFile } from './runtime/timestamp.ts'
export { agentVersion, buildDigest, configSchemaPath } from './runtime/package.ts'
