using System.Globalization;

namespace Sira.Storage.Events;

/// <summary>The version that a stream must have for events to be appended.</summary>
public readonly record struct ExpectedVersion
{
    private readonly long versionPlusOne;

    private ExpectedVersion(long version) => versionPlusOne = version + 1;

    /// <summary>Gets whatever version it has.</summary>
    public static ExpectedVersion Any => default;

    /// <summary>Gets that there is no such stream yet.</summary>
    public static ExpectedVersion New => new(0);

    /// <summary>Returns a version.</summary>
    /// <param name="version">The number of the last event that was read; 0 for none.</param>
    public static ExpectedVersion Of(long version)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(version);
        return new ExpectedVersion(version);
    }

    /// <summary>Gets the version; <see langword="null"/> for any.</summary>
    public long? Version => versionPlusOne == 0 ? null : versionPlusOne - 1;

    /// <summary>Tells whether a stream has it.</summary>
    /// <param name="current">The version of the stream.</param>
    public bool Holds(long current) => versionPlusOne == 0 || current == versionPlusOne - 1;

    /// <summary>Returns it as people read it.</summary>
    public override string ToString() => versionPlusOne == 0 ? "any" : (versionPlusOne - 1).ToString(CultureInfo.InvariantCulture);
}
