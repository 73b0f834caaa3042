using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Kernel.Errors;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;

namespace Sira.Kernel.Discovery.Sources;

/// <summary>Follows sources: what they list goes into the registry, each as an origin of its own.</summary>
/// <remarks>Thread-safe. A source that throws, hangs, floods or gives nonsense changes nothing: its last good list stays in force, its <see cref="SourceStatus"/> says so, and it is asked anew at growing intervals. Disposing ends everything and withdraws what the sources listed.</remarks>
public sealed class EndpointDiscovery : IAsyncDisposable, IDisposable
{
    private readonly Lock gate = new();
    private readonly List<FollowedSource> followed = [];
    private bool disposed;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="registry">Where the endpoints go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">The source of jitter.</param>
    /// <param name="logger">Where failures are logged; <see langword="null"/> means nowhere.</param>
    public EndpointDiscovery(IServiceRegistry registry, TimeProvider time, IRandomSource random, ILogger<EndpointDiscovery>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(random);
        (Registry, Time, Random, Logger) = (registry, time, random, logger ?? NullLogger<EndpointDiscovery>.Instance);
    }

    /// <summary>Gets how each source does, in the order in which they were followed.</summary>
    public IReadOnlyList<SourceStatus> Statuses
    {
        get
        {
            lock (gate)
            {
                return [.. followed.Select(static source => source.Status)];
            }
        }
    }

    internal IServiceRegistry Registry { get; }

    internal TimeProvider Time { get; }

    internal IRandomSource Random { get; }

    internal ILogger Logger { get; }

    /// <summary>Follows a source for a service.</summary>
    /// <param name="service">The name of the service.</param>
    /// <param name="source">The source.</param>
    /// <param name="options">How; <see langword="null"/> for the defaults.</param>
    /// <returns>The source's standing; disposing it ends the following and withdraws its endpoints.</returns>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    /// <exception cref="SiraException">A source of that name is followed for the service already.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed of.</exception>
    public FollowedSource Follow(string service, IEndpointSource source, FollowOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(source.Name, nameof(source));
        options ??= FollowOptions.Default;
        var errors = new ConfigurationErrors();
        options.Validate("Follow", errors);
        errors.ThrowIfAny();
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (followed.Exists(known => known.Status.Source == source.Name && string.Equals(known.Status.Service, service, StringComparison.OrdinalIgnoreCase)))
            {
                throw new SiraException($"Source '{source.Name}' is followed for service '{service}' already. Dispose of that first, or give this one another name.");
            }

            var following = new FollowedSource(this, service, source, options);
            followed.Add(following);
            return following;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        FollowedSource[] all;
        lock (gate)
        {
            disposed = true;
            all = [.. followed];
        }

        // All at once, so that one that does not end delays the whole no longer than itself.
        await Task.WhenAll(all.Select(static source => source.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    /// <summary>Ends everything without waiting for the sources.</summary>
    public void Dispose()
    {
        FollowedSource[] all;
        lock (gate)
        {
            disposed = true;
            all = [.. followed];
        }

        Array.ForEach(all, static source => source.End(withdraw: true));
    }

    internal void Forget(FollowedSource source)
    {
        lock (gate)
        {
            followed.Remove(source);
        }
    }
}
