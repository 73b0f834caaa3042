using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Sira.Decisions;
using Sira.Gateway.Budgets;
using Sira.Gateway.Configuration;
using Sira.Gateway.Configuration.Traffic;
using Sira.Gateway.Tests.Support;
using Sira.Kernel.Configuration;
using Sira.Kernel.Time;
using Sira.Requests;
using Sira.Simulation.Time;

namespace Sira.Gateway.Tests.Capacity;

/// <summary>Which target a waiting call gets, and which of the waiting calls gets it.</summary>
public class QueueSharingTests
{
    private static PacedGateway Queued(Action<QueueOptions>? queue = null, bool alsoB = false, int concurrency = 1, IConfigurationRoot? configuration = null) => new(
        builder => builder.Configure(options =>
        {
            options.Targets = alsoB ? ["a/m", "b/n"] : ["a/m"];
            options.Queue.MaxLength = 200;
            options.Queue.MaxWait = TimeSpan.FromMinutes(5);
            queue?.Invoke(options.Queue);
        }),
        options =>
        {
            options.Limits.Add(new TargetLimitOptions { Target = "a", Concurrency = concurrency });
            options.Limits.Add(new TargetLimitOptions { Target = "b", Concurrency = concurrency });
        },
        configuration);

    private static SiraChatOptions Of(PacedGateway paced, string? tenant, int priority = 0, string? team = null, string? project = null) => new()
    {
        Request = new RequestContext(paced.Gateway.Clock.GetTimestamp())
        {
            Tenant = tenant,
            Team = team,
            Priority = priority,
            Tags = project is null ? null : new Dictionary<string, string> { ["project"] = project },
        },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WaitingCall_GetsTheTargetThatFreesFirst(bool streaming)
    {
        await using var paced = Queued(alsoB: true);
        paced.A.Milliseconds = static _ => 10_000;
        paced.B.Milliseconds = static _ => 500;
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            var before = paced.Gateway.Clock.GetUtcNow();
            var slow = paced.BeginAsync(streaming);
            var quick = paced.BeginAsync(streaming);

            var third = await paced.BeginAsync(streaming);

            Assert.Equal("b/n", third.GetRouteDecision()!.Target);
            Assert.InRange(paced.Gateway.Clock.GetUtcNow() - before, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.1));
            Assert.Equal("a/m", (await slow).GetRouteDecision()!.Target);
            Assert.Equal("b/n", (await quick).GetRouteDecision()!.Target);
        });
        paced.AssertIdle();
        Assert.All((string[])["concurrency limit of a", "concurrency limit of b"], name => Assert.Equal(0, paced.Gateway.Pool(name).Used));
    }

    [Fact]
    public async Task WaitingCall_GetsTheOneThatMayBeAskedNow_WhenSeveralFreeAtOnce()
    {
        await using var paced = Queued(alsoB: true);
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => paced.BeginAsync()));

            Assert.Equal(["a/m", "b/n", "a/m", "b/n", "a/m", "b/n"], answers.Select(static answer => answer.GetRouteDecision()!.Target));
        });
        Assert.Equal((1, 1), (paced.A.MostOpen, paced.B.MostOpen));
        paced.AssertIdle();
    }

    [Fact]
    public async Task FairShare_TenantThatSendsMuch_DoesNotKeepTheOthersWaiting()
    {
        Assert.Equal("aaaaaaaaaaaabb", await OrderAsync(static _ => { }));

        // The one in work, and then turn and turn about.
        var shared = await OrderAsync(static queue => queue.FairShare.By = BudgetScope.Tenant);
        Assert.InRange(shared.LastIndexOf('b'), 2, 4);
        Assert.Equal(12, shared.Count(static tenant => tenant == 'a'));
    }

    [Fact]
    public async Task FairShare_Weight_EntitlesToMore()
    {
        var order = await OrderAsync(
            static queue =>
            {
                queue.FairShare.By = BudgetScope.Tenant;
                queue.FairShare.Weights["b"] = 3;
            },
            a: 12,
            b: 9);

        Assert.InRange(order[..13].Count(static tenant => tenant == 'b'), 8, 9);
    }

    [Fact]
    public async Task FairShare_CountsTokens_NotCalls()
    {
        await using var paced = Queued(static queue => queue.FairShare.By = BudgetScope.Team);
        await LearnAsync(paced);
        paced.A.Usage = null;
        var order = string.Empty;
        var longText = string.Join(' ', Enumerable.Repeat("word", 4000));
        await paced.Gateway.Clock.RunAsync(() => Task.WhenAll(
        [
            paced.BeginAsync(),
            .. Enumerable.Range(0, 6).Select(_ => AskAsync("large", longText)),
            .. Enumerable.Range(0, 12).Select(_ => AskAsync("small", "Hello")),
        ]));

        // One large call is worth many small ones, so nearly all of them come before the second.
        Assert.InRange(order[..12].Count(static team => team == 's'), 10, 12);
        paced.AssertIdle();

        async Task AskAsync(string team, string text)
        {
            await paced.Gateway.Chat.GetResponseAsync(text, Of(paced, tenant: null, team: team));
            order += team[0];
        }
    }

    [Fact]
    public async Task FairShare_ByTag_AndWhoSaysNothing_CountsAsOne()
    {
        await using var paced = Queued(static queue => (queue.FairShare.By, queue.FairShare.Tag) = (BudgetScope.Tag, "project"));
        await LearnAsync(paced);
        var order = string.Empty;
        await paced.Gateway.Clock.RunAsync(() => Task.WhenAll(
        [
            paced.BeginAsync(),
            .. Enumerable.Range(0, 8).Select(_ => AskAsync(null)),
            .. Enumerable.Range(0, 2).Select(_ => AskAsync("x")),
        ]));

        Assert.Equal(2, order[..5].Count(static project => project == 'x'));

        async Task AskAsync(string? project)
        {
            await paced.BeginAsync(options: Of(paced, tenant: null, project: project));
            order += project ?? "-";
        }
    }

    [Fact]
    public async Task Ageing_LowPriority_IsNotKeptForEver()
    {
        Assert.Equal(30, await PlaceOfTheLowestAsync(ageing: null));
        Assert.InRange(await PlaceOfTheLowestAsync(TimeSpan.FromMilliseconds(500)), 5, 20);
    }

    [Fact]
    public async Task FairShare_ChangedWhileCallsWait_LosesNone()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Sira:Routes:default:Queue:MaxLength"] = "200" }).Build();
        await using var paced = Queued(configuration: configuration);
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            var calls = Enumerable.Range(0, 20).Select(number => paced.BeginAsync(options: Of(paced, number % 2 == 0 ? "a" : "b"))).ToList();
            foreach (var by in (string[])["Tenant", "Team", "All", "Tenant"])
            {
                await InlineDelay.WaitAsync(TimeSpan.FromMilliseconds(250), paced.Gateway.Clock, CancellationToken.None);
                configuration["Sira:Routes:default:Queue:FairShare:By"] = by;
                configuration.Reload();
                calls.AddRange(Enumerable.Range(0, 5).Select(_ => paced.BeginAsync(options: Of(paced, "c"))));
            }

            Assert.All(await Task.WhenAll(calls), static answer => Assert.Equal("hello", answer.Text));
        });
        Assert.Equal((40, 1), (paced.A.Calls, paced.A.MostOpen));
        paced.AssertIdle();
    }

    [Fact]
    public async Task Mistakes_AreToldAllAtOnce()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sira:Routes:default:Targets"] = "a/m",
            ["Sira:Routes:default:Queue:Ageing"] = "1ms",
            ["Sira:Routes:default:Queue:FairShare:By"] = "Tag",
            ["Sira:Routes:default:Queue:FairShare:Weights:acme:x"] = "-1",
            ["Sira:Routes:other:Targets"] = "a/m",
            ["Sira:Routes:other:Queue:FairShare:Tag"] = "project",
            ["Sira:Routes:other:Queue:FairShare:Weights:acme"] = "2",
        }).Build();
        await using var gateway = new TestGateway(null, configuration, new TestBackend("a"));

        var exception = Assert.Throws<SiraConfigurationException>(() => gateway.Sira);

        Assert.All(
            (string[])[
                "Sira:Routes:default:Queue:Ageing: the step 1ms is impossible. Set 10ms to 1 hour, such as 5s, or leave it out.",
                "Sira:Routes:default:Queue:FairShare: the room is shared by tag, but it is not said by which. Set By to Tag and Tag to its name, or neither.",
                "Sira:Routes:default:Queue:FairShare:Weights:acme:x: the weight '-1' is not a number above 0 and at most 1000000. Write a number such as 2 or 0.5.",
                "Sira:Routes:other:Queue:FairShare: the tag 'project' is named, but the room is not shared by tag. Set By to Tag and Tag to its name, or neither.",
                "Sira:Routes:other:Queue:FairShare:Weights: there are weights, but nobody is told apart. Set By to those whose weights they are, such as Tenant.",
            ],
            line => Assert.Contains(line, exception.Message, StringComparison.Ordinal));
    }

    // Until it has seen some answers a route takes them to be long, and what it books for a call in flight is far from what that will use.
    private static async Task LearnAsync(PacedGateway paced)
    {
        for (var i = 0; i < 20; i++)
        {
            await paced.AskAsync(streaming: false, Of(paced, "earlier"));
        }
    }

    private static async Task<string> OrderAsync(Action<QueueOptions> queue, int a = 12, int b = 2)
    {
        await using var paced = Queued(queue);
        await LearnAsync(paced);
        var order = string.Empty;
        await paced.Gateway.Clock.RunAsync(() => Task.WhenAll([.. Enumerable.Range(0, a).Select(_ => AskAsync("a")), .. Enumerable.Range(0, b).Select(_ => AskAsync("b"))]));
        paced.AssertIdle();
        return order;

        async Task AskAsync(string tenant)
        {
            await paced.BeginAsync(options: Of(paced, tenant));
            order += tenant;
        }
    }

    // A call of priority 0 among calls of priority 3 that never stop coming: how many of them went before it.
    private static async Task<int> PlaceOfTheLowestAsync(TimeSpan? ageing)
    {
        await using var paced = Queued(queue => queue.Ageing = ageing);
        var (done, place) = (0, -1);
        await paced.Gateway.Clock.RunAsync(async () =>
        {
            var calls = new List<Task> { AskAsync(3), AskAsync(3), AskAsync(0) };
            for (var i = 0; i < 28; i++)
            {
                await InlineDelay.WaitAsync(TimeSpan.FromMilliseconds(100), paced.Gateway.Clock, CancellationToken.None);
                calls.Add(AskAsync(3));
            }

            await Task.WhenAll(calls);
        });
        return place;

        async Task AskAsync(int priority)
        {
            await paced.BeginAsync(options: Of(paced, tenant: null, priority));
            place = priority == 0 ? done : place;
            done++;
        }
    }
}
