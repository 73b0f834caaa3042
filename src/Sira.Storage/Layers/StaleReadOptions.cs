using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Storage.Layers;

/// <summary>When a namespace may be answered with copies that may have been changed.</summary>
/// <remarks>Such a read is not linearizable; that of a value which this process itself has written, or was told to have changed, never is stale all the same.</remarks>
public sealed record StaleReadOptions
{
    /// <summary>Gets how old a copy may be, counted from when the engine below was asked for it.</summary>
    /// <value>Default 5 minutes.</value>
    public TimeSpan MaximumStale { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets how long the engine below has to answer where there is a copy; it goes on in the background afterwards.</summary>
    /// <value>Default <see langword="null"/>: a copy is only used when the engine fails.</value>
    public TimeSpan? SoftTimeout { get; init; }

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        LayerOptions.CheckTime(path, nameof(MaximumStale), MaximumStale, TimeSpan.FromMilliseconds(1), errors);
        if (SoftTimeout is { } timeout)
        {
            LayerOptions.CheckTime(path, nameof(SoftTimeout), timeout, TimeSpan.FromMilliseconds(1), errors);
        }
    }

    /// <summary>Returns the options as people read them.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"stale up to {MaximumStale}, soft timeout {(SoftTimeout is { } timeout ? timeout : "none")}");
}
