#!/usr/bin/env bash
# Builds and runs the application beside this script on the packages in the folder given, with a package cache of its own.
set -euo pipefail
feed=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$(dirname "$0")"/* "$work"
version=$(basename "$(ls "$feed"/Sira.Kernel.*.nupkg | grep -v symbols | head -1)" .nupkg | sed 's/^Sira\.Kernel\.//')
cd "$work"
cat >nuget.config <<EOF
<configuration>
  <packageSources>
    <add key="packed" value="$feed" />
  </packageSources>
</configuration>
EOF
# Sira's own packages come fresh from the feed; everything else may come from the machine's cache.
cache=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: *//')
export NUGET_PACKAGES="$work/packages"
dotnet restore --nologo -v quiet -p:SiraVersion="$version" -p:RestoreFallbackFolders="$cache"
dotnet run --no-restore -p:SiraVersion="$version"
