using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;

namespace Sira.Plugins.Loading.Tests.Unloading;

/// <summary>What a careless application leaves within reach of its plugins: statics that outlive them.</summary>
public static class HostState
{
    /// <summary>Gets or sets how many behaviours have run, so that one that did not is no success.</summary>
    public static int Ran { get; set; }

    public static CancellationTokenSource Closing { get; private set; } = new();

    public static ConcurrentDictionary<Type, object> ByType { get; } = new();

    public static Channel<int> Work { get; private set; } = Channel.CreateUnbounded<int>();

    public static ManualResetEvent Release { get; private set; } = new(false);

    public static Task? Pending { get; set; }

    public static JsonSerializerOptions Json { get; } = new();

    /// <summary>Lets go of everything, as an application does that ends.</summary>
    public static void Reset()
    {
        Release.Set();
        (Closing, Work, Release) = (new CancellationTokenSource(), Channel.CreateUnbounded<int>(), new ManualResetEvent(false));
        ByType.Clear();
        Pending = null;
    }
}
