#!/usr/bin/env bash
# Packs every package of src into artifacts/packages (or the folder given).
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-artifacts/packages}
rm -rf "$out"
dotnet pack Sira.sln --configuration Release --output "$out" --nologo -v minimal
ls "$out"
