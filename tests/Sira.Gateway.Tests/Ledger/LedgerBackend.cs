using Microsoft.Extensions.AI;
using Sira.Gateway.Tests.Support;
using Sira.Models;
using Sira.Requests;

namespace Sira.Gateway.Tests.Ledger;

/// <summary>What the ledger's tests have in common: a priced model, an answer with every kind of token, and callers.</summary>
internal static class LedgerBackend
{
    public static TestBackend Priced(string name = "a") => new TestBackend(name)
        .With(new ModelDescriptor("m") { Pricing = new ModelPricing { Input = 1m, Output = 10m, CachedInput = 0.1m, CacheWrite = 1.25m, Reasoning = 20m } })
        .With(new ModelDescriptor("e") { IsEmbedding = true, Pricing = new ModelPricing { Input = 3m } });

    /// <summary>100 tokens in, 60 of them from the cache and 10 into it; 20 out, 5 of them reasoning.</summary>
    public static UsageDetails Usage()
    {
        var usage = new UsageDetails { InputTokenCount = 100, CachedInputTokenCount = 60, OutputTokenCount = 20, ReasoningTokenCount = 5, TotalTokenCount = 120 };
        usage.SetCacheWriteInputTokens(10);
        return usage;
    }

    /// <summary>What that costs: 30 · 1 + 60 · 0.1 + 10 · 1.25 + 15 · 10 + 5 · 20 millionths.</summary>
    public const decimal Cost = 0.0002985m;

    public static ChatResponse Answer(UsageDetails? usage) => new(new ChatMessage(ChatRole.Assistant, "x")) { FinishReason = ChatFinishReason.Stop, Usage = usage };

    public static SiraChatOptions For(string? tenant, string? user = null, string? team = null, string? key = null) =>
        new() { Request = new RequestContext(0) { Tenant = tenant, User = user, Team = team, Key = key } };

    /// <summary>An embedding generator that reports nothing but a total.</summary>
    public sealed class Generator(long total) : IEmbeddingGenerator<string, Embedding<float>>
    {
        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(_ => new Embedding<float>(new float[] { 1 }))) { Usage = new UsageDetails { TotalTokenCount = total } });

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
