using Sira.Kernel.Configuration;

namespace Sira.Kernel.Contributions;

/// <summary>A part of Sira that lives on contributions and follows them while the host runs.</summary>
/// <remarks>Changes come one after the other, never two at a time. First every consumer prepares; only when none has found a mistake do all commit, so that a plugin is there wholly or not at all.</remarks>
public interface IContributionConsumer
{
    /// <summary>Checks, and builds as far as possible, what this consumer would run on with other contributions. Changes nothing that anybody sees.</summary>
    /// <param name="next">The contributions to come.</param>
    /// <param name="errors">Where mistakes go; any of them stops the change.</param>
    void Prepare(ContributionSnapshot next, ConfigurationErrors errors);

    /// <summary>Takes contributions into use: those that were prepared last, or those before them when another consumer could not.</summary>
    /// <param name="current">The contributions in force from now on.</param>
    /// <returns>A task that ends when whatever begins from then on uses them. It fails only when something that was not there at the preparation stands against them.</returns>
    Task CommitAsync(ContributionSnapshot current);

    /// <summary>Lets go of what was prepared last, which will not come into force. Must not throw.</summary>
    void Abort();

    /// <summary>Waits until nothing runs any more that had begun before the last commit, and so might still use what was taken away.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>A task that ends then.</returns>
    Task QuiesceAsync(CancellationToken cancellationToken);
}
