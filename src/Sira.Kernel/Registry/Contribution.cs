using System.Collections.Immutable;
using Sira.Kernel.Health;

namespace Sira.Kernel.Registry;

/// <summary>What one origin lists for a service.</summary>
/// <param name="Origin">The origin.</param>
/// <param name="Items">The endpoints in their order, with the options of their breakers; no identity twice.</param>
internal sealed record Contribution(EndpointOrigin Origin, ImmutableArray<(EndpointDefinition Definition, CircuitBreakerOptions Health)> Items)
{
    public int IndexOf(string id)
    {
        for (var i = 0; i < Items.Length; i++)
        {
            if (Items[i].Definition.Id == id)
            {
                return i;
            }
        }

        return -1;
    }
}
