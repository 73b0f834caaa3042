using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Kernel.Configuration;
using Sira.Kernel.Configuration.Versions;
using Sira.Kernel.Registry;
using Sira.Kernel.Resources;
using Sira.Testing;

namespace Sira.Tests.Operations;

/// <summary>Reloads, changes, rollbacks and refused files while real threads make calls. Each version says in four places which it is, and every answer must have seen the same in all of them. <c>eng/soak-reload.sh</c> makes ten thousand of them.</summary>
public class ReloadSoakTests
{
    // Enough for a few seconds of the suite.
    private static readonly int Reloads = int.TryParse(Environment.GetEnvironmentVariable("SIRA_SOAK_RELOADS"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 400;
    private static readonly string[] Strategies = ["ordered", "lowest-cost", "lowest-latency", "weighted"];

    [Fact]
    public async Task ChangesUnderLoad_FailNoRequest_AndMixNoVersions()
    {
        var file = new FileInMemory();
        file.Write(Content(0));
        var host = new ConfigurationBuilder().Add(file).Build();
        var collection = new ServiceCollection();
        collection.AddSingleton<IConfiguration>(host);
        collection.AddSira(sira => sira.AddBackend("a", static _ => Client()).AddBackend("b", static _ => Client()));
        await using var services = collection.BuildServiceProvider();
        var chat = services.GetRequiredService<IChatClient>();
        var configuration = services.GetRequiredService<ISiraConfiguration>();
        var kinds = new ConcurrentDictionary<long, int> { [1] = 0 };
        var seen = new ConcurrentDictionary<(long Version, int Kind), long>();
        var (stop, written) = (false, 0);
        var workers = Enumerable.Range(0, 3).Select(worker => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; !Volatile.Read(ref stop); i++)
                {
                    var response = (i + worker) % 2 == 0
                        ? chat.GetResponseAsync("Hello").GetAwaiter().GetResult()
                        : chat.GetStreamingResponseAsync("Hello").ToChatResponseAsync().GetAwaiter().GetResult();
                    var decision = response.GetRouteDecision()!;
                    seen.AddOrUpdate((decision.SnapshotVersion, KindOf(decision)), 1, static (_, count) => count + 1);
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();

        for (var i = 1; i <= Reloads; i++)
        {
            switch (i % 8)
            {
                case 3:
                    file.Write(new(Content(i)) { ["Sira:Straegy"] = "x" });
                    Assert.Equal(ConfigurationVersionState.Rejected, configuration.Versions[^1].State);
                    file.Write(Content(i));
                    written = i % 4;
                    kinds[configuration.Current!.Number] = i % 4;
                    break;
                case 5:
                    await configuration.ApplyAsync(Settings(i).ToDictionary(), "ann", "a soak");
                    kinds[configuration.Current!.Number] = i % 4;
                    await configuration.ResetAsync("ann", "a soak");
                    kinds[configuration.Current!.Number] = written;
                    break;
                case 7:
                    var back = configuration.Versions.First(version => version.CanRollBack && kinds[version.Number] == i % 4);
                    await configuration.RollBackAsync(back.Number, "ann", "a soak");
                    kinds[configuration.Current!.Number] = i % 4;
                    break;
                default:
                    file.Write(Content(i));
                    written = i % 4;
                    kinds[configuration.Current!.Number] = i % 4;
                    break;
            }
        }

        Volatile.Write(ref stop, true);
        await Task.WhenAll(workers);

        Assert.All(seen.Keys, pair => Assert.Equal(kinds[pair.Version], pair.Kind));
        Assert.InRange(seen.Keys.Select(pair => pair.Version).Distinct().Count(), 2, int.MaxValue);
        Assert.Equal(200, configuration.Versions.Count);
        Assert.All(services.GetRequiredService<IServiceRegistry>().GetSnapshot("models").Endpoints, endpoint => Assert.Equal(0, endpoint.Load.InFlight));
        Assert.Equal(seen.Values.Sum(), services.GetRequiredService<ResourcePoolRegistry>().Pools.Single(pool => pool.Name.Contains("'default'", StringComparison.Ordinal)).Used);
    }

    // The models, the strategy, how many there are, and the arm of a split of one arm.
    private static IEnumerable<KeyValuePair<string, string?>> Settings(int version)
    {
        var kind = version % 4;
        yield return new("Routes:default:Targets", string.Join(", ", Enumerable.Range(0, kind + 1).Select(i => $"{(i % 2 == 0 ? "a" : "b")}/m{kind}-{i}")));
        yield return new("Routes:default:Strategy", Strategies[kind]);
        yield return new("Routes:default:Split:Arms:0:Name", $"kind {kind}");
        yield return new("Routes:default:Split:Arms:0:Percent", "100");
        yield return new("Routes:default:Budget:Requests", "1000000000");
        yield return new("Routes:default:Budget:Per", "30d");
    }

    private static int KindOf(RouteDecision decision)
    {
        var kind = Array.IndexOf(Strategies, decision.Strategy);
        Assert.Equal(kind + 1, decision.Candidates.Count);
        Assert.All(decision.Candidates, candidate => Assert.Contains($"/m{kind}-", candidate.Target, StringComparison.Ordinal));
        Assert.Equal($"kind {kind}", decision.Variant);
        return kind;
    }

    private static Dictionary<string, string?> Content(int version) =>
        Settings(version).ToDictionary(static setting => "Sira:" + setting.Key, static setting => setting.Value, StringComparer.OrdinalIgnoreCase);

    private static DelegateChatClient Client() => new(
        static (_, _) => Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "Hello.")) { FinishReason = ChatFinishReason.Stop }),
        static (_, _) => new[] { new ChatResponseUpdate(ChatRole.Assistant, "Hello.") { FinishReason = ChatFinishReason.Stop } }.ToAsyncEnumerable());

    private sealed class FileInMemory : ConfigurationProvider, IConfigurationSource
    {
        public void Write(Dictionary<string, string?> content)
        {
            Data = content;
            OnReload();
        }

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;
    }
}
