#!/bin/sh
# Makes one file of the shared cache, unless it is there already.
#     make_once.sh FILE COMMAND [ARGUMENT...]      with @output@ for the file to write
# The cache directory is named by a hash of everything that goes in, so a file that exists is the right one; it appears by
# one rename, so two builds may run at the same time.
set -eu
file=$1
shift
[ -f "$file" ] && exit 0
temporary=$file.$$
trap 'rm -f "$temporary"' EXIT
count=$#
while [ "$count" -gt 0 ]; do
  argument=$1
  shift
  [ "$argument" = @output@ ] && argument=$temporary
  set -- "$@" "$argument"
  count=$((count - 1))
done
"$@"
mv "$temporary" "$file"
