using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Sira.Kernel.Configuration;
using Sira.Kernel.Discovery.Sources;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;

namespace Sira.Kernel.Discovery.Dns;

/// <summary>Finds endpoints by DNS service records (RFC 2782), and asks again when the answer's time to live is over.</summary>
/// <remarks>
/// Each record is an endpoint <c>host:port</c>; the records' priorities become levels in their order, their weights weights. A record of weight 0 gets a hundredth of the lightest other, as the RFC asks for "a very small chance".
/// A name that does not exist or has no service records is an error, after which the last list stays in force; only a record whose target is the root says that there are no endpoints. Additional records are not believed.
/// </remarks>
public sealed class DnsSrvSource : IEndpointSource
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "dns-srv";

    private const int DefaultPort = 53;

    private readonly DnsSrvOptions options;
    private readonly DnsResolver resolver;
    private readonly TimeProvider time;
    private readonly IPEndPoint[] servers;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">The source of the numbers that make forged answers hard.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    public DnsSrvSource(DnsSrvOptions options, TimeProvider time, IRandomSource random)
        : this(options, time, random, new SocketDnsTransport())
    {
    }

    internal DnsSrvSource(DnsSrvOptions options, TimeProvider time, IRandomSource random, IDnsTransport transport)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(random);
        var errors = new ConfigurationErrors();
        options.Validate("DnsSrv", errors);
        errors.ThrowIfAny();
        (this.options, this.time) = (options, time);
        resolver = new DnsResolver(transport, time, random, options.Timeout);
        servers = [.. options.Servers.Select(static text => IPEndPoint.Parse(text)).Select(static server => server.Port == 0 ? new IPEndPoint(server.Address, DefaultPort) : server)];
    }

    /// <inheritdoc />
    public string Name => SourceName;

    /// <inheritdoc />
    public async IAsyncEnumerable<IReadOnlyList<EndpointDefinition>> WatchAsync(string service, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var (endpoints, seconds) = await ResolveAsync(cancellationToken).ConfigureAwait(false);
            yield return endpoints;

            var wait = TimeSpan.FromSeconds(Math.Clamp(seconds, options.MinimumTimeToLive.TotalSeconds, options.MaximumTimeToLive.TotalSeconds));
            await InlineDelay.WaitAsync(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(IReadOnlyList<EndpointDefinition> Endpoints, uint Seconds)> ResolveAsync(CancellationToken cancellationToken)
    {
        var asked = servers.Length > 0 ? servers : DnsServers.OfMachine();
        var (records, seconds) = await resolver.AskAsync(asked, options.Name, DnsRecordType.Srv, cancellationToken).ConfigureAwait(false);
        if (records.Count == 0)
        {
            throw new DnsException($"'{options.Name}' has no service records.");
        }

        // One answer says the same in any order, and repeats itself at times.
        var services = records.Where(static record => record.Target.Length > 0 && record.Port > 0)
            .DistinctBy(static record => (record.Target, record.Port))
            .OrderBy(static record => record.Priority)
            .ThenBy(static record => record.Target, StringComparer.Ordinal)
            .ThenBy(static record => record.Port)
            .ToArray();
        var priorities = services.Select(static record => record.Priority).Distinct().ToArray();
        var endpoints = new List<EndpointDefinition>();
        foreach (var record in services)
        {
            var level = Math.Min(Array.IndexOf(priorities, record.Priority), EndpointDefinition.MaximumPriority);
            var weight = WeightOf(record, services);
            if (!options.ResolveTargets)
            {
                endpoints.Add(Define(record, record.Target, level, weight));
                continue;
            }

            var (addresses, holds) = await AddressesAsync(asked, record.Target, cancellationToken).ConfigureAwait(false);
            seconds = Math.Min(seconds, holds);
            endpoints.AddRange(addresses.Select(address => Define(record, address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString(), level, weight / addresses.Count)));
        }

        return ([.. endpoints.DistinctBy(static endpoint => endpoint.Id)], seconds);
    }

    private static double WeightOf(DnsRecord record, DnsRecord[] services)
    {
        var lightest = services.Where(other => other.Priority == record.Priority && other.Weight > 0).Min(static other => (double?)other.Weight);
        return lightest is not { } least ? 1 : record.Weight > 0 ? record.Weight : least / 100;
    }

    private EndpointDefinition Define(DnsRecord record, string host, int level, double weight)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{host}:{record.Port}");
        return new EndpointDefinition(id)
        {
            Address = Uri.TryCreate($"{options.Scheme}://{id}", UriKind.Absolute, out var address) ? address : throw new DnsException($"'{options.Name}' points to '{host}', which is no host's name."),
            Priority = level,
            Weight = weight,
            Metadata = new Dictionary<string, string> { ["host"] = record.Target },
        };
    }

    private async Task<(IReadOnlyList<IPAddress> Addresses, uint Seconds)> AddressesAsync(IReadOnlyList<IPEndPoint> asked, string host, CancellationToken cancellationToken)
    {
        var (four, holdsFour) = await resolver.AskAsync(asked, host, DnsRecordType.A, cancellationToken).ConfigureAwait(false);
        var (six, holdsSix) = await resolver.AskAsync(asked, host, DnsRecordType.Aaaa, cancellationToken).ConfigureAwait(false);
        IPAddress[] addresses = [.. four.Concat(six).Select(static record => record.Address!).Distinct().OrderBy(static address => address.ToString(), StringComparer.Ordinal)];
        return addresses.Length > 0 ? (addresses, Math.Min(holdsFour, holdsSix)) : throw new DnsException($"Host '{host}' has no addresses.");
    }
}
