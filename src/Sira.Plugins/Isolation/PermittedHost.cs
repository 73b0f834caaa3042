using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sira.Plugins.Isolation;

/// <summary>A host, or all hosts below a name, with or without a port, as the permission <c>network</c> names them.</summary>
internal sealed class PermittedHost
{
    public const string Grammar = "Write a host as 'api.example.com', every host below a name as '*.example.com', an address as '10.1.2.3' or '[::1]', each with a port after a colon unless it is the scheme's own; or 'network' alone for every host.";

    private static readonly SearchValues<char> NotOfHosts = SearchValues.Create(@"/?#@\*% ");

    private readonly string host;
    private readonly int? port;
    private readonly bool isBelow;

    private PermittedHost(string host, int? port, bool isBelow) => (this.host, this.port, this.isBelow) = (host, port, isBelow);

    /// <summary>Reads what stands after the colon.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PermittedHost? permitted)
    {
        permitted = null;
        var isBelow = text.StartsWith("*.", StringComparison.Ordinal);
        var name = isBelow ? text[2..] : text;
        int? port = null;
        if (name.LastIndexOf(':') is var colon && colon > name.LastIndexOf(']'))
        {
            if (!ushort.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            {
                return false;
            }

            (name, port) = (name[..colon], number);
        }

        // As HttpClient reads addresses, so that every spelling of a host is one: capitals, umlauts, zeros of IPv6.
        if (name.AsSpan().ContainsAny(NotOfHosts) || !Uri.TryCreate($"https://{name}/", UriKind.Absolute, out var address) || !address.IsDefaultPort
            || (isBelow && address.HostNameType != UriHostNameType.Dns) || address.IdnHost.Length == 0)
        {
            return false;
        }

        permitted = new PermittedHost(isBelow ? $".{address.IdnHost}" : address.IdnHost, port, isBelow);
        return true;
    }

    /// <summary>Returns whether an address is one of it.</summary>
    public bool Includes(Uri address) =>
        (port is { } number ? address.Port == number : address.IsDefaultPort)
        && (isBelow ? address.IdnHost.EndsWith(host, StringComparison.OrdinalIgnoreCase) : string.Equals(address.IdnHost, host, StringComparison.OrdinalIgnoreCase));
}
