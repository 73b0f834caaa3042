using System.Net;
using Sira.Kernel.Discovery.Dns;
using Sira.Kernel.Time;

namespace Sira.Kernel.Tests.Discovery.Dns;

/// <summary>Messages from whoever sends them.</summary>
public class DnsMessageTests
{
    private readonly SeededRandomSource random = new(9);

    [Fact]
    public void IsAnsweredBy_ExactEcho_IsAndForgeriesAreNot()
    {
        var query = new DnsQuery("_Search._tcp.Example.com.", DnsRecordType.Srv, random);
        var answer = FakeDns.Respond(query, 0);
        Assert.Equal("_search._tcp.example.com", query.Name);
        Assert.True(query.IsAnsweredBy(answer, exactCase: true));

        // Another number, no response, another count of questions, another letter, another type; cut short.
        foreach (var (index, change) in new[] { (0, 1), (1, 1), (2, 0x80), (2, 0x08), (5, 3), (15, 1), (answer.Length - 3, 1), (answer.Length - 1, 2) })
        {
            var forged = answer.ToArray();
            forged[index] ^= (byte)change;
            Assert.False(query.IsAnsweredBy(forged, exactCase: false), $"{index} {change}");
        }

        for (var length = 0; length < answer.Length; length++)
        {
            Assert.False(query.IsAnsweredBy(answer.AsSpan(0, length), exactCase: false));
        }

        var lower = answer.ToArray();
        for (var i = 12; i < answer.Length - 4; i++)
        {
            lower[i] = (byte)char.ToLowerInvariant((char)lower[i]);
        }

        Assert.False(query.IsAnsweredBy(lower, exactCase: true));
        Assert.True(query.IsAnsweredBy(lower, exactCase: false));
    }

    [Fact]
    public void Query_Repeated_HasAnotherNumberAndAnotherCase()
    {
        var messages = Enumerable.Range(0, 200).Select(_ => new DnsQuery("search.example.com", DnsRecordType.A, random).Message).ToArray();

        Assert.True(messages.Select(message => (message[0] << 8) | message[1]).Distinct().Count() > 190);
        Assert.True(messages.Select(message => Convert.ToHexString(message, 12, 20)).Distinct().Count() > 190);
    }

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "points at itself", [0xC0, 0xFF] },
        { "points forwards", [0xC1, 0x20] },
        { "ends within a pointer", [0xC0] },
        { "ends within a label", [5, (byte)'a'] },
        { "has a label of an unknown kind", [0x80, 1] },
        { "holds a dot", [3, (byte)'a', (byte)'.', (byte)'b', 0] },
        { "holds a line end", [3, (byte)'a', (byte)'\n', (byte)'b', 0] },
        { "has no end", [1, (byte)'a'] },
        { "record cut short", [0, 0, 1, 0, 1, 0, 0, 0] },
        { "record longer than the message", [0, 0, 1, 0, 1, 0, 0, 0, 0, 0xFF, 0xFF, 1, 2, 3, 4] },
        { "address too short", [0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 3, 1, 2, 3] },
        { "service too short", [0, 0, 33, 0, 1, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0] },
        { "name shorter than its record", [0, 0, 5, 0, 1, 0, 0, 0, 0, 0, 3, 0, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Read_BrokenRecord_IsAFormatError(string what, byte[] record)
    {
        var query = new DnsQuery("a.test", DnsRecordType.A, random);

        var error = Assert.Throws<FormatException>(() => DnsResponse.Read(FakeDns.Respond(query, 0, message => message.AddRange(record.Length > 1 && record[1] == 0xFF ? [0xC0, (byte)message.Count] : record)), query));

        Assert.NotNull(what);
        Assert.NotEmpty(error.Message);
    }

    [Fact]
    public void Read_CompressedName_IsRead()
    {
        var query = new DnsQuery("a.test", DnsRecordType.A, random);

        var response = DnsResponse.Read(FakeDns.Respond(query, 0, message => message.AddRange([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 7, 0, 4, 10, 0, 0, 1])), query);

        Assert.Equal(new DnsRecord("a.test", DnsRecordType.A, 7, Address: IPAddress.Parse("10.0.0.1")), Assert.Single(response.Answers));
    }

    [Fact]
    public void Read_OtherTypesAndClasses_ArePassedOver()
    {
        var query = new DnsQuery("a.test", DnsRecordType.A, random);

        Assert.Empty(DnsResponse.Read(FakeDns.Respond(query, 0, message => message.AddRange([0, 0, 16, 0, 1, 0, 0, 0, 7, 0, 2, 1, 65]), message => message.AddRange([0, 0, 1, 0, 3, 0, 0, 0, 7, 0, 4, 1, 2, 3, 4])), query).Answers);
    }

    /// <summary>Random bytes, and random damage to a good answer: read, or refused as malformed, always quickly.</summary>
    [Fact]
    public void Read_AnyBytes_IsReadOrRefused()
    {
        var query = new DnsQuery("_search._tcp.example.com", DnsRecordType.Srv, random);
        var good = FakeDns.Respond(query, 0, Enumerable.Repeat<Action<List<byte>>>(message => FakeDns.Record(message, query.Name, 33, 60, data =>
        {
            data.AddRange([0, 0, 0, 1, 0, 80]);
            data.AddRange([0xC0, 12]);
        }), 20));
        Assert.Equal(20, DnsResponse.Read(good, query).Answers.Count);
        var refused = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var message = good.ToArray();
            for (var damage = random.Next(6); damage >= 0; damage--)
            {
                message[query.Message.Length + random.Next(message.Length - query.Message.Length)] = (byte)random.Next(256);
            }

            try
            {
                DnsResponse.Read(message.AsSpan(0, random.Next(3) == 0 ? query.Message.Length + random.Next(message.Length - query.Message.Length) : message.Length), query);
            }
            catch (FormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 5_000, 19_999);
    }

    [Theory]
    [InlineData("example.com", true)]
    [InlineData("_a._tcp.example.com.", true)]
    [InlineData("", false)]
    [InlineData("a..b", false)]
    [InlineData("two words", false)]
    [InlineData("späti.example", false)]
    public void IsValid_Name_IsWhatCanBeAskedFor(string name, bool valid) => Assert.Equal(valid, DnsName.IsValid(name));

    [Fact]
    public void IsValid_TooLong_IsNot()
    {
        Assert.True(DnsName.IsValid(new string('a', 63)));
        Assert.False(DnsName.IsValid(new string('a', 64)));
        Assert.False(DnsName.IsValid(string.Join('.', Enumerable.Repeat(new string('a', 60), 5))));
    }

    [Fact]
    public void Parse_ResolvConf_TakesTheFirstThreeServers() => Assert.Equal(
        ["10.0.0.1:53", "[fd00::1]:53", "10.0.0.2:53"],
        DnsServers.Parse(["# comment", "search example.com", "nameserver 10.0.0.1", "nameserver nonsense", "nameserver", "\tnameserver\tfd00::1 ", "nameserver 10.0.0.2", "nameserver 10.0.0.3"]).Select(server => server.ToString()));
}
