# Shared by the scripts of ci/: source it with the script's directory as working directory's parent. Progress goes to standard error.

name=$(basename "$0")
jobs=${JOBS:-$(nproc)}
passed=0
failed=0
failures=()

say() { printf '%s: %s\n' "$name" "$*" >&2; }

# step TEXT: says what comes, with the minutes since the start.
step() { printf '\n== [%d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*" >&2; }

pass() { passed=$((passed + ${1:-1})); }

fail() {
  failed=$((failed + 1))
  failures+=("$*")
  say "FAILED: $*"
}

# attempt TEXT COMMAND...: one thing that passes or fails.
attempt() {
  local text=$1
  shift
  if "$@" >&2; then
    pass
  else
    fail "$text"
    return 1
  fi
}

# The closing line that people and CI read, and the exit code.
finish() {
  printf '\n== [%d:%02d] done\n' $((SECONDS / 60)) $((SECONDS % 60)) >&2
  local each
  for each in "${failures[@]}"; do
    say "failed: $each"
  done
  echo "$passed passed, $failed failed"
  ((failed == 0))
}

# Sanitizers: stop at the first finding, with symbols.
symbolizer=$(command -v llvm-symbolizer-19 || command -v llvm-symbolizer || true)
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=0:strict_string_checks=1${symbolizer:+:external_symbolizer_path=$symbolizer}}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1${symbolizer:+:external_symbolizer_path=$symbolizer}}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1${symbolizer:+:external_symbolizer_path=$symbolizer}}

# configure SOURCE PRESET BUILD [OPTION...]: CMake, whose words matter only when it fails or warns.
configure() {
  local source=$1 preset=$2 build=$3 words
  shift 3
  say "configuring $build"
  if ! words=$(cd "$source" && cmake --preset "$preset" -B "$build" -DORRERY_UNITY=ON "$@" 2>&1); then
    printf '%s\n' "$words" >&2
    return 1
  fi
  grep -A 3 -E '^CMake (Deprecation )?Warning' <<<"$words" >&2 || true
}

# checks: everything that needs no build.
checks() {
  local check test
  step "checks: layering, seam, formatting, tree"
  for check in ci/check-*; do
    attempt "$check" "$check" || true
  done
  step "checks tested by planted breaches"
  for test in tests/ci/*_test.py; do
    attempt "$test" python3 "$test" || true
  done
}

# test_preset PRESET: builds everything of a preset and runs its tests.
test_preset() {
  local preset=$1 log
  step "$preset: build"
  attempt "$preset does not build" ci/build "$preset" || return 0
  step "$preset: tests"
  log=$(mktemp)
  # Label ci: tests of the checks, which have run already and depend on no build.
  ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j "$jobs" -LE '^ci$' >"$log" 2>&1 || true
  cat "$log" >&2
  local summary bad all
  summary=$(grep -oE '[0-9]+ tests failed out of [0-9]+' "$log" || true)
  if [[ -z $summary ]]; then
    fail "$preset: ctest ran nothing"
  else
    read -r bad _ _ _ _ all <<<"$summary"
    pass $((all - bad))
    local each
    while read -r each; do
      fail "$preset: $each"
    done < <(sed -n '/The following tests FAILED/,$p' "$log" | grep -oE '[0-9]+ - [^ ]+ \([A-Za-z ]+\)' || true)
  fi
  rm -f "$log"
}
