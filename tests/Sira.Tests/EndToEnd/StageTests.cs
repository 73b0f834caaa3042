using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Pipeline;
using Sira.Requests;
using Sira.Simulation.Answers;
using Sira.Testing.Telemetry;

namespace Sira.Tests.EndToEnd;

public class StageTests
{
    [Fact]
    public async Task Stages_RunInTheOrderOfUse_EachOnce()
    {
        var order = new List<string>();
        await using var sira = new SimulatedSira("chat", configure: builder => builder
            .Use(Tracing("first", order)).Use(Tracing("second", order)).Use(Tracing("first", order)).Use(Tracing("third", order)));

        await sira.AskAsync(streaming: false);
        await sira.AskAsync(streaming: true);

        Assert.Equal(["first", "second", "third", "first", "second", "third"], order);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TelemetryOutsideTools_IsOneSpanAroundTheLoop_AndInsideOnePerRound(bool outside)
    {
        using var spans = new ActivityCollector();
        await using var sira = new SimulatedSira("chat", configure: builder => _ = outside ? builder.UseTelemetry().UseTools() : builder.UseTools().UseTelemetry());
        sira.Primary.RespondInOrder(SimulatedAnswer.CallTool("now"), "It is noon.");
        var tool = AIFunctionFactory.Create(() => "12:00", "now");

        var response = await sira.AskAsync(streaming: false, new ChatOptions { Tools = [tool] });

        Assert.Equal("It is noon.", response.Text);
        Assert.Equal(outside ? 1 : 2, spans.Stopped.Count(span => span.DisplayName == "sira.chat"));
        Assert.Equal(2, spans.Stopped.Count(span => span.DisplayName.StartsWith("chat ", StringComparison.Ordinal)));
        Assert.DoesNotContain("noon", spans.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RoutesLimits_HoldForTheWholeLoopOfTools()
    {
        await using var sira = new SimulatedSira("chat", route => route.PerRequest(limits => limits.MaxAttempts = 3), builder => builder.UseTools());
        sira.Primary.Respond(_ => SimulatedAnswer.CallTool("now"));
        var tool = AIFunctionFactory.Create(() => "12:00", "now");

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => sira.AskAsync(streaming: false, new ChatOptions { Tools = [tool] }));

        Assert.Contains("may make 3 attempts", exception.Message, StringComparison.Ordinal);
        Assert.Equal(3, sira.Primary.RequestCount);
    }

    [Theory]
    [InlineData("clones", true)]
    [InlineData("copies", false)]
    [InlineData("copies with properties", true)]
    [InlineData("drops", false)]
    public async Task ForeignStage_ThatTouchesTheOptions_LosesAtMostTheRequest_NeverTheCall(string how, bool keeps)
    {
        await using var sira = new SimulatedSira("chat", configure: builder => builder.Use(new ChatStage("foreign", (inner, _) => new Changing(inner, options => how switch
        {
            "clones" => options!.Clone(),
            "copies" => new ChatOptions { Temperature = options!.Temperature },
            "copies with properties" => new ChatOptions { AdditionalProperties = new AdditionalPropertiesDictionary { [RequestContext.PropertyName] = ((SiraChatOptions)options!).Request! } },
            _ => null,
        }))));
        var request = new RequestContext(sira.Clock.GetTimestamp(), new RequestBudget { MaxAttempts = 1 });

        foreach (var streaming in (bool[])[false, true])
        {
            var asked = new SiraChatOptions { Request = new RequestContext(request.StartedAt, request.Budget), Temperature = 0.5f };
            var response = await sira.AskAsync(streaming, asked);

            Assert.NotNull(response.GetRouteDecision());
            Assert.Equal(keeps ? 1 : 0, asked.Request!.Attempts);
            Assert.Equal(0.5f, asked.Temperature);
        }

        Assert.All(sira.Primary.Requests, sent => Assert.DoesNotContain(RequestContext.PropertyName, sent.Body, StringComparison.Ordinal));
    }

    private static ChatStage Tracing(string name, List<string> order) => new(name, (inner, _) => new Changing(inner, options =>
    {
        order.Add(name);
        return options;
    }));

    private sealed class Changing(IChatClient inner, Func<ChatOptions?, ChatOptions?> change) : DelegatingChatClient(inner)
    {
        public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            base.GetResponseAsync(messages, change(options), cancellationToken);

        public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            base.GetStreamingResponseAsync(messages, change(options), cancellationToken);
    }
}
