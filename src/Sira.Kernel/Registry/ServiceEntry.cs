using System.Collections.Immutable;
using Sira.Kernel.Health;

namespace Sira.Kernel.Registry;

/// <summary>What each origin lists for a service, merged into one list of endpoints.</summary>
/// <remarks>Not thread-safe; the registry calls it under its lock.</remarks>
internal sealed class ServiceEntry
{
    private readonly List<Contribution> contributions = [];
    private readonly Dictionary<string, Endpoint> endpoints = new(StringComparer.Ordinal);

    /// <summary>Gets what tells of changes of health. The same through all snapshots of the service.</summary>
    public HealthEpoch Health { get; } = new();

    /// <summary>Gets whether nobody lists anything.</summary>
    public bool IsEmpty => contributions.Count == 0;

    public Endpoint? Find(string id) => endpoints.GetValueOrDefault(id);

    public Contribution Of(EndpointOrigin origin) => contributions.Find(contribution => contribution.Origin.Name == origin.Name) ?? new Contribution(origin, []);

    /// <summary>Replaces what an origin lists.</summary>
    /// <returns>Whether the list differs from the one before.</returns>
    public bool Set(Contribution contribution)
    {
        var index = contributions.FindIndex(known => known.Origin.Name == contribution.Origin.Name);
        if (index >= 0 && contributions[index].Origin == contribution.Origin && contributions[index].Items.SequenceEqual(contribution.Items))
        {
            return false;
        }

        if (index >= 0)
        {
            contributions.RemoveAt(index);
        }

        if (!contribution.Items.IsEmpty)
        {
            contributions.Add(contribution);
            contributions.Sort(static (left, right) => EndpointOrigin.Compare(left.Origin, right.Origin));
        }

        return index >= 0 || !contribution.Items.IsEmpty;
    }

    /// <summary>Takes an identity out of every origin's list, until the origin lists it anew.</summary>
    /// <returns>Whether any had it.</returns>
    public bool Remove(string id)
    {
        if (!endpoints.ContainsKey(id))
        {
            return false;
        }

        foreach (var contribution in contributions.FindAll(contribution => contribution.IndexOf(id) >= 0))
        {
            Set(contribution with { Items = contribution.Items.RemoveAt(contribution.IndexOf(id)) });
        }

        return true;
    }

    /// <summary>Merges the lists. Endpoints that exist already stay and take over the new definitions.</summary>
    /// <param name="create">Makes an endpoint.</param>
    /// <param name="shadowed">Receives the claims of origins that lost against another.</param>
    public ImmutableArray<Endpoint> Merge(Func<EndpointDefinition, CircuitBreakerOptions, Endpoint> create, out ImmutableArray<EndpointClaim> shadowed)
    {
        var merged = ImmutableArray.CreateBuilder<Endpoint>();
        var losers = ImmutableArray.CreateBuilder<EndpointClaim>();
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var contribution in contributions)
        {
            foreach (var (definition, health) in contribution.Items)
            {
                if (listed.Add(definition.Id))
                {
                    merged.Add(Apply(definition, health, create));
                }
                else
                {
                    losers.Add(new EndpointClaim(contribution.Origin.Name, definition.Id));
                }
            }
        }

        foreach (var id in endpoints.Keys.Where(id => !listed.Contains(id)).ToArray())
        {
            endpoints.Remove(id);
        }

        shadowed = losers.DrainToImmutable();
        return merged.DrainToImmutable();
    }

    private Endpoint Apply(EndpointDefinition definition, CircuitBreakerOptions health, Func<EndpointDefinition, CircuitBreakerOptions, Endpoint> create)
    {
        if (!endpoints.TryGetValue(definition.Id, out var endpoint))
        {
            return endpoints[definition.Id] = create(definition, health);
        }

        endpoint.Redefine(definition);
        if (endpoint.Breaker.Options != health)
        {
            endpoint.Breaker.Reconfigure(health);
        }

        return endpoint;
    }
}
