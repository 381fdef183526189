/** Put in by the build; see `scripts/build/verifier.ts`. */
declare const AFFIANT_VERSION: string

export const verifierVersion: string = AFFIANT_VERSION
