using Sira.Gateway.Configuration.Policies;
using Sira.Kernel.Balancing;
using Sira.Requests;

namespace Sira.Gateway.Selection.Affinity;

/// <summary>Hashes what should stick together.</summary>
internal static class AffinityHash
{
    /// <summary>The hash, or 0 when the request does not say.</summary>
    public static ulong Of(AffinityMode mode, RequestContext request) => mode switch
    {
        AffinityMode.Conversation => Hash(request.Tenant, request.AffinityKey),
        AffinityMode.User => Hash(request.Tenant, request.User),
        AffinityMode.Tenant => Hash(null, request.Tenant),
        _ => 0,
    };

    /// <summary>A hash that is never 0, which means none.</summary>
    public static ulong NotZero(ulong hash) => hash == 0 ? 1 : hash;

    // The user 7 of one tenant is not that of another.
    private static ulong Hash(string? tenant, string? key) =>
        string.IsNullOrEmpty(key) ? 0
        : NotZero(string.IsNullOrEmpty(tenant) ? StableHash.Compute(key) : StableHash.Combine(StableHash.Compute(tenant), StableHash.Compute(key)));
}
