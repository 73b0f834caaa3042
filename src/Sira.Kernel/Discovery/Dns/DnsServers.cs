using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Sira.Kernel.Discovery.Dns;

/// <summary>Which servers this machine asks.</summary>
internal static class DnsServers
{
    private const string ResolvConf = "/etc/resolv.conf";
    private const int Port = 53;

    // As many as the C library's resolver takes.
    private const int MostServers = 3;

    /// <summary>Gets the machine's servers, as they are now.</summary>
    public static IReadOnlyList<IPEndPoint> OfMachine()
    {
        try
        {
            return File.Exists(ResolvConf)
                ? Parse(File.ReadLines(ResolvConf))
                : [.. NetworkInterface.GetAllNetworkInterfaces()
                    .Where(static network => network.OperationalStatus == OperationalStatus.Up)
                    .SelectMany(static network => network.GetIPProperties().DnsAddresses)
                    .Where(static address => !address.IsIPv6SiteLocal)
                    .Distinct()
                    .Take(MostServers)
                    .Select(static address => new IPEndPoint(address, Port))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SocketException or NetworkInformationException)
        {
            throw new DnsException("The machine's name servers cannot be read; name the servers to ask in the configuration.", exception);
        }
    }

    /// <summary>Reads the lines of a resolv.conf; what is not a server is passed over.</summary>
    public static IReadOnlyList<IPEndPoint> Parse(IEnumerable<string> lines) =>
    [
        .. lines
            .Select(static line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(static words => words.Length >= 2 && words[0] == "nameserver")
            .Select(static words => IPAddress.TryParse(words[1], out var address) ? address : null)
            .OfType<IPAddress>()
            .Take(MostServers)
            .Select(static address => new IPEndPoint(address, Port)),
    ];
}
