using Sira.Kernel.Configuration;
using Sira.Kernel.Discovery.Dns;
using Sira.Kernel.Discovery.Sources;
using Sira.Kernel.Registry;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Discovery.Dns;

public sealed class DnsSrvSourceTests : IDisposable
{
    private const string Search = "_search._tcp.example.com";
    private static readonly DnsSrvOptions Options = new() { Name = Search, Servers = ["10.0.0.1", "10.0.0.2:5353"] };
    private readonly VirtualTimeProvider time = new();
    private readonly SeededRandomSource random = new(1);
    private readonly FakeDns dns;
    private readonly ServiceRegistry registry;
    private readonly EndpointDiscovery discovery;

    public DnsSrvSourceTests()
    {
        dns = new FakeDns(time);
        registry = new ServiceRegistry(time, random);
        discovery = new EndpointDiscovery(registry, time, random);
    }

    public void Dispose() => discovery.Dispose();

    private IEnumerable<string> Found => registry.GetSnapshot("search").Endpoints.Select(endpoint => FormattableString.Invariant($"{endpoint.Address} {endpoint.Priority} {endpoint.Weight}"));

    [Fact]
    public void Watch_Records_BecomeLevelsAndWeights()
    {
        dns.Srv(Search, 20, 5, 443, "c.example.com");
        dns.Srv(Search, 10, 300, 8443, "b.example.com");
        dns.Srv(Search, 10, 100, 8443, "a.example.com");
        dns.Srv(Search, 10, 0, 8443, "z.example.com");
        dns.Srv(Search, 10, 100, 8443, "a.example.com");

        Follow(Options with { Scheme = "https" });

        Assert.Equal(
            ["https://a.example.com:8443/ 0 100", "https://b.example.com:8443/ 0 300", "https://z.example.com:8443/ 0 1", "https://c.example.com/ 1 5"],
            Found);
    }

    [Fact]
    public void Watch_AllWeightsZero_AreEqual()
    {
        dns.Srv(Search, 0, 0, 80, "a.test");
        dns.Srv(Search, 0, 0, 80, "b.test");

        Follow(Options);

        Assert.Equal(["http://a.test/ 0 1", "http://b.test/ 0 1"], Found);
    }

    [Fact]
    public void Watch_TimeToLive_IsHonouredWithinBounds()
    {
        dns.Srv(Search, 0, 1, 80, "a.test", ttl: 30);
        Follow(Options);
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Single(dns.Asked);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, dns.Asked.Count);

