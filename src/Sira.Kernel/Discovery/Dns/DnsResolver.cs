using System.Net;
using System.Net.Sockets;
using Sira.Kernel.Time;

namespace Sira.Kernel.Discovery.Dns;

/// <summary>Asks name servers, over UDP and where an answer does not fit, or none comes, over TCP.</summary>
internal sealed class DnsResolver(IDnsTransport transport, TimeProvider time, IRandomSource random, TimeSpan timeout)
{
    // RFC 1034 wants chains to be followed and loops to be noticed; nobody makes longer ones.
    private const int LongestChain = 8;
    private const int NoSuchName = 3;

    /// <summary>Asks for records.</summary>
    /// <returns>Those of the type, at the end of the chain of aliases, and the seconds for which all that led there holds. None if the name exists without such records.</returns>
    /// <exception cref="DnsException">There is no such name, or no server gave a usable answer.</exception>
    public async Task<(IReadOnlyList<DnsRecord> Records, uint TimeToLive)> AskAsync(IReadOnlyList<IPEndPoint> servers, string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        if (servers.Count == 0)
        {
            throw new DnsException("There is no name server to ask; name one in the configuration.");
        }

        var failures = new List<string>();
        foreach (var overTcp in new[] { false, true })
        {
            foreach (var server in servers)
            {
                var query = new DnsQuery(name, type, random);
                var (response, failure) = await TryAsync(server, query, overTcp, cancellationToken).ConfigureAwait(false);
                if (response is not null)
                {
                    return response.Code == NoSuchName ? throw new DnsException($"Server {server} says that there is no name '{name}'.") : Select(response, query);
                }

                failures.Add($"{server} over {(overTcp ? "TCP" : "UDP")}: {failure}");
            }
        }

        throw new DnsException($"No server gave a usable answer for '{name}'. {string.Join("; ", failures)}.");
    }

    private static (IReadOnlyList<DnsRecord> Records, uint TimeToLive) Select(DnsResponse response, DnsQuery query)
    {
        var name = query.Name;
        var timeToLive = uint.MaxValue;
        for (var i = 0; i < LongestChain; i++)
        {
            var found = response.Answers.Where(record => record.Type == query.Type && record.Owner == name).ToArray();
            if (found.Length > 0)
            {
                return (found, Math.Min(timeToLive, found.Min(static record => record.TimeToLive)));
            }

            if (response.Answers.FirstOrDefault(record => record.Type == DnsRecordType.Cname && record.Owner == name) is not { } alias)
            {
                break;
            }

            (name, timeToLive) = (alias.Target, Math.Min(timeToLive, alias.TimeToLive));
        }

        return ([], timeToLive);
    }

    private async Task<(DnsResponse? Response, string? Failure)> TryAsync(IPEndPoint server, DnsQuery query, bool overTcp, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), patience, timeout, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        {
            try
            {
                var message = overTcp ? await transport.AskTcpAsync(server, query, patience.Token).ConfigureAwait(false) : await transport.AskUdpAsync(server, query, patience.Token).ConfigureAwait(false);
                var response = DnsResponse.Read(message, query);
                if (response.IsTruncated && !overTcp)
                {
                    response = DnsResponse.Read(await transport.AskTcpAsync(server, query, patience.Token).ConfigureAwait(false), query);
                }

                return response.IsTruncated ? (null, "the answer is truncated")
                    : response.Code is 0 or NoSuchName ? (response, null)
                    : (null, $"response code {response.Code}");
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return (null, "no answer in time");
            }
            catch (Exception exception) when (exception is SocketException or IOException or FormatException)
            {
                return (null, exception.Message.TrimEnd('.'));
            }
        }
    }
}
