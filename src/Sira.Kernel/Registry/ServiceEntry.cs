using System.Collections.Immutable;
using Sira.Kernel.Health;

namespace Sira.Kernel.Registry;

/// <summary>What each origin lists for a service, merged into one list of endpoints.</summary>
/// <remarks>Not thread-safe; the registry calls it under its lock.</remarks>
internal sealed class ServiceEntry
{
    private readonly List<Contribution> contributions = [];
    private readonly Dictionary<string, Endpoint> endpoints = new(StringComparer.Ordinal);

    // Kept out although they are listed.
    private readonly HashSet<string> cordoned = new(StringComparer.Ordinal);

    // Given without an origin one by one: no list will come that has them again, or has them no more.
    private readonly HashSet<string> single = new(StringComparer.Ordinal);

    /// <summary>Gets what tells of changes of health. The same through all snapshots of the service.</summary>
    public HealthEpoch Health { get; } = new();

    /// <summary>Gets the identities that are kept out although they are listed, in order.</summary>
    public ImmutableArray<string> Cordoned => cordoned.Count == 0 ? [] : [.. cordoned.Order(StringComparer.Ordinal)];

    /// <summary>Gets whether nobody lists anything.</summary>
    public bool IsEmpty => contributions.Count == 0;

    public Endpoint? Find(string id) => endpoints.GetValueOrDefault(id);

    /// <summary>Adds an endpoint that is given without an origin, or replaces its definition. One that is cordoned is so no more.</summary>
    /// <returns>Whether that changed anything.</returns>
    public bool Add(EndpointDefinition definition, CircuitBreakerOptions health)
    {
        var direct = contributions.Find(contribution => contribution.Origin == EndpointOrigin.Direct) ?? new Contribution(EndpointOrigin.Direct, []);
        var index = direct.IndexOf(definition.Id);
        if (index < 0)
        {
            single.Add(definition.Id);
        }

        var uncordoned = cordoned.Remove(definition.Id);
        return Replace(direct with { Items = index < 0 ? direct.Items.Add((definition, health)) : direct.Items.SetItem(index, (definition, health)) }) || uncordoned;
    }

    /// <summary>Replaces what an origin lists. An identity that nobody lists any more is cordoned no more.</summary>
    /// <returns>Whether the list differs from the one before.</returns>
    public bool Set(Contribution contribution)
    {
        if (contribution.Origin == EndpointOrigin.Direct)
        {
            single.Clear();
        }

        return Replace(contribution);
    }

    /// <summary>Takes an identity out of every origin's list, until the origin lists it anew.</summary>
    /// <returns>Whether any had it.</returns>
    public bool Remove(string id)
    {
        if (!endpoints.ContainsKey(id) && !cordoned.Contains(id))
        {
            return false;
        }

        single.Remove(id);
        foreach (var contribution in contributions.FindAll(contribution => contribution.IndexOf(id) >= 0))
        {
            Withdraw(contribution, id);
        }

        return true;
    }

    /// <summary>Keeps an endpoint out for as long as anybody goes on listing it.</summary>
    /// <returns>Whether there was such an endpoint.</returns>
    public bool Cordon(string id)
    {
        if (!endpoints.ContainsKey(id))
        {
            return false;
        }

        if (single.Remove(id))
        {
            Withdraw(contributions.Find(static contribution => contribution.Origin == EndpointOrigin.Direct)!, id);
        }

        if (IsListed(id))
        {
            cordoned.Add(id);
        }

        return true;
    }

    /// <summary>Lets an endpoint back in.</summary>
    /// <returns>Whether it was kept out.</returns>
    public bool Uncordon(string id) => cordoned.Remove(id);

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
                if (cordoned.Contains(definition.Id))
                {
                    continue;
                }

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

    private bool IsListed(string id) => contributions.Exists(contribution => contribution.IndexOf(id) >= 0);

    private void Withdraw(Contribution contribution, string id) => Replace(contribution with { Items = contribution.Items.RemoveAt(contribution.IndexOf(id)) });

    private bool Replace(Contribution contribution)
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

        cordoned.RemoveWhere(id => !IsListed(id));
        return index >= 0 || !contribution.Items.IsEmpty;
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