        // At least 5 seconds and at most 5 minutes, whatever the servers say.
        dns.Zone.Clear();
        dns.Srv(Search, 0, 1, 80, "a.test", ttl: 0);
        time.Advance(TimeSpan.FromSeconds(31));
        dns.Asked.Clear();
        time.Advance(TimeSpan.FromSeconds(50));
        Assert.InRange(dns.Asked.Count, 9, 10);
        dns.Zone.Clear();
        dns.Srv(Search, 0, 1, 80, "a.test", ttl: uint.MaxValue >> 1);
        time.Advance(TimeSpan.FromSeconds(6));
        dns.Asked.Clear();
        time.Advance(TimeSpan.FromHours(1));
        Assert.InRange(dns.Asked.Count, 11, 13);
    }

    [Theory]
    [InlineData("no name")]
    [InlineData("no records")]
    [InlineData("silence")]
    [InlineData("server failure")]
    [InlineData("nonsense")]
    public void Watch_DnsFailsLater_TheLastAnswerStaysInForce(string how)
    {
        dns.Srv(Search, 0, 1, 80, "a.test");
        var followed = Follow(Options);

        switch (how)
        {
            case "no name":
                dns.Zone.Clear();
                break;
            case "no records":
                dns.Zone.Clear();
                dns.Add($"{Search} A", _ => { });
                break;
            default:
                dns.Tamper = (_, query, _) => how == "silence" ? null : how == "nonsense" ? [.. query.Message, 0xC0] : FakeDns.Respond(query, 2);
                break;
        }

        if (how == "nonsense")
        {
            var fine = dns.Tamper;
            dns.Tamper = (server, query, answer) =>
            {
                var broken = fine(server, query, answer)!;
                (broken[2], broken[6], broken[7]) = (0x81, 0, 9);
                return broken;
            };
        }

        time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(["http://a.test/ 0 1"], Found);
        Assert.Equal(SourceState.Failing, followed.Status.State);
        Assert.Contains(Search, followed.Status.LastError, StringComparison.Ordinal);
        dns.Tamper = static (_, _, answer) => answer;
        dns.Zone.Clear();
        dns.Srv(Search, 0, 1, 80, "b.test");
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(["http://b.test/ 0 1"], Found);
    }

    [Fact]
    public void Watch_TargetIsTheRoot_SaysThatThereAreNone()
    {
        dns.Srv(Search, 0, 1, 80, "a.test");
        var followed = Follow(Options);
        dns.Zone.Clear();
        dns.Srv(Search, 0, 0, 0, ".");

        time.Advance(TimeSpan.FromMinutes(2));

        Assert.Empty(Found);
        Assert.Equal(SourceState.Current, followed.Status.State);
    }

    [Fact]
    public void Watch_OrderChangesBetweenAnswers_NothingChanges()
    {
        dns.Srv(Search, 0, 1, 80, "a.test");
        dns.Srv(Search, 0, 1, 80, "b.test");
        Follow(Options);
        var before = registry.GetSnapshot("search");
        dns.Zone[$"{Search} Srv"].Reverse();

        time.Advance(TimeSpan.FromMinutes(10));

        Assert.True(dns.Asked.Count > 5);
        Assert.Same(before, registry.GetSnapshot("search"));
    }

    [Fact]
    public void Watch_FirstServerSilent_AsksTheNextAndLastOverTcp()
    {
        dns.Srv(Search, 0, 1, 80, "a.test");
        dns.Tamper = (server, _, answer) => server == "tcp 10.0.0.2" ? answer : null;

        Follow(Options);
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(["udp 10.0.0.1", "udp 10.0.0.2", "tcp 10.0.0.1", "tcp 10.0.0.2"], dns.Asked.Select(asked => asked[..12]));
        Assert.Single(Found);
    }

    [Fact]
    public void Watch_AnswerTruncated_IsAskedForOverTcp()
    {
        dns.Srv(Search, 0, 1, 80, "a.test");
        dns.Tamper = (server, query, answer) =>
        {
            answer[2] |= (byte)(server.StartsWith("udp", StringComparison.Ordinal) ? 2 : 0);
            return answer;
        };

        Follow(Options);

        Assert.Equal(["udp 10.0.0.1", "tcp 10.0.0.1"], dns.Asked.Select(asked => asked[..12]));
        Assert.Single(Found);
    }

    [Fact]
    public void Watch_AliasAndAddresses_AreFollowed()
    {
        dns.Alias(Search, "_s.test", "Srv", ttl: 20);
        dns.Zone[$"{Search} Srv"].Add(message => FakeDns.Record(message, "_s.test", 33, 60, data =>
        {
            data.AddRange([0, 0, 0, 6, 0x1F, 0x90]);
            FakeDns.Name(data, "host.test");
        }));
        dns.Address("host.test", "10.1.0.2");
        dns.Address("host.test", "10.1.0.1");
        dns.Address("host.test", "fd00::1");

        Follow(Options with { ResolveTargets = true });

        Assert.Equal(["http://10.1.0.1:8080/ 0 2", "http://10.1.0.2:8080/ 0 2", "http://[fd00::1]:8080/ 0 2"], Found);
        Assert.All(registry.GetSnapshot("search").Endpoints, endpoint => Assert.Equal("host.test", endpoint.Metadata["host"]));
    }

    [Fact]
    public void Watch_AliasInACircle_IsNoAnswer()
    {
        dns.Alias(Search, "x.test", "Srv");
        dns.Zone[$"{Search} Srv"].Add(message => FakeDns.Record(message, "x.test", 5, 60, data => FakeDns.Name(data, Search)));

        Assert.Equal(SourceState.Failing, Follow(Options).Status.State);
    }

    [Fact]
    public void Constructor_BadOptions_NamesAllOfThem()
    {
        var error = Assert.Throws<SiraConfigurationException>(() => new DnsSrvSource(
            new DnsSrvOptions { Name = "two words", Scheme = "?", Servers = ["dns.example.com"], MinimumTimeToLive = TimeSpan.Zero, MaximumTimeToLive = TimeSpan.MaxValue, Timeout = TimeSpan.Zero }, time, random));

        Assert.Equal(6, error.Errors.Count);
    }

    private FollowedSource Follow(DnsSrvOptions options)
    {
        var followed = discovery.Follow("search", new DnsSrvSource(options, time, random, dns));
        time.Advance(TimeSpan.FromMilliseconds(1));
        return followed;
    }
}
