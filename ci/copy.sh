# What ci/breakers, ci/mutants and ci/races share: a copy of the working tree in which patches are tried, one at a time; the working
# tree itself is never touched. Source it after lib.sh, from the root; `preset` is release unless it is set.

tree=$PWD/build/breakers/tree
# Inside the copy, where a preset's build always lies: the compiler's cache then knows it from one clone to the next.
preset=${preset:-release}
build=$tree/build/$preset
mkdir -p "$tree"

# The copy follows the working tree; unchanged files keep their time stamps, so that little is compiled again.
sync_tree() {
  git ls-files -coz --exclude-standard | python3 -c '
import filecmp, os, shutil, sys
tree = sys.argv[1]
wanted = {p for p in sys.stdin.read().split("\0") if p and os.path.isfile(p)}
for path in wanted:
    to = os.path.join(tree, path)
    if not os.path.exists(to) or not filecmp.cmp(path, to, shallow=False):
        os.makedirs(os.path.dirname(to), exist_ok=True)
        shutil.copy(path, to)
for folder, folders, names in os.walk(tree):
    if folder == tree and "build" in folders:
        folders.remove("build")
    for name in names:
        path = os.path.relpath(os.path.join(folder, name), tree)
        if path not in wanted:
            os.remove(os.path.join(tree, path))
' "$tree"
}

# With the checks of the release preset, not those of debug: a patch is to be noticed by a story or an oracle, not by an assertion. Each
# program runs for a moment only, so compiling is nearly all the time that goes.
rebuild() {
  [[ -f $build/build.ninja ]] || configure "$tree" "$preset" "$build" -DORRERY_RELEASE_FLAGS="-O0 -g0"
  ninja --quiet -C "$build" -j "$jobs" orrery >&2
}
