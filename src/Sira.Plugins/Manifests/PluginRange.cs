using System.Diagnostics.CodeAnalysis;
using NuGet.Versioning;

namespace Sira.Plugins.Manifests;

/// <summary>What a version range means to plugins: NuGet's interval notation, with two traps closed.</summary>
/// <remarks>
/// <para>A range admits prereleases only if one of its bounds is a prerelease. Then, too, an exclusive upper bound keeps its own prereleases out: <c>[1.4-beta,2.0)</c> does not admit <c>2.0.0-alpha</c>, which sorts below 2.0.0 but breaks what 2.0.0 breaks. Only a range that begins among them, such as <c>[2.0-alpha,2.0)</c>, admits them.</para>
/// <para>A floating range such as <c>1.2.*</c> admits 1.2.x and nothing else. (To a NuGet restore it is a lower bound with a preference.)</para>
/// </remarks>
public static class PluginRange
{
    internal const string Grammar = "Write an interval such as '[1.2,2.0)', '[1.2.3]' for exactly one version, '1.2' for 1.2 or later, '1.2.*' for any 1.2.x, or '*' for any version.";

    /// <summary>Gets the range that admits every version that is not a prerelease.</summary>
    public static VersionRange Any { get; } = VersionRange.Parse("*");

    /// <summary>Reads a range.</summary>
    /// <param name="text">The range, in interval notation.</param>
    /// <returns>The range.</returns>
    /// <exception cref="ArgumentException">It cannot be read; the message says what can.</exception>
    public static VersionRange Parse(string text) =>
        TryParse(text, out var range, out var problem) ? range : throw new ArgumentException($"'{text}' {problem} {Grammar}", nameof(text));

    /// <summary>Reads a range.</summary>
    /// <param name="text">The range, in interval notation.</param>
    /// <param name="range">The range.</param>
    /// <returns>Whether it is one that can admit a version.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out VersionRange? range) => TryParse(text, out range, out _);

    /// <summary>Returns the range that a plugin built for a version of a contract survives: up to the next major version for a consumer, <c>[1.4,2.0)</c>, and up to the next minor version for an implementer, <c>[1.4,1.5)</c>.</summary>
    /// <remarks>Of version 0 nothing is promised (SemVer 2, clause 4): there a consumer, too, gets only up to the next minor version.</remarks>
    /// <param name="version">The version it was built for.</param>
    /// <param name="role">What it does with the contract.</param>
    /// <returns>The range.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no next version, because the number is the greatest there is.</exception>
    public static VersionRange BuiltFor(NuGetVersion version, ContractRole role)
    {
        ArgumentNullException.ThrowIfNull(version);
        ArgumentOutOfRangeException.ThrowIfEqual(version.Major, int.MaxValue, nameof(version));
        ArgumentOutOfRangeException.ThrowIfEqual(version.Minor, int.MaxValue, nameof(version));
        var next = role == ContractRole.Implements || version.Major == 0
            ? new NuGetVersion(version.Major, version.Minor + 1, 0)
            : new NuGetVersion(version.Major + 1, 0, 0);
        return new VersionRange(version, includeMinVersion: true, next, includeMaxVersion: false);
    }

    /// <summary>Returns whether a range admits a version.</summary>
    /// <param name="range">The range.</param>
    /// <param name="version">The version.</param>
    /// <param name="includePrereleases">Whether every range admits prereleases.</param>
    /// <returns>Whether it does.</returns>
    public static bool Admits(this VersionRange range, NuGetVersion version, bool includePrereleases = false)
    {
        ArgumentNullException.ThrowIfNull(range);
        ArgumentNullException.ThrowIfNull(version);
        if (!range.Satisfies(version))
        {
            return false;
        }

        if (range.IsFloating)
        {
            return range.Float!.Satisfies(version) || (includePrereleases && version.IsPrerelease && range.Float.Satisfies(Release(version)));
        }

        return !version.IsPrerelease
            || ((includePrereleases || NamesPrerelease(range)) && !IsPrereleaseOfExcludedBound(range, version));
    }

    /// <summary>Words a range for people: <c>≥ 1.2.0 &lt; 2.0.0</c>.</summary>
    /// <param name="range">The range.</param>
    /// <returns>The words; empty for a range that admits everything.</returns>
    public static string Describe(this VersionRange range)
    {
        ArgumentNullException.ThrowIfNull(range);
        if (range.IsFloating)
        {
            var text = range.Float!.ToString();
            return text == "*" ? string.Empty : text;
        }

        if (range.HasLowerAndUpperBounds && range.MinVersion == range.MaxVersion)
        {
            return range.MinVersion!.ToNormalizedString();
        }

        var lower = range.HasLowerBound ? $"{(range.IsMinInclusive ? '≥' : '>')} {range.MinVersion!.ToNormalizedString()}" : string.Empty;
        var upper = range.HasUpperBound ? $"{(range.IsMaxInclusive ? '≤' : '<')} {range.MaxVersion!.ToNormalizedString()}" : string.Empty;
        return lower.Length > 0 && upper.Length > 0 ? $"{lower} {upper}" : lower + upper;
    }

    /// <summary>Writes a range so that <see cref="Parse"/> reads the same again.</summary>
    /// <param name="range">The range.</param>
    /// <returns>The text.</returns>
    internal static string Write(VersionRange range) =>
        range.IsFloating ? range.Float!.ToString()
        : range.HasLowerBound || range.HasUpperBound ? range.ToNormalizedString()
        : "*";

    internal static bool TryParse(string? text, [NotNullWhen(true)] out VersionRange? range, out string problem)
    {
        range = null;
        problem = "is not a version range.";
        if (string.IsNullOrWhiteSpace(text) || text.Length > ManifestLimits.Version || !VersionRange.TryParse(text, allowFloating: true, out var read))
        {
            return false;
        }

        // NuGet reads a floating bound of an interval as a preference, for which there is no use here.
        if (read.IsFloating && text.AsSpan().ContainsAny("[]()"))
        {
            problem = "mixes an interval with '*'.";
            return false;
        }

        var order = read.HasLowerAndUpperBounds ? read.MinVersion!.CompareTo(read.MaxVersion) : -1;
        if (order > 0 || (order == 0 && !(read.IsMinInclusive && read.IsMaxInclusive)))
        {
            problem = "admits no version at all.";
            return false;
        }

        range = read;
        return true;
    }

    private static bool NamesPrerelease(VersionRange range) =>
        (range.HasLowerBound && range.MinVersion!.IsPrerelease) || (range.HasUpperBound && range.MaxVersion!.IsPrerelease);

    private static bool IsPrereleaseOfExcludedBound(VersionRange range, NuGetVersion version) =>
        range is { HasUpperBound: true, IsMaxInclusive: false, MaxVersion: { IsPrerelease: false } upper }
        && Release(version) == Release(upper)
        && !(range.HasLowerBound && range.MinVersion!.IsPrerelease && Release(range.MinVersion) == Release(upper));

    private static NuGetVersion Release(NuGetVersion version) => new(version.Major, version.Minor, version.Patch, version.Revision);
}
