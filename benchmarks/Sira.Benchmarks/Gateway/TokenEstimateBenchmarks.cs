using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using Sira.Tokens;

namespace Sira.Benchmarks.Gateway;

/// <summary>What the one part of a call costs that grows with the prompt: the estimate of its tokens.</summary>
public class TokenEstimateBenchmarks
{
    private const string Sentence = "The gateway keeps its budgets, retries 3 times and explains every decision. ";

    private ChatMessage[] messages = [];

    [Params(100, 10_000)]
    public int Characters { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        var text = string.Concat(Enumerable.Repeat(Sentence, (Characters / Sentence.Length) + 1))[..Characters];
        messages = [new(ChatRole.User, text)];
    }

    [Benchmark]
    public long Estimate() => TokenEstimator.Instance.Estimate(messages, options: null, family: null);
}
