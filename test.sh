#!/usr/bin/env bash
# Sets up as ./inkstone does, then builds and runs every test. Arguments go to the test programs, for example
#   ./test.sh -class '*Tokenizer*'      ./test.sh -method '*Offsets*'      ./test.sh -trait- Cost=Run
# The last line is "N passed, N failed, N skipped"; the exit code is 1 if anything failed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=build/setup.sh
source "$root/build/setup.sh"
ensure_built

say "building the tests (log: $log)"
quietly dotnet build Inkstone.slnx "${dotnet_options[@]}" || fail_dotnet "The tests do not build."

passed=0 failed=0 skipped=0

# Adds up the summary that a test program prints, such as "Total: 197, Errors: 0, Failed: 1, Skipped: 0, Not Run: 2".
count() {
  local summary=$1 program=$2
  if [[ $summary =~ Total:\ ([0-9]+),\ Errors:\ ([0-9]+),\ Failed:\ ([0-9]+),\ Skipped:\ ([0-9]+),\ Not\ Run:\ ([0-9]+) ]]; then
    local total=${BASH_REMATCH[1]} errors=${BASH_REMATCH[2]} failures=${BASH_REMATCH[3]} skips=${BASH_REMATCH[4]} absent=${BASH_REMATCH[5]}
    passed=$((passed + total - failures - skips - absent))
    failed=$((failed + failures + errors))
    skipped=$((skipped + skips))
  else
    say "$program ended without a summary; it counts as one failure"
    failed=$((failed + 1))
  fi
}

for project in "$root"/tests/*.Tests; do
  name=${project##*/}
  output=$root/artifacts/tests/$name.log
  mkdir -p "${output%/*}"
  status=0
  "$root/artifacts/bin/$name/release/$name" -noColor "$@" </dev/null 2>&1 | tee "$output" || status=$?
  before=$failed
  count "$(tail -n 20 "$output" | grep 'Total:' | tail -n 1 || true)" "$name"
  if [[ $status -ne 0 && $failed -eq $before ]]; then
    say "$name ended with status $status, though no test failed; it counts as one failure"
    failed=$((failed + 1))
  fi
done

echo "$passed passed, $failed failed, $skipped skipped"
[[ $failed -eq 0 ]]
