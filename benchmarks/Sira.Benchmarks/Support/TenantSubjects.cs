using System.Globalization;
using Microsoft.Extensions.AI;
using Sira.Requests;

namespace Sira.Benchmarks.Support;

/// <summary>One leaf and, over it, gateways that do all they can. Each call is another tenant's or user's and asks something new; making that up is part of every row, the bare leaf's too.</summary>
internal sealed class TenantSubjects : IDisposable
{
    // A shared client, the telemetry stage, the cache and the gateway.
    private const int Layered = 4;
    private const int Tenants = 16;
    private const int Users = 64;

    private static readonly string[] TenantNames = Names("tenant", Tenants);
    private static readonly string[] UserNames = Names("user", Users);

    private readonly SameThreadGate gate = new();
    private readonly BenchmarkGateway uncached;
    private readonly BenchmarkGateway cached;
    private readonly BenchmarkGateway limited;
    private readonly TelemetryListeners? listeners;
    private readonly ChatMessage system = new(ChatRole.System, "You are terse.");
    private readonly ChatMessage[] asked = [new(ChatRole.System, "You are terse."), new(ChatRole.User, "What is the capital of France?")];
    private long calls;

    public TenantSubjects(LeafMode mode, bool isListening = false, TimeProvider? time = null)
    {
        listeners = isListening ? new TelemetryListeners() : null;
        Bare = new LeafChatClient(mode, gate, chunks: 1);
        Layers = EmptyLayer.Wrap(Bare, Layered);
        Polly = new PollyChatClient(Bare);
        uncached = BenchmarkGateway.Everything(Bare, caches: false, limits: false, time);
        cached = BenchmarkGateway.Everything(Bare, caches: true, limits: false, time);
        limited = BenchmarkGateway.Everything(Bare, caches: true, limits: true, time);
        (Uncached, Cached, Limited) = (uncached.Chat, cached.Chat, limited.Chat);
    }

    public IChatClient Bare { get; }

    public IChatClient Layers { get; }

    public IChatClient Polly { get; }

    /// <summary>Four targets, breakers, budgets of the route and of tenants, ledger, decision, telemetry.</summary>
    public IChatClient Uncached { get; }

    /// <summary>The same with a cache.</summary>
    public IChatClient Cached { get; }

    /// <summary>The same with a cache, limits of each target and hedging.</summary>
    public IChatClient Limited { get; }

    /// <summary>Asks what nobody asked before, so that a cache misses.</summary>
    public Task<ChatResponse> AskNewAsync(IChatClient client)
    {
        var number = Interlocked.Increment(ref calls);
        return AskAsync(client, [system, new ChatMessage(ChatRole.User, number.ToString(CultureInfo.InvariantCulture))], number);
    }

    /// <summary>Asks always the same, so that a cache has the answer.</summary>
    public Task<ChatResponse> AskAgainAsync(IChatClient client) => AskAsync(client, asked, Interlocked.Increment(ref calls));

    public void Dispose()
    {
        listeners?.Dispose();
        uncached.Dispose();
        cached.Dispose();
        limited.Dispose();
    }

    private static string[] Names(string prefix, int count) => [.. Enumerable.Range(0, count).Select(number => $"{prefix}{number}")];

    private async Task<ChatResponse> AskAsync(IChatClient client, ChatMessage[] messages, long number)
    {
        var options = new SiraChatOptions
        {
            MaxOutputTokens = 256,
            Temperature = 0.2f,
            Request = new RequestContext(startedAt: TimeProvider.System.GetTimestamp()) { Tenant = TenantNames[number % Tenants], User = UserNames[number % Users] },
        };
        var pending = client.GetResponseAsync(messages, options);
        gate.Open();
        return await pending.ConfigureAwait(false);
    }
}
