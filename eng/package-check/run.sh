#!/usr/bin/env bash
# Builds and runs the application beside this script on the packages in a folder, with a package cache of its own: eng/package-check/run.sh <folder>
set -euo pipefail
case "${1:-}" in
  --help | -h) sed -n '2s/^# //p' "$0"; exit 0 ;;
esac
[[ $# -eq 1 && -d $1 ]] || { echo "eng/package-check/run.sh: name one folder with packages, as eng/pack.sh makes it." >&2; exit 2; }
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

# A plugin as its author makes it: from the template, packed in two versions.
export DOTNET_CLI_HOME="$work/home" DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
mkdir -p "$DOTNET_CLI_HOME" "$work/plugin"
cp nuget.config "$work/plugin"
dotnet new install "$feed/Sira.Templates.$version.nupkg" >/dev/null
dotnet new sira-plugin -n Acme.Greeting -o "$work/plugin/Acme.Greeting" >/dev/null
# It uses a library of its own, which the host does not have, and forgets to leave out one of the host.
(
  cd "$work/plugin/Acme.Greeting"
  sed -i 's|<None Update="README.md"|<PackageReference Include="Newtonsoft.Json" Version="13.0.3" />\n    <PackageReference Include="Sira.Kernel" Version="$(SiraVersion)" />\n    &|' Acme.Greeting.csproj
  sed -i 's|context.Settings\["Prefix"\] ?? context.Version|Newtonsoft.Json.JsonConvert.SerializeObject(new { context.Version })|' Plugin.cs
  for plugin in 1.0.0 1.1.0; do
    dotnet pack --nologo -v quiet -c Release -o "$work/packed" -p:Version="$plugin" -p:SiraVersion="$version" -p:RestoreFallbackFolders="$cache" -p:NuGetAudit=false | tee -a "$work/pack.log"
  done
)
! grep -i "warn\|readme" "$work/pack.log" || { echo "Packing a plugin warns."; exit 1; }
rm -rf "$work/plugin"

dotnet restore --nologo -v quiet -p:SiraVersion="$version" -p:RestoreFallbackFolders="$cache"
dotnet run --no-restore -p:SiraVersion="$version" -- "$work/packed"
