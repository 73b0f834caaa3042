using System.Globalization;
using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Caching;
using Sira.Kernel.Time;
using Sira.Requests;

namespace Sira.Tests.Simulation;

/// <summary>Makes one request as planned and notes what comes of it.</summary>
internal sealed class Caller(World world, CallerResult result)
{
    private readonly CallerPlan plan = result.Plan;

    public async Task RunAsync()
    {
        await InlineDelay.WaitAsync(plan.Start, world.Clock, CancellationToken.None);
        result.Settings = world.Settings;
        var request = result.Request = new RequestContext(world.Clock.GetTimestamp(), plan.Budget) 
        {
            AffinityKey = plan.AffinityKey,
            Tenant = plan.Tenant,
            Team = plan.Team,
            User = plan.User,
            Key = plan.Key,
            Tags = plan.Tags,
            Priority = plan.Priority,
        };
        using var source = plan.CancelAfter is { } after ? new CancellationTokenSource(after, world.Clock) : new CancellationTokenSource();
        try
        {
            result.Outcome = plan.Kind switch
            {
                CallerKind.Embeddings => await EmbedAsync(request, source.Token),
                CallerKind.Stream => await StreamAsync(request, source.Token),
                _ => await AskAsync(request, source.Token),
            };
        }
        catch (OperationCanceledException exception) when (exception.CancellationToken == source.Token && source.IsCancellationRequested)
        {
            result.Outcome = "cancelled";
        }
        catch (RequestFailedException exception)
        {
            (result.Outcome, result.Decision) = (exception.Kind.ToString(), exception.Decision);
            if (exception.PartialText != result.Text.ToString())
            {
                world.Violate("a failure carries the text that was delivered", $"caller {plan.Number} got '{result.Text}', the exception has '{exception.PartialText}'");
            }
        }
        catch (Exception exception)
        {
            result.Outcome = exception.GetType().Name;
            world.Violate("only documented exceptions", $"caller {plan.Number}: {exception}");
        }

        result.Ends++;
        result.Elapsed = world.Clock.GetElapsedTime(request.StartedAt);
        world.Trace(string.Create(CultureInfo.InvariantCulture, $"caller {plan.Number} {result.Outcome} with '{result.Text}' after {request.Attempts} attempts, {request.Tokens} tokens, ${request.Cost} by {string.Join(", ", result.Decision?.Attempts.Select(static attempt => attempt.Target) ?? [])}"));
    }

    private SiraChatOptions CreateOptions(RequestContext request) => new()
    {
        Request = request,
        ModelId = plan.Model,
        MaxOutputTokens = plan.MaxOutputTokens,
        Temperature = plan.Temperature,
        AcceptsRestart = plan.AcceptsRestart,
        Routing = plan.Routing,
        Cache = plan.Cache,
    };

    private async Task<string> AskAsync(RequestContext request, CancellationToken token)
    {
        var response = await world.Sira.GetChatClient().GetResponseAsync(plan.Prompt, CreateOptions(request), token);
        result.Text.Append(response.Text);
        (result.Decision, result.Cache, result.WasCutShort) = (response.GetRouteDecision(), response.GetCacheStatus(), response.FinishReason == ChatFinishReason.Length);
        return "answered";
    }

    private async Task<string> StreamAsync(RequestContext request, CancellationToken token)
    {
        var updates = 0;
        await foreach (var update in world.Sira.GetChatClient().GetStreamingResponseAsync(plan.Prompt, CreateOptions(request), token))
        {
            if (update.IsRestart())
            {
                result.Text.Clear();
            }

            result.Text.Append(update.Text);
            result.FirstText ??= update.Text.Length > 0 ? world.Clock.GetElapsedTime(request.StartedAt) : null;
            result.WasCutShort |= update.FinishReason == ChatFinishReason.Length;
            result.Decision = update.GetRouteDecision() ?? result.Decision;
            result.Cache = update.GetCacheStatus() ?? result.Cache;
            if (++updates == plan.LeaveAfter)
            {
                return result.Decision is null && result.Cache is null ? "left" : "answered";
            }

            if (plan.Pause > TimeSpan.Zero)
            {
                await InlineDelay.WaitAsync(plan.Pause, world.Clock, CancellationToken.None);
            }
        }

        return "answered";
    }

    private async Task<string> EmbedAsync(RequestContext request, CancellationToken token)
    {
        var options = new EmbeddingGenerationOptions { AdditionalProperties = new() { [RequestContext.PropertyName] = request, [RoutingOptions.PropertyName] = plan.Routing } };
        var embeddings = await world.Sira.GetEmbeddingGenerator("vectors").GenerateAsync([plan.Prompt, "second input"], options, token);
        result.Decision = (RouteDecision)embeddings.AdditionalProperties![RouteDecision.PropertyName]!;
        return embeddings.Count == 2 ? "answered" : $"answered with {embeddings.Count} vectors";
    }
}
