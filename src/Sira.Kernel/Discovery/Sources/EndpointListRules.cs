using System.Globalization;
using Sira.Kernel.Errors;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Discovery.Sources;

/// <summary>What a list from outside has to keep to.</summary>
internal static class EndpointListRules
{
    private const int MostEndpoints = 10_000;
    private const int LongestId = 512;

    /// <exception cref="SiraException">It does not.</exception>
    public static void ThrowIfBroken(string source, IReadOnlyList<EndpointDefinition>? endpoints)
    {
        if (endpoints is null)
        {
            throw new SiraException($"Source '{source}' gave null for a list. Let it give an empty list, or throw when it does not know.");
        }

        if (endpoints.Count > MostEndpoints)
        {
            throw new SiraException(string.Create(CultureInfo.InvariantCulture, $"Source '{source}' gave {endpoints.Count} endpoints; at most {MostEndpoints} are taken. Split the service."));
        }

        var identities = new HashSet<string>(StringComparer.Ordinal);
        foreach (var endpoint in endpoints)
        {
            if (endpoint is null || string.IsNullOrWhiteSpace(endpoint.Id))
            {
                throw new SiraException($"Source '{source}' gave an endpoint without an identity. Give each one that stays the same.");
            }

            if (endpoint.Id.Length > LongestId || endpoint.Id.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0)
            {
                throw new SiraException($"Source '{source}' gave an endpoint whose identity of {endpoint.Id.Length} characters is longer than {LongestId} or holds control characters. Use printable characters.");
            }

            if (!identities.Add(endpoint.Id))
            {
                throw new SiraException($"Source '{source}' gave endpoint '{endpoint.Id}' twice. List it once, with the sum of the weights if both were meant.");
            }
        }
    }
}
