using System.Diagnostics.CodeAnalysis;
using Sira.Kernel.Configuration;
using Sira.Kernel.Plugins;
using Sira.Kernel.Resources;

namespace Sira.Plugins.Isolation;

/// <summary>What one plugin holds of the host's pools, given back with it.</summary>
internal sealed class PluginResources(PluginGrant grant, ResourceScheduler scheduler, ResourcePoolRegistry pools) : IPluginResources, IDisposable
{
    private readonly Lock gate = new();
    private readonly HashSet<Held> held = [];
    private bool disposed;

    public bool TryReserve(string pool, long amount, [NotNullWhen(true)] out IPluginReservation? reservation, [NotNullWhen(false)] out string? refusal)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pool);
        (reservation, refusal) = (null, null);
        if (!scheduler.TryReserve([new ResourceRequest(Find(pool), amount)], out var taken, out var rejection))
        {
            refusal = rejection.ToString();
            return false;
        }

        var own = new Held(this, taken);
        lock (gate)
        {
            if (!disposed)
            {
                held.Add(own);
                reservation = own;
                return true;
            }
        }

        // Not under the lock: who waits for the pool continues on this thread.
        taken.Release();
        throw new ObjectDisposedException(nameof(IPluginResources), $"The plugin '{grant.PluginId}' has stopped and reserves nothing any more.");
    }

    public void Dispose()
    {
        List<Held> ending;
        lock (gate)
        {
            disposed = true;
            ending = [.. held];
            held.Clear();
        }

        ending.ForEach(static own => own.Dispose());
    }

    private ResourcePool Find(string name)
    {
        if (grant.Arguments.Count > 0 && !grant.Arguments.Any(argument => PermissionGrants.Matches(argument, name)))
        {
            throw new PluginException(grant.PluginId, $"The plugin '{grant.PluginId}' may not reserve from '{name}'. It is permitted {string.Join(", ", grant.Arguments)}; add 'resources: {name}' to its manifest, and where it is not trusted also to the host's configuration.");
        }

        return pools.TryGet(name, out var pool) ? pool : throw new PluginException(
            grant.PluginId, $"There is no pool '{name}' for the plugin '{grant.PluginId}'. {UnknownName.Suggest("pool", name, pools.Pools.Select(static pool => pool.Name).Where(known => grant.Arguments.Count == 0 || grant.Arguments.Any(argument => PermissionGrants.Matches(argument, known))))}");
    }

    private void Forget(Held own)
    {
        lock (gate)
        {
            held.Remove(own);
        }
    }

    private sealed class Held(PluginResources owner, Reservation reservation) : IPluginReservation
    {
        public void Settle(long used)
        {
            reservation.Settle([used]);
            owner.Forget(this);
        }

        public void Dispose()
        {
            reservation.Release();
            owner.Forget(this);
        }
    }
}
