import type { ShownElsewhere } from './attack.ts'

export const SHOWN_ELSEWHERE: readonly ShownElsewhere[] = [
  {
    id: '63b',
    attack: 'a proof of one record with another index, size, path or length',
    verdict: 'refused',
    shownBy: { file: 'test/bundle/merkle.test.ts', test: 'verifies, and in no other place' },
  },
  {
    id: '75',
    attack: 'a crash between any two writes of a run',
    verdict: 'the next start appends `run-aborted`, and the ledger verifies',
    shownBy: { file: 'test/bundle/ledger.test.ts', test: 'leaves a ledger that the next start repairs' },
  },
  {
    id: '76',
    attack: 'two agents that write to one ledger at once',
    verdict: 'no fork: each gets a place of its own',
    shownBy: { file: 'test/bundle/ledger.test.ts', test: 'never forks when processes race' },
  },
  {
    id: '78a',
    attack: 'escape sequences and characters that turn the direction of writing in evidence',
    verdict: 'none reaches a terminal',
    shownBy: { file: 'test/report/show.test.ts', test: 'no escape sequence of it reaches the terminal' },
  },
  {
    id: '78b',
    attack: 'such characters in the reason of a withheld line',
    verdict: 'escaped in every report',
    shownBy: { file: 'test/bundle/verify-withheld.test.ts', test: 'each is counted with its reason' },
  },
  {
    id: '79',
    attack: 'a signer that gives a bad signature',
    verdict: 'refused before anything is written',
    shownBy: { file: 'test/bundle/seal.test.ts', test: 'names nothing when the signer gives a bad signature' },
  },
  {
    id: '80a',
    attack: 'every bundle, read by `openssl`, `sha256sum` and `tar` (`verify.sh`)',
    verdict: 'accepted, and refused where a byte is changed',
    shownBy: { file: 'test/export/tools.test.ts', test: 'fails for every file of which a byte is changed' },
  },
  {
    id: '80b',
    attack: 'every bundle, read by `@sigstore/verify`',
    verdict: 'accepted',
    shownBy: { file: 'test/export/tools.test.ts', test: 'accepts every bundle of an export' },
  },
  {
    id: '80c',
    attack: 'every bundle, read by securesystemslib of Python',
    verdict: 'accepted, and refused where a byte is changed',
    shownBy: { file: 'test/export/python.test.ts', test: 'accepts every kind of bundle, and no changed one' },
  },
]
