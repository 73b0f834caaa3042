using System.Collections.Concurrent;

namespace Sira.Backends.Http;

/// <summary>The connect timeouts of the backends, from which their handlers are made on the first call.</summary>
internal sealed class ConnectTimeouts
{
    private readonly ConcurrentDictionary<string, TimeSpan> timeouts = new(StringComparer.Ordinal);

    public void Set(string backend, TimeSpan timeout) => timeouts[backend] = timeout;

    public TimeSpan Get(string backend) => timeouts.TryGetValue(backend, out var timeout) ? timeout : TimeSpan.FromSeconds(10);
}
