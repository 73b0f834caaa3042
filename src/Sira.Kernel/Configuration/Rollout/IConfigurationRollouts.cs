namespace Sira.Kernel.Configuration.Rollout;

/// <summary>Staged rollouts: a configuration first serves a share of the traffic, and comes into force when it has done as well there as the one in force.</summary>
/// <remarks>One at a time. Whatever else comes into force meanwhile (an edited file, changes that are applied, a rollback) ends it: what was compared is then no longer what would be replaced. A file with mistakes does not.</remarks>
public interface IConfigurationRollouts
{
    /// <summary>Gets the rollout that runs, or the last one; <see langword="null"/> when there was none.</summary>
    RolloutStatus? Current { get; }

    /// <summary>Begins a rollout of changes.</summary>
    /// <param name="changes">The changes, as for <see cref="Versions.ISiraConfiguration.ApplyAsync"/>.</param>
    /// <param name="actor">Who begins it, for the history.</param>
    /// <param name="reason">Why, for the history.</param>
    /// <param name="options">The steps and the judgement; <see langword="null"/> means the defaults.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The rollout, in its first step.</returns>
    /// <exception cref="SiraConfigurationException">The changes or the options have mistakes; nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">Another rollout runs.</exception>
    Task<RolloutStatus> StartAsync(IReadOnlyDictionary<string, string?> changes, string actor, string reason, RolloutOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Takes the version that is rolled out back.</summary>
    /// <param name="actor">Who does.</param>
    /// <param name="reason">Why.</param>
    /// <returns>The rollout at its end.</returns>
    /// <exception cref="InvalidOperationException">No rollout runs.</exception>
    Task<RolloutStatus> AbortAsync(string actor, string reason);

    /// <summary>Puts the version that is rolled out in force without the steps that are left.</summary>
    /// <param name="actor">Who does.</param>
    /// <param name="reason">Why.</param>
    /// <returns>The rollout at its end.</returns>
    /// <exception cref="InvalidOperationException">No rollout runs.</exception>
    /// <exception cref="SiraConfigurationException">The version is not valid any more; it was withdrawn.</exception>
    Task<RolloutStatus> PromoteAsync(string actor, string reason);
}
