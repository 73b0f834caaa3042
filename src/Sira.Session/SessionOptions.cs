using System.Globalization;
using Sira.Kernel.Configuration;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;

namespace Sira.Session;

/// <summary>How sessions are kept, and within which limits.</summary>
public sealed record SessionOptions
{
    /// <summary>Gets the namespace of the engine that they are kept in.</summary>
    /// <value>Default <c>sessions</c>.</value>
    public string Namespace { get; init; } = "sessions";

    /// <summary>Gets what an append survives once it has returned.</summary>
    /// <value>Default <see langword="null"/>: what the engine is set to.</value>
    public StorageDurability? Durability { get; init; }

    /// <summary>Gets after which time without an append a session counts as idle.</summary>
    /// <value>Default 30 minutes.</value>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Gets how long a session is kept when nothing is appended, where it does not say itself.</summary>
    /// <value>Default <see langword="null"/>: for ever.</value>
    public TimeSpan? IdleTimeToLive { get; init; }

    /// <summary>Gets how long a session is kept in all, where it does not say itself.</summary>
    /// <value>Default <see langword="null"/>: for ever.</value>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>Gets how exactly lists know when a session was last active: its record is written anew at most this often.</summary>
    /// <value>Default 1 minute.</value>
    public TimeSpan ActivityInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets how often is looked for new events where the engine does not tell of changes.</summary>
    /// <value>Default 500 milliseconds.</value>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets how many messages the history of a session may have; those that were rewound do not count.</summary>
    /// <value>Default 100,000.</value>
    public int MaximumMessages { get; init; } = 100_000;

    /// <summary>Gets how large a message may be, in bytes of JSON.</summary>
    /// <value>Default 8 MiB.</value>
    public int MaximumMessageBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Gets how large the state of a session may be, keys and values in bytes of JSON.</summary>
    /// <value>Default 256 KiB.</value>
    public int MaximumStateBytes { get; init; } = 256 * 1024;

    /// <summary>Gets how many forks of forks may stand one behind the other; each is one more log to read when the last is opened.</summary>
    /// <value>Default 64.</value>
    public int MaximumForkDepth { get; init; } = 64;

    /// <summary>Gets how many histories are kept in memory, so that opening a session again reads nothing but its version.</summary>
    /// <value>Default 1024; 0 keeps none.</value>
    public int CachedHistories { get; init; } = 1024;

    /// <summary>Gets how much memory these histories take at most, in bytes, roughly.</summary>
    /// <value>Default 64 MiB.</value>
    public long CachedBytes { get; init; } = 64L << 20;

    /// <summary>Gets the tokenizer family that tokens are estimated for.</summary>
    /// <value>Default <see langword="null"/>: an average one.</value>
    public string? TokenFamily { get; init; }

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        StorageArguments.CheckNamespace(Namespace, $"{path}:{nameof(Namespace)}", errors);
        Check(path, nameof(IdleAfter), IdleAfter, TimeSpan.FromSeconds(1), errors);
        Check(path, nameof(IdleTimeToLive), IdleTimeToLive, TimeSpan.FromSeconds(1), errors);
        Check(path, nameof(TimeToLive), TimeToLive, TimeSpan.FromSeconds(1), errors);
        Check(path, nameof(ActivityInterval), ActivityInterval, TimeSpan.FromSeconds(1), errors);
        Check(path, nameof(PollInterval), PollInterval, TimeSpan.FromMilliseconds(10), errors);
        Check(path, nameof(MaximumMessages), MaximumMessages, 1, errors);
        Check(path, nameof(MaximumMessageBytes), MaximumMessageBytes, 1024, errors);
        Check(path, nameof(MaximumStateBytes), MaximumStateBytes, 0, errors);
        Check(path, nameof(MaximumForkDepth), MaximumForkDepth, 1, errors);
        Check(path, nameof(CachedHistories), CachedHistories, 0, errors);
        Check(path, nameof(CachedBytes), CachedBytes, 0, errors);
    }

    // 100 years, as for values of the engine: sums of times must not overflow.
    private static void Check(string path, string name, TimeSpan? value, TimeSpan minimum, ConfigurationErrors errors)
    {
        if (value is { } time && (time < minimum || time > TimeSpan.FromDays(36_525)))
        {
            errors.Add($"{path}:{name}", $"{time} is out of range.", $"Use {minimum} to 36525 days.");
        }
    }

    private static void Check(string path, string name, long value, long minimum, ConfigurationErrors errors)
    {
        if (value < minimum)
        {
            errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), string.Create(CultureInfo.InvariantCulture, $"Use {minimum} or more."));
        }
    }
}
