using Sira.Kernel.Configuration.Versions;

namespace Sira.Kernel.Backup.Participants;

/// <summary>A version of the configuration with its settings, or one of the changes that were applied.</summary>
internal sealed record ConfigurationRecord
{
    /// <summary>The version.</summary>
    public ConfigurationVersion? Version { get; init; }

    /// <summary>Its settings, with tags in the place of secrets.</summary>
    public Dictionary<string, string?>? Settings { get; init; }

    /// <summary>The key of a change.</summary>
    public string? Key { get; init; }

    /// <summary>The value of a change; <see langword="null"/> where it takes the key away.</summary>
    public string? Value { get; init; }

    /// <summary>Whether the value of a change is a secret, which is not written.</summary>
    public bool IsSecret { get; init; }
}
