using Sira.Kernel.Registry;

namespace Sira.Kernel.Health.Probing;

/// <summary>The checks of one service. Disposing ends them, and with them what they say of its endpoints.</summary>
internal sealed class ProbedService(HealthProber owner, string name, IHealthProbe probe, HealthCheckOptions options) : IDisposable
{
    private IDisposable? registration;

    public string Name { get; } = name;

    public IHealthProbe Probe { get; } = probe;

    public HealthCheckOptions Options { get; } = options;

    /// <summary>Gets the endpoints by identity of the object: one that was removed and added again is another.</summary>
    public Dictionary<Endpoint, ProbedEndpoint> Endpoints { get; } = new(ReferenceEqualityComparer.Instance);

    public bool Ended { get; set; }

    /// <summary>Follows the service from now on.</summary>
    public void Follow(IServiceRegistry registry)
    {
        ServiceSnapshot snapshot;
        do
        {
            snapshot = registry.GetSnapshot(Name);
            owner.Synchronise(this);
        }
        while (snapshot.ChangeToken.HasChanged);

        // Each registration is for one change. None is disposed of in favour of another: two changes in quick succession may arrive here in either order, and the one that is thrown away might be the one still waiting.
        Volatile.Write(ref registration, snapshot.ChangeToken.RegisterChangeCallback(static state => ((ProbedService)state!).Refollow(), this));
    }

    public void Dispose()
    {
        owner.End(this);
        Volatile.Read(ref registration)?.Dispose();
    }

    private void Refollow()
    {
        if (!Ended)
        {
            Follow(owner.Registry);
        }
    }
}
