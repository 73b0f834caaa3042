using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Storage.Migration;

/// <summary>How a namespace is migrated.</summary>
public sealed record MigrationOptions
{
    /// <summary>Gets how many values, events or streams are read at once.</summary>
    /// <value>Default 100.</value>
    public int PageSize { get; init; } = 100;

    /// <summary>Gets how long the target has for a write that is mirrored to it, and writes under way have to end when others wait for that; what takes longer stops the migration, so that writers do not wait for ever.</summary>
    /// <value>Default 5 seconds.</value>
    public TimeSpan MirrorTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets by how much the expiry of a value may differ between the two engines.</summary>
    /// <value>Default 5 seconds: the clocks of the engines, and the time that a copy takes.</value>
    public TimeSpan ExpiryTolerance { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how often everything is compared at most until nothing differs; if something still does, the migration stops.</summary>
    /// <value>Default 3.</value>
    public int MaximumPasses { get; init; } = 3;

    /// <summary>Gets how many differences are listed.</summary>
    /// <value>Default 100.</value>
    public int MaximumDifferences { get; init; } = 100;

    /// <summary>Gets whether what stands in the namespace of the target when a migration begins for the first time is replaced.</summary>
    /// <value>Default <see langword="false"/>: the migration refuses to begin when there is something.</value>
    public bool ReplaceTarget { get; init; }

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(PageSize is >= 1 and <= 10_000, nameof(PageSize), PageSize, "Use 1 to 10000.");
        Check(MirrorTimeout >= TimeSpan.FromMilliseconds(1) && MirrorTimeout <= TimeSpan.FromDays(1), nameof(MirrorTimeout), MirrorTimeout, "Use 1 millisecond to 1 day.");
        Check(ExpiryTolerance >= TimeSpan.Zero && ExpiryTolerance <= TimeSpan.FromDays(1), nameof(ExpiryTolerance), ExpiryTolerance, "Use zero to 1 day.");
        Check(MaximumPasses is >= 1 and <= 100, nameof(MaximumPasses), MaximumPasses, "Use 1 to 100.");
        Check(MaximumDifferences is >= 0 and <= 100_000, nameof(MaximumDifferences), MaximumDifferences, "Use 0 to 100000.");

        void Check(bool holds, string name, object value, string fix)
        {
            if (!holds)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), fix);
            }
        }
    }
}
