using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Storage.Codecs.Encryption;

/// <summary>How data keys are kept.</summary>
public sealed record DataKeyOptions
{
    /// <summary>Gets of how many subjects the keys are kept in memory.</summary>
    /// <value>Default 10,000; each takes some kilobytes.</value>
    public int CachedSubjects { get; init; } = 10_000;

    /// <summary>Gets after how long a key in memory is looked up again: on an engine without a change feed, for how long another process goes on reading what was erased.</summary>
    /// <value>Default 5 minutes.</value>
    public TimeSpan CacheDuration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets after about how many values a subject gets a new key; the older ones still decrypt. At most 2^31: with random nonces a key must not encrypt more than 2^32 values (NIST SP 800-38D, section 8.3).</summary>
    /// <value>Default 2^30.</value>
    public long RotateAfterWrites { get; init; } = 1L << 30;

    // Each write is counted with a chance of one in so many, for so many: no process has to know of another, and none writes a count at each use. At the default the count strays by less than one per cent.
    internal int CountingStep => (int)Math.Clamp(RotateAfterWrites >> 14, 1, 1 << 16);

    internal void Validate(string path, ConfigurationErrors errors)
    {
        if (CachedSubjects < 1)
        {
            errors.Add($"{path}:{nameof(CachedSubjects)}", string.Create(CultureInfo.InvariantCulture, $"{CachedSubjects} is out of range."), "Keep 1 or more.");
        }

        if (CacheDuration <= TimeSpan.Zero || CacheDuration > TimeSpan.FromDays(1))
        {
            errors.Add($"{path}:{nameof(CacheDuration)}", $"{CacheDuration} is out of range.", "Use a time of at most a day, such as 00:05:00.");
        }

        if (RotateAfterWrites is < 1 or > 1L << 31)
        {
            errors.Add($"{path}:{nameof(RotateAfterWrites)}", string.Create(CultureInfo.InvariantCulture, $"{RotateAfterWrites} is out of range."), "Use 1 to 2147483648.");
        }
    }
}
