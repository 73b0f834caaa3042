using Microsoft.Extensions.Primitives;

namespace Sira.Kernel.Configuration.Versions;

/// <summary>The configuration with its history: what is in force, what was, who changed what, and the ways to change it.</summary>
/// <remarks>
/// <para>The host's configuration is the ground; changes applied here lie over it, in memory. Every change is validated before anything of it is visible, and comes into force as a whole: a request finishes on the version it began with. Changes are made one after the other.</para>
/// <para>Real settings, secrets included, are held in memory only. What is shown or written has tags in the place of secrets.</para>
/// </remarks>
public interface ISiraConfiguration
{
    /// <summary>Gets the version in force; <see langword="null"/> before the first.</summary>
    ConfigurationVersion? Current { get; }

    /// <summary>Gets the versions that are kept, the oldest first, rejected ones included.</summary>
    IReadOnlyList<ConfigurationVersion> Versions { get; }

    /// <summary>Returns the settings of a version, with tags in the place of secrets.</summary>
    /// <param name="version">Its number; <see cref="ConfigurationVersion.OriginalNumber"/> is understood too where only one has it and none has it as its number.</param>
    /// <returns>The settings by their keys below the section.</returns>
    /// <exception cref="SiraConfigurationException">There is no such version, or it is not kept any more.</exception>
    IReadOnlyDictionary<string, string?> GetSettings(long version);

    /// <summary>Compares two versions, rejected ones included.</summary>
    /// <param name="from">The number of the one.</param>
    /// <param name="to">The number of the other.</param>
    /// <returns>What differs.</returns>
    /// <exception cref="SiraConfigurationException">There is no such version, or it is not kept any more.</exception>
    ConfigurationDiff Diff(long from, long to);

    /// <summary>Validates changes without applying them.</summary>
    /// <param name="changes">Keys below the section, such as <c>Routes:default:Strategy</c>, with their new values; <see langword="null"/> takes a key away with everything below it. A value replaces what stands below its key.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>All mistakes and warnings.</returns>
    Task<ConfigurationReport> ValidateAsync(IReadOnlyDictionary<string, string?> changes, CancellationToken cancellationToken = default);

    /// <summary>Applies changes over the configuration in force. They last until they are changed again, <see cref="ResetAsync"/> is called or, unless state is kept in storage, the process ends; a later change of the host's configuration shows wherever they do not cover it.</summary>
    /// <param name="changes">As for <see cref="ValidateAsync"/>; at least one.</param>
    /// <param name="actor">Who applies them, for the history.</param>
    /// <param name="reason">Why, for the history.</param>
    /// <param name="cancellationToken">Ends the waiting; a change that has begun to come into force does.</param>
    /// <returns>The version, in force.</returns>
    /// <exception cref="SiraConfigurationException">There are mistakes; nothing has changed, and the version is in the history as rejected.</exception>
    Task<ConfigurationVersion> ApplyAsync(IReadOnlyDictionary<string, string?> changes, string actor, string reason, CancellationToken cancellationToken = default);

    /// <summary>Puts the settings of an earlier version in force again, as a new version. They stay until the host's configuration is changed: who edits the file after a rollback means the file.</summary>
    /// <param name="version">The number of the version to go back to.</param>
    /// <param name="actor">Who goes back.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The new version, in force.</returns>
    /// <exception cref="SiraConfigurationException">The version is not kept any more or was never in force, or its settings are not valid any more; nothing has changed.</exception>
    Task<ConfigurationVersion> RollBackAsync(long version, string actor, string reason, CancellationToken cancellationToken = default);

    /// <summary>Takes away what was applied or rolled back to, so that the host's configuration alone is in force.</summary>
    /// <param name="actor">Who does.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The new version, in force.</returns>
    /// <exception cref="SiraConfigurationException">The host's configuration has mistakes; nothing has changed.</exception>
    Task<ConfigurationVersion> ResetAsync(string actor, string reason, CancellationToken cancellationToken = default);

    /// <summary>Returns a token that changes when another version comes into force.</summary>
    /// <returns>The token.</returns>
    IChangeToken GetChangeToken();
}
