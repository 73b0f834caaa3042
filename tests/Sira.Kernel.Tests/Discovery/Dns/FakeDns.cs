using System.Buffers.Binary;
using System.Net;
using System.Text;
using Sira.Kernel.Discovery.Dns;
using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Discovery.Dns;

/// <summary>Name servers in memory. A zone maps "name type" to records; what the test sets otherwise happens instead.</summary>
internal sealed class FakeDns(TimeProvider time) : IDnsTransport
{
    public Dictionary<string, List<Action<List<byte>>>> Zone { get; } = [];

    public List<string> Asked { get; } = [];

    /// <summary>Changes what a server answers; <see langword="null"/> is silence.</summary>
    public Func<string, DnsQuery, byte[], byte[]?> Tamper { get; set; } = static (_, _, answer) => answer;

    public Task<byte[]> AskUdpAsync(IPEndPoint server, DnsQuery query, CancellationToken cancellationToken) => AskAsync("udp", server, query, cancellationToken);

    public Task<byte[]> AskTcpAsync(IPEndPoint server, DnsQuery query, CancellationToken cancellationToken) => AskAsync("tcp", server, query, cancellationToken);

    public void Srv(string name, int priority, int weight, int port, string target, uint ttl = 60) => Add($"{name} Srv", message => Record(message, name, 33, ttl, data =>
    {
        data.AddRange([(byte)(priority >> 8), (byte)priority, (byte)(weight >> 8), (byte)weight, (byte)(port >> 8), (byte)port]);
        Name(data, target);
    }));

    public void Address(string name, string address, uint ttl = 60)
    {
        var ip = IPAddress.Parse(address);
        var six = ip.GetAddressBytes().Length == 16;
        Add($"{name} {(six ? "Aaaa" : "A")}", message => Record(message, name, six ? 28 : 1, ttl, data => data.AddRange(ip.GetAddressBytes())));
    }

    public void Alias(string name, string target, string type, uint ttl = 60) => Add($"{name} {type}", message => Record(message, name, 5, ttl, data => Name(data, target)));

    public void Add(string question, Action<List<byte>> record)
    {
        Zone.TryAdd(question, []);
        Zone[question].Add(record);
    }

    public static void Name(List<byte> message, string name)
    {
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }

        message.Add(0);
    }

    /// <summary>Makes a response with a code and records.</summary>
    public static byte[] Respond(DnsQuery query, int code, params IEnumerable<Action<List<byte>>> records)
    {
        var message = query.Message.ToList();
        message[2] = 0x81;
        message[3] = (byte)(0x80 | code);
        var count = 0;
        foreach (var record in records)
        {
            record(message);
            count++;
        }

        (message[6], message[7]) = ((byte)(count >> 8), (byte)count);
        return [.. message];
    }

    public static void Record(List<byte> message, string owner, int type, uint ttl, Action<List<byte>> write)
    {
        Name(message, owner);
        var data = new List<byte>();
        write(data);
        Span<byte> fixedPart = stackalloc byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart, (ushort)type);
        fixedPart[3] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(fixedPart[4..], ttl);
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart[8..], (ushort)data.Count);
        message.AddRange(fixedPart);
        message.AddRange(data);
    }

    private async Task<byte[]> AskAsync(string transport, IPEndPoint server, DnsQuery query, CancellationToken cancellationToken)
    {
        Asked.Add($"{transport} {server.Address} {query.Name} {query.Type}");
        var known = Zone.TryGetValue($"{query.Name} {query.Type}", out var records);
        var exists = known || Zone.Keys.Any(question => question.StartsWith(query.Name + ' ', StringComparison.Ordinal));
        if (Tamper($"{transport} {server.Address}", query, Respond(query, exists ? 0 : 3, records ?? [])) is { } answer)
        {
            return answer;
        }

        await InlineDelay.WaitAsync(Timeout.InfiniteTimeSpan, time, cancellationToken);
        throw new InvalidOperationException("never reached");
    }
}
