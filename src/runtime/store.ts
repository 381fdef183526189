import * as fs from 'node:fs/promises'
import { hostname } from 'node:os'
import type { Statement } from '../model/statement.ts'
import type { StagingStore } from '../model/store.ts'
import type { Clock } from '../sdk/context.ts'
import { errnoOf } from '../store/errors.ts'
import { createFsStore } from '../store/fs.ts'
import { lockStore, type StoreLock } from '../store/lock.ts'
import { agentVersion, buildDigest } from './package.ts'

const owner = { pid: process.pid, host: hostname(), startedAt: new Date() }

export function openStore(path: string): StagingStore {
  return createFsStore(fs, path, owner)
}

/** Takes the store for this process alone. @throws StoreError `locked` while a run is at work */
export async function lockStoreAt(path: string, clock: Clock): Promise<StoreLock> {
  return lockStore(fs, path, { owner, clock, isAlive })
}

/** This program, as statements name it. */
export async function thisAgent(installation: string): Promise<Statement['predicate']['agent']> {
  return { id: installation, version: await agentVersion(), build: { sha256: await buildDigest() } }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errnoOf(error) === 'EPERM'
  }
}
