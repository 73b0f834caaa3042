using System.Net;
using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Ledger;
using Sira.Hosting;

namespace Sira.Tests.EndToEnd;

/// <summary>A response that goes on in the background is fetched where it was begun, and billed once.</summary>
public class BackgroundResponseTests
{
    private const string Pending = """{"id":"resp_9","object":"response","status":"queued","model":"gpt-5-mini","output":[]}""";

    private const string Done = """{"id":"resp_9","object":"response","status":"completed","model":"gpt-5-mini","output":[{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"done at last","annotations":[]}]}],"usage":{"input_tokens":10,"output_tokens":4,"total_tokens":14}}""";

    [Fact]
    public async Task BackgroundResponse_IsFetchedFromItsTarget_AndBilledOnce()
    {
        var first = new Script((HttpStatusCode.NotFound, """{"error":{"message":"no such model","code":"model_not_found"}}"""));
        var second = new Script((HttpStatusCode.OK, Pending), (HttpStatusCode.OK, Pending), (HttpStatusCode.OK, Done));
        await using var sira = SiraInstance.Create(builder =>
        {
            Add("first", first);
            Add("second", second);
            builder.AddRoute("default", route => route.To("first/gpt-5-mini").FallBackTo("second/gpt-5-mini").Budget(requests: 4));

            void Add(string name, Script script)
            {
                builder.AddOpenAI(name, options =>
                {
                    options.Api = "responses";
                    options.ApiKeys.Add("key");
                });
                builder.Services.AddHttpClient("sira:" + name).ConfigurePrimaryHttpMessageHandler(() => script);
            }
        });
        var chat = sira.GetChatClient();

        var begun = await chat.GetResponseAsync("Think about it.", new ChatOptions { AllowBackgroundResponses = true });
        Assert.NotNull(begun.ContinuationToken);
        Assert.Equal(0m, begun.GetRouteDecision()!.Cost);
        var polled = await chat.GetResponseAsync([], new ChatOptions { ContinuationToken = begun.ContinuationToken });
        Assert.NotNull(polled.ContinuationToken);
        var done = await chat.GetResponseAsync([], new ChatOptions { ContinuationToken = polled.ContinuationToken });

        Assert.Equal("done at last", done.Text);
        Assert.Null(done.ContinuationToken);
        Assert.True(done.GetRouteDecision()!.Cost > 0);
        Assert.Equal("default", done.GetRouteDecision()!.Route);
        Assert.Equal(DropReason.Pinned, done.GetRouteDecision()!.Candidates.Single(candidate => candidate.Target == "first/gpt-5-mini").Dropped);
        var overBudget = await Assert.ThrowsAsync<RequestFailedException>(() => chat.GetResponseAsync([], new ChatOptions { ContinuationToken = polled.ContinuationToken }));
        Assert.Equal(RequestFailureKind.BudgetExceeded, overBudget.Kind);
        var entered = Assert.Single(sira.Ledger.Query(new LedgerQuery()));
        Assert.Equal((4L, 1L, 1L, 2L, 14L, done.GetRouteDecision()!.Cost!.Value), (entered.Attempts, entered.Answered, entered.Failed, entered.Pending, entered.TotalTokens, entered.Cost));
        Assert.Single(first.Requests);
        Assert.Equal(["POST /v1/responses", "GET /v1/responses/resp_9", "GET /v1/responses/resp_9"], second.Requests);
    }

    [Fact]
    public async Task TokenOfAnotherProvider_IsRefused_WithoutACall()
    {
        var script = new Script();
        await using var sira = SiraInstance.Create(builder =>
        {
            builder.AddOpenAI(options =>
            {
                options.Api = "responses";
                options.ApiKeys.Add("key");
            });
            builder.Services.AddHttpClient("sira:openai").ConfigurePrimaryHttpMessageHandler(() => script);
        });

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => sira.GetChatClient().GetResponseAsync([], new ChatOptions { ContinuationToken = ResponseContinuationToken.FromBytes("foreign"u8.ToArray()) }));

        Assert.Equal(BackendErrorKind.BadRequest, exception.BackendError);
        Assert.Contains("cannot continue from this continuation token", exception.Message, StringComparison.Ordinal);
        Assert.Empty(script.Requests);
    }

    private sealed class Script(params (HttpStatusCode Status, string Body)[] answers) : HttpMessageHandler
    {
        private readonly Queue<(HttpStatusCode Status, string Body)> answers = new(answers);

        public List<string> Requests { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
            var (status, body) = answers.Dequeue();
            return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json"), RequestMessage = request });
        }
    }
}
