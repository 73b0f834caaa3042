using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Diagnostics.Inspection;
using Sira.Kernel.Health;
using Sira.Kernel.Messaging;
using Sira.Kernel.Registry;
using Sira.Kernel.Resources;
using Sira.Kernel.Tests.Resources;
using Sira.Testing.Messaging;

namespace Sira.Kernel.Tests.Diagnostics;

public class SiraInspectorTests
{
    [Fact]
    public void Inspect_ShowsPoolsAndEndpoints_AndSerialises()
    {
        using var services = Create();
        services.GetRequiredService<ResourcePoolRegistry>().GetOrAdd("money", ResourcePoolDefinition.Fixed(Money.ToPicoDollars(5), TimeSpan.FromDays(1), ResourceUnit.UsDollars)).MustTake(Money.ToPicoDollars(2));
        services.GetRequiredService<ResourcePoolRegistry>().GetOrAddFamily("calls of '{key}'", ResourcePoolDefinition.Total(9, ResourceUnit.Requests)).Get("acme").MustTake(3);
        var breaker = services.GetRequiredService<IServiceRegistry>().GetOrAdd("models", new EndpointDefinition("openai/gpt-5"), CircuitBreakerOptions.Default).Breaker;
        breaker.TryEnter(out var permit);
        breaker.Record(permit, CircuitOutcome.Failure, TimeSpan.FromMinutes(1));

        var snapshot = services.GetRequiredService<ISiraInspector>().Inspect();

        Assert.Contains(new PoolStatus("money", "Fixed", "USD", 5, 2, false), snapshot.Pools);
        Assert.Contains(new PoolStatus("calls of 'acme'", "Total", "requests", 9, 3, false) { Family = "calls of '{key}'" }, snapshot.Pools);
        Assert.Equal(("models", "openai/gpt-5", CircuitState.Open), snapshot.Endpoints.Select(endpoint => (endpoint.Service, endpoint.Id, endpoint.Circuit)).Single());
        var json = JsonSerializer.Serialize(snapshot, DiagnosticsJsonContext.Default.DiagnosticsSnapshot);
        Assert.Contains("\"circuit\":\"Open\"", json, StringComparison.Ordinal);
        Assert.Equal(snapshot.Pools, JsonSerializer.Deserialize(json, DiagnosticsJsonContext.Default.DiagnosticsSnapshot)!.Pools);
    }

    [Fact]
    public async Task Inspect_ShowsTheMessageBus_AndSerialises()
    {
        await using var services = Create();
        var bus = services.GetRequiredService<IMessageBus>();
        using var topic = bus.Topic<int>("orders.created");
        await bus.SubscribeAsync<int>("orders.*", static (message, _) => message.Reject("not wanted") ? default : default, new() { Group = "mails", Capacity = 7, Overflow = QueueOverflow.Reject });
        await using var responder = bus.Respond<int, int>("price", static (request, _) => new(request));
        await topic.PublishAsync(1);
        await topic.PublishAsync(2, new() { Delay = TimeSpan.FromHours(1) });
        await Eventually.HoldsAsync(() => bus.Snapshot().Groups.Any(static group => group is { DeadLettered: 1, InWork: 0 }), "the dead letter");

        var snapshot = services.GetRequiredService<ISiraInspector>().Inspect();

        Assert.Equal(new TopicStatus("orders.created", "Int32", false, 2, 0, 0), Assert.Single(snapshot.Topics));
        Assert.Equal(["$requests.price", "mails"], snapshot.Groups.Select(static group => group.Name));
        Assert.Equal(("price", true), (snapshot.Groups[0].Pattern, snapshot.Groups[0].AnswersRequests));
        Assert.Equal(new GroupStatus("mails", "orders.*", 0, 1, 0, TimeSpan.Zero) { Capacity = 7, Overflow = QueueOverflow.Reject, DeadLettered = 1 }, snapshot.Groups[1]);
        Assert.Equal("1", snapshot.Facts["messaging"]["dead letters in memory"]);
        var json = JsonSerializer.Serialize(snapshot, DiagnosticsJsonContext.Default.DiagnosticsSnapshot);
        Assert.Equal(snapshot.Groups, JsonSerializer.Deserialize(json, DiagnosticsJsonContext.Default.DiagnosticsSnapshot)!.Groups);
    }

    [Fact]
    public void Inspect_SourceThatThrows_IsTold_AndHidesNoOther()
    {
        using var services = Create(new Source("broken", _ => throw new InvalidOperationException("no idea")), new Source("bus", snapshot =>
        {
            snapshot.Queues.Add(new QueueStatus("topic", 3, 10, TimeSpan.FromSeconds(1)));
            snapshot.AddFact("bus", "topics", "1");
            for (var i = 0; i < 5; i++)
            {
                snapshot.Decisions.Add(new DecisionStatus(DateTimeOffset.UnixEpoch.AddSeconds(i), "default", "Answered", "a/b", 1, 1, TimeSpan.Zero));
            }
        }));

        var snapshot = services.GetRequiredService<ISiraInspector>().Inspect(new DecisionFilter(Maximum: 2));

        Assert.Equal("InvalidOperationException: no idea", snapshot.Facts["broken"]["error"]);
        Assert.Equal("1", snapshot.Facts["bus"]["topics"]);
        Assert.Single(snapshot.Queues);
        Assert.Equal([4, 3], snapshot.Decisions.Select(decision => decision.EndedAt.Second));
    }

    [Fact]
    public void Inspect_SourceThatThrowsASecret_DoesNotTellIt()
    {
        using var services = Create(new Source("broken", _ => throw new InvalidOperationException("Authorization: Bearer abc refused, password=hunter2")));

        Assert.Equal("InvalidOperationException: Authorization: Bearer … refused, …", services.GetRequiredService<ISiraInspector>().Inspect().Facts["broken"]["error"]);
    }

    private static ServiceProvider Create(params IDiagnosticsSource[] sources)
    {
        var services = new ServiceCollection();
        foreach (var source in sources)
        {
            services.AddSingleton(source);
        }

        return services.AddSiraKernel().BuildServiceProvider();
    }

    private sealed class Source(string name, Action<DiagnosticsSnapshotBuilder> contribute) : IDiagnosticsSource
    {
        public string Name => name;

        public void Contribute(DiagnosticsSnapshotBuilder snapshot) => contribute(snapshot);
    }
}
