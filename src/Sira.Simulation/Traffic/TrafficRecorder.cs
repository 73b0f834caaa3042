using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Requests;
using Sira.Tokens;

namespace Sira.Simulation.Traffic;

/// <summary>The stage that notes every model call, answered or not, and hands its record on.</summary>
/// <remarks>A stage and not a subscriber of the bus: the bus tells of answers only, and a log without the requests that failed would flatter every policy.</remarks>
internal sealed class TrafficRecorder(IChatClient inner, TrafficRecorderOptions options, Action<TrafficRecord> write, TrafficSession session, ITokenEstimator estimator) : DelegatingChatClient(inner)
{
    public const string StageName = "traffic-recorder";

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var at = session.Elapsed;
        UsageDetails? usage = null;
        RouteDecision? decision = null;
        try
        {
            var response = await base.GetResponseAsync(list, options, cancellationToken).ConfigureAwait(false);
            (usage, decision) = (response.Usage, response.GetRouteDecision());
            return response;
        }
        catch (RequestFailedException exception)
        {
            (usage, decision) = (exception.PartialResponse?.Usage, exception.Decision);
            throw;
        }
        finally
        {
            Record(at, list, options, streaming: false, usage, decision);
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var at = session.Elapsed;
        UsageDetails? usage = null;
        RouteDecision? decision = null;
        try
        {
            await foreach (var update in base.GetStreamingResponseAsync(list, options, cancellationToken).ConfigureAwait(false))
            {
                decision = update.GetRouteDecision() ?? decision;
                foreach (var content in update.Contents)
                {
                    usage = content is UsageContent { Details: { } details } ? details : usage;
                }

                yield return update;
            }
        }
        finally
        {
            Record(at, list, options, streaming: true, usage, decision);
        }
    }

    private void Record(TimeSpan at, IReadOnlyList<ChatMessage> messages, ChatOptions? asked, bool streaming, UsageDetails? usage, RouteDecision? decision)
    {
        var request = RequestContext.Find(asked);
        write(new TrafficRecord
        {
            At = at,
            Tenant = request?.Tenant,
            User = Name(request?.User),
            AffinityKey = Name(request?.AffinityKey),
            Model = asked?.ModelId,
            InputTokens = Clamp(usage?.InputTokenCount ?? decision?.EstimatedInputTokens ?? estimator.Estimate(messages, asked, family: null)),
            OutputTokens = Clamp(usage?.OutputTokenCount ?? 0),
            MaxOutputTokens = asked?.MaxOutputTokens,
            Streaming = streaming,
            Features = TrafficFeatures.Describe(messages, asked),
            Labels = options.KeepLabels ? request?.Tags : null,
        });
    }

    private string? Name(string? identity) => identity is null || options.KeepIdentities ? identity : session.Pseudonym(identity);

    private static int Clamp(long count) => (int)Math.Clamp(count, 0, int.MaxValue);
}
