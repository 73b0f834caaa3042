using NuGet.Versioning;
using Sira.Kernel.Configuration;
using Sira.Plugins.Manifests;
using Sira.Plugins.Resolution.Modelling;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Resolution.Explaining;

/// <summary>Words that what somebody needs is not there at all, and what is.</summary>
internal static class Missing
{
    public static string Describe(PluginPackage package, VersionSet admitted) =>
        package.States == 1 ? ", but there is no plugin of that name"
        : admitted.IsEmpty ? $", of which there is no version ({VersionText.List(package)})"
        : string.Empty;

    public static string Describe(PackagePool pool, ContractPackage contract)
    {
        if (contract.States > 1)
        {
            return string.Empty;
        }

        var newest = pool.OffersOf(contract.Name).FirstOrDefault();
        return newest.Version is null ? ", which nobody provides" : $", which nobody provides in that version (the newest is {newest.Version.ToNormalizedString()}, by {newest.Provider})";
    }

    public static string? SuggestFix(PackagePool pool, PluginPackage package, VersionRange range, VersionSet admitted)
    {
        if (package.States == 1)
        {
            return UnknownName.Suggest("plugin", package.Id, pool.Catalogue.Ids);
        }

        if (!admitted.IsEmpty)
        {
            return null;
        }

        if (package.Entries.LastOrDefault(entry => range.Admits(entry.Manifest.Version, includePrereleases: true)) is { } prerelease)
        {
            return $"{prerelease.Manifest} would do, but the range admits no prerelease. Name one in the range, such as '[{prerelease.Manifest.Version.ToNormalizedString()}, )', or let the request include prereleases.";
        }

        return $"Add a version of {package.Id} {range.Describe()}, or widen the range to the nearest there is, {Nearest(package, range).ToNormalizedString()}.";
    }

    public static string? SuggestFix(PackagePool pool, ContractPackage contract) =>
        contract.States > 1 ? null
        : pool.OffersOf(contract.Name).Any() ? $"Add a plugin that provides {contract.Need}, or take versions of both sides that fit."
        : UnknownName.Suggest("contract", contract.Name, pool.Contracts);

    // The last below the range, else the first above it.
    private static NuGetVersion Nearest(PluginPackage package, VersionRange range)
    {
        var below = package.Entries.LastOrDefault(entry => range.HasLowerBound && entry.Manifest.Version <= range.MinVersion);
        var above = package.Entries.FirstOrDefault(entry => range.HasUpperBound && entry.Manifest.Version >= range.MaxVersion);
        return (below ?? above ?? package.Entries[^1]).Manifest.Version;
    }
}
