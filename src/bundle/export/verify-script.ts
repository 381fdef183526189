/**
 * `verify.sh`: verifies an unpacked export with openssl, sha256sum and a POSIX shell, on the principle of `affiant verify`: it
 * accepts what the writer writes and nothing else. Roles and validity of keys are left to `affiant verify`: every key that is
 * given counts. Without back quotes and without a dollar sign before a brace, so that it can stand here as it is.
 */
export const VERIFY_SCRIPT = String.raw`#!/bin/sh
# Verifies this export with openssl, sha256sum and a POSIX shell. VERIFY.md explains it.
#   sh verify.sh KEY.pem... [-t ROOTS.pem]
# KEY.pem: the public keys of the agent; ROOTS.pem: roots of its timestamp authorities. Both come from elsewhere.
set -eu
LC_ALL=C
export LC_ALL
fail() { printf 'NOT VERIFIED: %s\n' "$*" >&2; exit 1; }
plain() { tr -cd '\040-\176\n'; }
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT

# 1. Keys go by their ids: SHA-256 of their SPKI form.
ROOTS=
KEYS=0
while [ $# -gt 0 ]; do
  if [ "$1" = -t ]; then
    [ -r "$2" ] || fail "cannot read $2"
    cp "$2" "$TMP/roots.pem"
    ROOTS="$TMP/roots.pem"
    shift 2
    continue
  fi
  openssl pkey -pubin -in "$1" -outform DER -out "$TMP/der" 2> /dev/null || fail "$1 is no public key in PEM form"
  ID=$(sha256sum < "$TMP/der" | cut -c1-64)
  openssl pkey -pubin -in "$1" -out "$TMP/$ID.pem"
  printf 'key    %s  %s\n' "$ID" "$1"
  KEYS=$((KEYS + 1))
  shift
done
[ $KEYS -gt 0 ] || fail 'give the public keys of the agent: sh verify.sh KEY.pem... [-t ROOTS.pem]'
[ -f bagit.txt ] || cd "$(dirname "$0")"

# 2. Only regular files, each of them listed, none missing, all with the digests that are listed.
[ -z "$(find . ! -type f ! -type d)" ] || fail 'there are links or devices'
for LIST in manifest-sha256.txt tagmanifest-sha256.txt; do
  [ -s "$LIST" ] || fail "$LIST is not there"
  ! grep -qvE '^[0-9a-f]{64}  [A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$' "$LIST" || fail "$LIST has a line of another form"
  sed 's/^[^ ]*  //' "$LIST"
done > "$TMP/names"
{ cat "$TMP/names"; echo tagmanifest-sha256.txt; } | sort > "$TMP/listed"
find . -type f | sed 's#^\./##' | sort > "$TMP/found"
cmp -s "$TMP/listed" "$TMP/found" || fail "added or missing: $(diff "$TMP/listed" "$TMP/found" | grep '^[<>]' | head -n 5 | plain | tr '\n' ' ')"
sha256sum --quiet --strict -c manifest-sha256.txt || fail 'a file was changed'
sed 's/^[^ ]*  //' tagmanifest-sha256.txt | while read -r NAME; do sha256sum "$NAME"; done > "$TMP/tags"
cmp -s "$TMP/tags" tagmanifest-sha256.txt || fail "changed at the top: $(diff "$TMP/tags" tagmanifest-sha256.txt | sed -n 's/^> [^ ]*  //p' | plain | tr '\n' ' ')"
printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' | cmp -s - bagit.txt || fail 'bagit.txt was changed'

# 3. Entries of the ledger. An entry is STEM.sigstore.json; its statement, signature and timestamps stand beside it.
TYPE=application/vnd.in-toto+json
TOKENS=0
SEEN=
digest() { sha256sum < "$1" | cut -c1-64; }
kind() { sed -n 's#.*"predicateType":"https://affiant.dev/attestation/\([a-z-]*\)/v1","subject":\[.*#\1#p' "$1.json"; }
envelope() {
  printf '{"dsseEnvelope":{"payload":"%s","payloadType":"%s",' "$(openssl base64 -A -in "$1.json")" $TYPE
  printf '"signatures":[{"keyid":"%s","sig":"%s"}]},' "$2" "$(openssl base64 -A -in "$1.sig")"
  printf '"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"%s"}' "$2"
  N=1
  while [ -f "$1.$N.tst" ]; do
    if [ $N -eq 1 ]; then printf ',"timestampVerificationData":{"rfc3161Timestamps":['; else printf ','; fi
    printf '{"signedTimestamp":"%s"}' "$(openssl base64 -A -in "$1.$N.tst")"
    N=$((N + 1))
  done
  [ $N -eq 1 ] || printf ']}'
  printf '}}\n'
}
timestamp() {
  TOKENS=$((TOKENS + 1))
  [ -n "$ROOTS" ] || return 0
  AT=$(openssl ts -reply -token_in -in "$1" -text 2> /dev/null | sed -n 's/^Time stamp: //p')
  AT=$(date -u -d "$AT" +%s) || fail "$1 is no timestamp"
  openssl ts -verify -token_in -in "$1" -data "$2" -CAfile "$ROOTS" -attime "$AT" > /dev/null 2>&1 ||
    fail "the timestamp $1 does not verify with the roots that were given"
}
entry() { # STEM INDEX
  ID=$(sed -n -e 's/.*"keyid":"\([0-9a-f]*\)","ledger":{"index":.*/\1/p' -e 's/.*"keyid":"\([0-9a-f]*\)","keys":\[.*/\1/p' "$1.json")
  envelope "$1" "$ID" | cmp -s - "$1.sigstore.json" || fail "$1: the entry and its parts differ"
  [ -f "$TMP/$ID.pem" ] || fail "$1 is signed with the key $ID, which was not given"
  { printf 'DSSEv1 %d %s %d ' 28 $TYPE "$(wc -c < "$1.json")"; cat "$1.json"; } > "$TMP/signed"
  if openssl pkey -pubin -in "$TMP/$ID.pem" -noout -text | grep -q ED25519; then
    openssl pkeyutl -verify -rawin -pubin -inkey "$TMP/$ID.pem" -in "$TMP/signed" -sigfile "$1.sig" > "$TMP/answer" 2>&1 ||
      fail "$1: the signature does not verify"
  else
    openssl dgst -sha256 -verify "$TMP/$ID.pem" -signature "$1.sig" "$TMP/signed" > "$TMP/answer" 2>&1 ||
      fail "$1: the signature does not verify"
  fi
  grep -qF "\"ledger\":{\"index\":$2," "$1.json" || fail "$1 is not entry $2"
  [ -z "$SEEN" ] || grep -qF "$SEEN" "$1.json" || fail "$1 does not follow the entry before it"
  PREVIOUS=
  N=1
  while [ -f "$1.$N.tst" ]; do
    timestamp "$1.$N.tst" "$1.sig"
    PREVIOUS="$PREVIOUS,{\"sha256\":\"$(digest "$1.$N.tst")\"}"
    N=$((N + 1))
  done
  ORIGIN=$(sed -n -e 's/.*"origin":\("[^"]*"\),"previous":.*/\1/p' -e 's/.*"origin":\("[^"]*"\),"tree":.*/\1/p' "$1.json")
  HEAD=$(digest "$1.json")
  SEEN="\"origin\":$ORIGIN,\"previous\":{\"signature\":{\"sha256\":\"$(digest "$1.sig")\"},\"statement\":{\"sha256\":\"$HEAD\"},\"timestamps\":[$(echo "$PREVIOUS" | cut -c2-)]},"
}
INDEX=0
while STEM=data/ledger/$(printf %09d $INDEX) && [ -f "$STEM.sigstore.json" ]; do
  entry "$STEM" $INDEX
  case $INDEX:$(kind "$STEM") in
    0:ledger-genesis) ;;
    0:* | *:ledger-genesis) fail "$STEM: only entry 0 is the genesis" ;;
    *:run-sealed)
      RUN=$(sed -n 's/.*"run":{"number":\([0-9]*\),"openedAt":"\([^"]*\)","sealedAt".*/\1 \2/p' "$STEM.json")
      echo "$RUN $STEM" >> "$TMP/sealed"
      ;;
  esac
  { printf '\000'; cat "$STEM.json"; } | sha256sum | cut -c1-64 >> "$TMP/leaves"
  INDEX=$((INDEX + 1))
done
[ $INDEX -gt 0 ] || fail 'there is no ledger'
[ "$(find data/ledger -name '*.sigstore.json' | wc -l)" -eq $INDEX ] || fail "ledger entry $INDEX is missing"
for TOKEN in data/timestamps/*/*.tst; do
  [ -f "$TOKEN" ] || continue
  timestamp "$TOKEN" "data/ledger/$(echo "$TOKEN" | cut -d/ -f3).sig"
done

# 4. The entry of the export is the next one. It names the manifest, and holds the root over all entries before it (RFC 6962).
bytes() {
  # shellcheck disable=SC2046
  printf %b "$(printf '\\0%03o' $(echo "$1" | sed 's/../0x& /g'))"
}
root() { # FILE of leaf hashes
  while [ "$(wc -l < "$1")" -gt 1 ]; do
    LEFT=
    while read -r NODE; do
      if [ -z "$LEFT" ]; then
        LEFT=$NODE
      else
        { printf '\001'; bytes "$LEFT$NODE"; } | sha256sum | cut -c1-64
        LEFT=
      fi
    done < "$1" > "$1.above"
    [ -z "$LEFT" ] || echo "$LEFT" >> "$1.above"
    mv "$1.above" "$1"
  done
  cat "$1"
}
entry export $INDEX
[ "$(kind export)" = exported ] || fail 'export.json is not the entry of an export'
SUBJECTS=
for NAME in manifest-sha256.txt bag-info.txt bagit.txt VERIFY.md verify.sh trust-hints.json; do
  SUBJECTS="$SUBJECTS,{\"digest\":{\"sha256\":\"$(digest $NAME)\"},\"name\":\"$NAME\"}"
done
grep -qF "\"subject\":[$(echo "$SUBJECTS" | cut -c2-)]}" export.json || fail 'the entry of the export names other files'
grep -qF "\"rootHash\":\"$(root "$TMP/leaves")\",\"size\":$INDEX}}" export.json || fail 'the root of the ledger is another one'

# 5. Every run of the period is there, and no other.
FROM=$(sed -n 's/.*"scope":{[^}]*"from":"\([^"]*\)".*/\1/p' export.json)
TO=$(sed -n 's/.*"scope":{[^}]*"to":"\([^"]*\)"}.*/\1/p' export.json)
touch "$TMP/sealed" "$TMP/runs"
while read -r RUN OPENED STEM; do
  printf '%s\n' "$FROM" "$OPENED" | sort -C || continue
  ! printf '%s\n' "$TO" "$OPENED" | sort -C || continue
  echo "data/runs/$(printf %09d "$RUN") $STEM" >> "$TMP/runs"
done < "$TMP/sealed"
for RUN in data/runs/*; do [ ! -d "$RUN" ] || echo "$RUN"; done > "$TMP/folders"
cut -d' ' -f1 "$TMP/runs" | sort | cmp -s - "$TMP/folders" || fail 'the runs that are there are not those of the period'
grep -qF "\"runs\":$(wc -l < "$TMP/runs" | tr -d ' '),\"scope\"" export.json || fail 'the entry of the export counts other runs'

# 6. Each run: its opening names the plan; its seal names manifest and index. Where lines are withheld, their leaf hashes
#    stand in their places, and the root that is sealed shows that nothing else is different.
touch "$TMP/withheld"
while read -r RUN STEM; do
  PLAN=$(digest "$RUN/plan.json")
  grep -qF "\"subject\":[{\"digest\":{\"sha256\":\"$PLAN\"},\"name\":\"plan.json\"}]}" "data/ledger/$(basename "$RUN").json" ||
    fail "$RUN: another plan was opened"
  grep -qF "\"plan\":{\"sha256\":\"$PLAN\"}" "$STEM.json" || fail "$RUN: another plan was sealed"
  if [ -f "$RUN/manifest-sha256.txt" ]; then
    SUBJECTS="{\"digest\":{\"sha256\":\"$(digest "$RUN/manifest-sha256.txt")\"},\"name\":\"manifest-sha256.txt\"},{\"digest\":{\"sha256\":\"$(digest "$RUN/index.jsonl")\"},\"name\":\"index.jsonl\"}"
    grep -qF "\"subject\":[$SUBJECTS]}" "$STEM.json" || fail "$RUN: another manifest or index was sealed"
    { cat "$RUN/manifest-sha256.txt"; echo "$(digest "$RUN/manifest-sha256.txt")  manifest-sha256.txt"; } > "$TMP/files"
  else
    : > "$TMP/lines"
    while IFS= read -r LINE; do
      case $LINE in
        '{"kind":"withheld","leafHash":"'*)
          printf '%s\n' "$LINE" | sed -n 's/.*"leafHash":"\([0-9a-f]*\)","reason":.*/\1/p' >> "$TMP/lines"
          printf '%s\n' "$LINE" | sed -n 's/.*"reason":"\(.*\)","seq":[0-9]*}$/\1/p' >> "$TMP/withheld"
          ;;
        *) { printf '\000'; printf %s "$LINE"; } | sha256sum | cut -c1-64 >> "$TMP/lines" ;;
      esac
    done < "$RUN/index.jsonl"
    COUNT=$(wc -l < "$TMP/lines" | tr -d ' ')
    grep -qF "\"items\":{\"count\":$COUNT,\"hash\":\"rfc6962-sha256\",\"rootHash\":\"$(root "$TMP/lines")\"," "$STEM.json" ||
      fail "$RUN: another index was sealed"
    sed -n 's/.*"path":"\([^"]*\)".*"sha256":"\([0-9a-f]*\)".*/\2  \1/p' "$RUN/index.jsonl" > "$TMP/files"
    for NAME in plan.json index.jsonl; do echo "$(digest "$RUN/$NAME")  $NAME"; done >> "$TMP/files"
  fi
  (cd "$RUN" && sha256sum --quiet --strict -c "$TMP/files") || fail "$RUN: a file is not what was sealed"
  sed 's/^[^ ]*  //' "$TMP/files" | sort > "$TMP/listed"
  (cd "$RUN" && find . -type f | sed 's#^\./##' | sort) | cmp -s - "$TMP/listed" || fail "$RUN: a file was added"
done < "$TMP/runs"
grep -qF "\"withheld\":$(wc -l < "$TMP/withheld" | tr -d ' ')}" export.json || fail 'the entry of the export counts other withheld lines'

printf 'ledger %s\nhead   %s %s\n' "$(echo "$ORIGIN" | plain)" $INDEX "$HEAD"
printf 'for    %s, from %s to %s\n' "$(sed -n 's/.*"recipient":"\(.*\)","runs":.*/\1/p' export.json | plain)" "$FROM" "$TO"
printf 'runs   %d, in %d entries with %d timestamps\n' "$(wc -l < "$TMP/runs")" $((INDEX + 1)) $TOKENS
[ -n "$ROOTS" ] || [ $TOKENS -eq 0 ] || echo '       the timestamps were not looked at: give the roots of their authorities with -t'
sort "$TMP/withheld" | uniq -c | plain | sed 's/^ *\([0-9]*\) /withheld \1 times: /'
echo 'VERIFIED. Compare key ids and head with what you were told by other means.'
`
