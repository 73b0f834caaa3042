namespace Sira.Kernel.Contributions;

/// <summary>A change of contributions that every consumer has prepared.</summary>
public sealed class ContributionChange : IDisposable
{
    private readonly ContributionCatalogue catalogue;
    private readonly ContributionSnapshot basis;
    private readonly ContributionSnapshot next;
    private readonly IReadOnlyList<IContributionConsumer> prepared;
    private int ended;

    internal ContributionChange(ContributionCatalogue catalogue, ContributionSnapshot basis, ContributionSnapshot next, IReadOnlyList<IContributionConsumer> prepared) =>
        (this.catalogue, this.basis, this.next, this.prepared) = (catalogue, basis, next, prepared);

    /// <summary>Brings the change into force at every consumer.</summary>
    /// <returns>A task that ends when it is.</returns>
    /// <exception cref="InvalidOperationException">Somebody else changed the contributions meanwhile; nothing of this change is in force.</exception>
    /// <exception cref="Configuration.SiraConfigurationException">Something that was not there at the preparation stands against it; nothing of this change is in force.</exception>
    public async Task CommitAsync()
    {
        if (Interlocked.Exchange(ref ended, 1) != 0)
        {
            return;
        }

        try
        {
            await catalogue.CommitAsync(basis, next).ConfigureAwait(false);
        }
        catch
        {
            Abort();
            throw;
        }
    }

    /// <summary>Drops the change unless it was committed.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref ended, 1) == 0)
        {
            Abort();
        }
    }

    private void Abort()
    {
        foreach (var consumer in prepared)
        {
            consumer.Abort();
        }
    }
}
