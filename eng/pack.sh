#!/usr/bin/env bash
# Packs every package of src: eng/pack.sh [folder, default artifacts/packages]
# What is in the folder is deleted before, if it is packages.
set -euo pipefail
cd "$(dirname "$0")/.."
source eng/arguments.sh
expect 1 "$@"
out=${1:-artifacts/packages}
[[ $out != -* ]] || refuse "'$out' is no folder."
[[ ! -e $out || -d $out ]] || refuse "'$out' is a file. Name a folder."
other=$(find "$out" -mindepth 1 ! -name '*.nupkg' ! -name '*.snupkg' -print -quit 2>/dev/null || true)
[[ -z $other ]] || refuse "'$other' is no package. Name a folder that may be deleted."
rm -rf "$out"
dotnet pack Sira.sln --configuration Release --output "$out" --nologo -v minimal
ls "$out"
