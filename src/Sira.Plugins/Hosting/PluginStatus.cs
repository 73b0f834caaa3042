using Sira.Plugins.Sources;

namespace Sira.Plugins.Hosting;

/// <summary>How a plugin is at one moment.</summary>
public sealed record PluginStatus
{
    /// <summary>Gets the id; of a package that cannot be read, the name of the file.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the version; empty for a package that cannot be read.</summary>
    public required string Version { get; init; }

    /// <summary>Gets where it is in its life.</summary>
    public required PluginState State { get; init; }

    /// <summary>Gets why, where there is more to say than the state does.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets where it comes from.</summary>
    public required string Origin { get; init; }

    /// <summary>Gets how far its content can be relied on.</summary>
    public required PluginTrust Trust { get; init; }

    /// <summary>Gets the contracts to which it contributes, such as <c>IRoutingStrategy</c>.</summary>
    public IReadOnlyList<string> Contributes { get; init; } = [];

    /// <summary>Gets when it started; <see langword="null"/> when it has not.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets how often it was restarted in a row because it failed.</summary>
    public int Restarts { get; init; }

    /// <summary>Gets the calls into its contributions that have ended.</summary>
    public long Calls { get; init; }

    /// <summary>Gets the calls that threw, cancellations apart.</summary>
    public long Faults { get; init; }

    /// <summary>Gets the calls under way.</summary>
    public int InFlight { get; init; }

    /// <summary>Gets the time that the calls took in all.</summary>
    public TimeSpan CallDuration { get; init; }

    /// <summary>Gets the bytes that the calls allocated, as far as they ended on the thread on which they began.</summary>
    public long AllocatedBytes { get; init; }
}
