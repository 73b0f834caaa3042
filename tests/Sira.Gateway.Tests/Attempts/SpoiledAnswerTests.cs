using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Tests.Support;

namespace Sira.Gateway.Tests.Attempts;

public class SpoiledAnswerTests
{
    [Theory]
    [InlineData(BackendErrorKind.MalformedResponse, false)]
    [InlineData(BackendErrorKind.MalformedResponse, true)]
    [InlineData(BackendErrorKind.Truncated, false)]
    public async Task AnswerThatCameSpoiled_IsAskedForAgain_WhereNobodyElseCanAnswer(BackendErrorKind kind, bool streaming)
    {
        var a = new TestBackend("a");
        a["m"].Throw(Scripted.Error(kind)).Reply("whole");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")), a);

        var response = await gateway.AskAsync(streaming);

        Assert.Equal("whole", response.Text);
        Assert.Equal([kind, null], response.GetRouteDecision()!.Attempts.Select(attempt => attempt.Error));
        gateway.AssertIdle();
    }

    [Fact]
    public async Task AnswerThatCameSpoiled_GoesToAnother_WhereThereIsOne()
    {
        var (a, b) = (new TestBackend("a"), new TestBackend("b"));
        a["m"].Throw(Scripted.Error(BackendErrorKind.MalformedResponse));
        b["m"].Reply("elsewhere");
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m").FallBackTo("b/m")), a, b);

        Assert.Equal("elsewhere", (await gateway.AskAsync(streaming: false)).Text);
    }

    [Theory]
    [InlineData(BackendErrorKind.HeadersTimeout)]
    [InlineData(BackendErrorKind.FirstTokenTimeout)]
    public async Task SilentTarget_IsNotAskedAgain_EvenWhereNobodyElseCanAnswer(BackendErrorKind kind)
    {
        var a = new TestBackend("a");
        a["m"].Throw(Scripted.Error(kind));
        await using var gateway = new TestGateway(sira => sira.AddRoute("default", route => route.To("a/m")), a);

        Assert.Single((await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: true))).Decision!.Attempts);
    }
}
