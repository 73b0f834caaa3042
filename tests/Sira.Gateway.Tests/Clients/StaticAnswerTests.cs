using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Tests.Support;

namespace Sira.Gateway.Tests.Clients;

public class StaticAnswerTests
{
    private const string Sorry = "We cannot answer right now. Please call us.";

    private static TestGateway Gateway(TestBackend a) =>
        new(sira => sira.AddRoute("default", route => route.To("a/m").Configure(options => options.StaticAnswer = Sorry)), a);

    [Theory]
    [InlineData(false, BackendErrorKind.Overloaded)]
    [InlineData(true, BackendErrorKind.Overloaded)]
    [InlineData(false, BackendErrorKind.Authentication)]
    [InlineData(true, BackendErrorKind.FirstTokenTimeout)]
    public async Task LastResort_IsTheFixedText_AndSaysSo(bool streaming, BackendErrorKind kind)
    {
        var a = new TestBackend("a");
        for (var i = 0; i < 6; i++)
        {
            a["m"].Throw(Scripted.Error(kind));
        }

        await using var gateway = Gateway(a);

        var response = await gateway.AskAsync(streaming);

        Assert.Equal((Sorry, ChatFinishReason.Stop), (response.Text, response.FinishReason));
        Assert.Equal(DegradedMode.StaticAnswer, response.GetDegradedMode());
        Assert.Equal(DegradedMode.StaticAnswer, response.GetRouteDecision()!.Degraded);
        Assert.All(response.GetRouteDecision()!.Attempts, attempt => Assert.Equal(kind, attempt.Error));
        gateway.AssertIdle();
    }

    [Theory]
    [InlineData(false, BackendErrorKind.BadRequest)]
    [InlineData(true, BackendErrorKind.BadRequest)]
    [InlineData(false, BackendErrorKind.ContentPolicy)]
    [InlineData(true, BackendErrorKind.ContentPolicy)]
    public async Task CallersMistakeAndProvidersRefusal_AreErrorsAllTheSame(bool streaming, BackendErrorKind kind)
    {
        var a = new TestBackend("a");
        a["m"].Throw(Scripted.Error(kind));
        await using var gateway = Gateway(a);

        Assert.Equal(kind, (await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming))).BackendError);
    }

    [Fact]
    public async Task AnswerThatBrokeOff_IsNotFollowedByTheFixedText()
    {
        var a = new TestBackend("a");
        a["m"].Stream(new ChatResponseUpdate(ChatRole.Assistant, "half an"));
        await using var gateway = Gateway(a);

        Assert.Equal(RequestFailureKind.Incomplete, (await Assert.ThrowsAsync<RequestFailedException>(() => gateway.AskAsync(streaming: true))).Kind);
    }

    [Fact]
    public async Task GoodAnswer_IsNotDegraded()
    {
        var a = new TestBackend("a");
        a["m"].Reply("good");
        await using var gateway = Gateway(a);

        Assert.Equal(DegradedMode.None, (await gateway.AskAsync(streaming: false)).GetDegradedMode());
    }
}
