using System.Globalization;
using System.Net;
using Sira.Kernel.Configuration;

namespace Sira.Kernel.Discovery.Dns;

/// <summary>Which service records are asked for, and what becomes of them.</summary>
public sealed record DnsSrvOptions
{
    /// <summary>Gets the name that is asked for, such as <c>_search._tcp.example.com</c>. Complete: no search list is tried.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Gets the scheme of the endpoints' addresses.</summary>
    /// <value>Default <c>http</c>.</value>
    public string Scheme { get; init; } = Uri.UriSchemeHttp;

    /// <summary>Gets the servers to ask, as <c>address</c> or <c>address:port</c>.</summary>
    /// <value>Default: those of the machine.</value>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>Gets whether the hosts are resolved too, and each of their addresses is an endpoint of its own. Otherwise the endpoints' addresses have the hosts' names, which certificates are issued for.</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool ResolveTargets { get; init; }

    /// <summary>Gets how long an answer holds at least, whatever its time to live says.</summary>
    /// <value>Default 5 seconds.</value>
    public TimeSpan MinimumTimeToLive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how long an answer holds at most.</summary>
    /// <value>Default 5 minutes.</value>
    public TimeSpan MaximumTimeToLive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets how long one server is waited for.</summary>
    /// <value>Default 2 seconds.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Reads the options from a section, each key of which has the name of its property, and reports its unknown keys.</summary>
    /// <param name="reader">The section.</param>
    /// <param name="defaults">What holds for keys that are not there.</param>
    /// <returns>The options.</returns>
    public static DnsSrvOptions Read(ConfigurationReader reader, DnsSrvOptions defaults)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(defaults);
        var read = defaults with
        {
            Name = reader.TryString(nameof(Name), out var name) ? name.Trim() : defaults.Name,
            Scheme = reader.TryString(nameof(Scheme), out var scheme) ? scheme.Trim() : defaults.Scheme,
            Servers = reader.TryStrings(nameof(Servers), out var servers) ? servers : defaults.Servers,
            ResolveTargets = reader.TryBoolean(nameof(ResolveTargets), out var resolve) ? resolve : defaults.ResolveTargets,
            MinimumTimeToLive = reader.TryDuration(nameof(MinimumTimeToLive), out var minimum) ? minimum : defaults.MinimumTimeToLive,
            MaximumTimeToLive = reader.TryDuration(nameof(MaximumTimeToLive), out var maximum) ? maximum : defaults.MaximumTimeToLive,
            Timeout = reader.TryDuration(nameof(Timeout), out var timeout) ? timeout : defaults.Timeout,
        };
        reader.ReportUnknownKeys();
        return read;
    }

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(DnsName.IsValid(Name), nameof(Name), $"'{Name}'", "Use a complete name of service records, such as _search._tcp.example.com.");
        Check(Uri.CheckSchemeName(Scheme), nameof(Scheme), $"'{Scheme}'", "Use a scheme such as http, https or tcp.");
        Check(Servers.All(static server => IPEndPoint.TryParse(server, out _)), nameof(Servers), $"'{string.Join(", ", Servers)}'", "Use IP addresses, such as 10.0.0.2, 10.0.0.2:53 or [fd00::2]:53.");
        Check(MinimumTimeToLive >= TimeSpan.FromSeconds(1) && MinimumTimeToLive <= MaximumTimeToLive, nameof(MinimumTimeToLive), MinimumTimeToLive, "Use 1s to the maximum, such as 5s.");
        Check(MaximumTimeToLive >= TimeSpan.FromSeconds(1) && MaximumTimeToLive <= TimeSpan.FromDays(1), nameof(MaximumTimeToLive), MaximumTimeToLive, "Use 1s to 1d, such as 5m.");
        Check(Timeout >= TimeSpan.FromMilliseconds(10) && Timeout <= TimeSpan.FromMinutes(1), nameof(Timeout), Timeout, "Use 10ms to 1m, such as 2s.");

        void Check(bool valid, string name, object value, string fix)
        {
            if (!valid)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} cannot be used."), fix);
            }
        }
    }
}
