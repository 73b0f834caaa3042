using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Caching;
using Sira.Gateway.Tests.Support;
using Sira.Models;
using Sira.Requests;

namespace Sira.Gateway.Tests.Caching;

public class ContinuedAnswerTests
{
    [Theory]
    [InlineData(StreamRecovery.Continue, false)]
    [InlineData(StreamRecovery.ResumeVerified, true)]
    public async Task AnswerThatTwoModelsHaveWritten_IsNotKept_AndOneThatWasVerifiedIs(StreamRecovery policy, bool isKept)
    {
        const string Part = "The bridge is long ";
        var (a, b) = (new TestBackend("a"), new TestBackend("b").With(new ModelDescriptor("m") { AcceptsPrefill = true }));
        a["m"].Stream(_ => Break(Part));
        b["m"].Reply(policy is StreamRecovery.Continue ? "and old." : Part + "and old.");
        a["m"].Reply("anew");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").FallBackTo("b/m").RecoverStreams(policy)).UseCache(), a, b);

        Assert.Equal(Part + "and old.", (await gateway.AskAsync(streaming: true)).Text);

        Assert.Equal(isKept ? CacheOutcome.Hit : CacheOutcome.Miss, (await gateway.AskAsync(streaming: true)).GetCacheStatus()!.Outcome);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Break(string part)
    {
        yield return new(ChatRole.Assistant, part);
        await Task.CompletedTask;
        throw new IOException("cut");
    }
}
