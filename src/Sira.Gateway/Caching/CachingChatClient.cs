using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Caching.Flights;
using Sira.Gateway.Caching.Storage;
using Sira.Gateway.Clients;
using Sira.Requests;

namespace Sira.Gateway.Caching;

/// <summary>The response cache as a stage: answers what was asked before, and sends what is asked twice at the same time once.</summary>
internal sealed class CachingChatClient(IChatClient inner, ResponseCache cache) : DelegatingChatClient(inner)
{
    public const string StageName = "cache";

    // Who has waited for this many others in vain goes alone, so that requests that all fail do not wait for each other one by one.
    private const int MostFlightsWaitedFor = 2;

    private readonly string? route = inner.GetService<ClientRoute>()?.Name;

    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<ChatResponse>(cancellationToken);
        }

        var list = CallFactory.Materialise(messages);
        if (TryPlan(list, options, streaming: false) is not { } request)
        {
            return base.GetResponseAsync(list, options, cancellationToken);
        }

        return TryAnswer(request) is { } response ? Task.FromResult(response) : AskAsync(request, cancellationToken);
    }

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var list = CallFactory.Materialise(messages);
        return TryPlan(list, options, streaming: true) is { } request ? StreamAsync(request, cancellationToken) : base.GetStreamingResponseAsync(list, options, cancellationToken);
    }

    private FlightRequest? TryPlan(IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool streaming)
    {
        var mode = CacheControl.Find(options)?.Mode ?? CacheMode.Default;
        if (cache.Options.Enabled && mode != CacheMode.Bypass && cache.CreateKey(messages, options, route) is { } key)
        {
            return new FlightRequest(key, messages, options, mode, streaming);
        }

        cache.Telemetry.Skip(route);
        return null;
    }

    private async Task<ChatResponse> AskAsync(FlightRequest request, CancellationToken cancellationToken)
    {
        for (var waited = 0; ; waited++)
        {
            var flight = cache.Flights.Enter(cache, InnerClient, request, IsAlone(request, waited), out var leads);
            try
            {
                while (!flight.HasEnded && (leads || flight.IsShared))
                {
                    await AdvanceAsync(flight, request, leads, cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                await flight.LeaveAsync(leads).ConfigureAwait(false);
            }

            if (TryAnswer(request, flight, leads) is { } answer)
            {
                return answer;
            }

            if (leads)
            {
                cache.Telemetry.Miss(request.Request, route, flight.Entry is not null);
                Throw(flight.Failure);
                if (flight.Response is { } response)
                {
                    CachedAnswer.Mark(response, CacheStatus.Miss);
                }

                return flight.Response!;
            }

            waited = flight.Failure is null ? MostFlightsWaitedFor : waited;
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(FlightRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = TryAnswer(request);
        for (var waited = 0; answer is null; waited++)
        {
            var flight = cache.Flights.Enter(cache, InnerClient, request, IsAlone(request, waited), out var leads);
            var hasDelivered = false;
            ChatResponse? better = null;
            try
            {
                while (true)
                {
                    while (leads && flight.TryTake(out var update))
                    {
                        better ??= hasDelivered || update.GetDegradedMode() is not DegradedMode.StaticAnswer ? null : TryAnswerStale(request, flight);
                        if (better is null)
                        {
                            hasDelivered = true;
                            yield return update;
                        }
                    }

                    if (flight.HasEnded || !leads && !flight.IsShared)
                    {
                        break;
                    }

                    await AdvanceAsync(flight, request, leads, cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                await flight.LeaveAsync(leads).ConfigureAwait(false);
            }

            answer = better ?? (hasDelivered ? null : TryAnswer(request, flight, leads));
            if (answer is null && leads)
            {
                cache.Telemetry.Miss(request.Request, route, flight.Entry is not null);
                Throw(flight.Failure);
                yield return CachedAnswer.CreateLast(flight.Last);
                yield break;
            }

            waited = flight.Failure is null ? MostFlightsWaitedFor : waited;
        }

        foreach (var update in CachedAnswer.Split(answer))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return update;
        }
    }

    // Whose call it is has its deadline kept by the gateway; who waits for another's must keep its own.
    private async ValueTask AdvanceAsync(Flight flight, FlightRequest request, bool leads, CancellationToken cancellationToken)
    {
        if (leads || request.Request?.Budget.MaxDuration is not { } maximum || maximum == Timeout.InfiniteTimeSpan)
        {
            await flight.AdvanceAsync(Timeout.InfiniteTimeSpan, cache.Time, cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            var left = maximum - cache.Time.GetElapsedTime(request.Request.StartedAt);
            await flight.AdvanceAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cache.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new RequestFailedException(
                RequestFailureKind.DeadlineExceeded,
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"The request's MaxDuration of {maximum.TotalSeconds:0.###} s is over, while it waited for the answer to an identical request that was on its way."),
                decision: null,
                exception);
        }
    }

    private static bool IsAlone(FlightRequest request, int waited) => request.Mode == CacheMode.Refresh || waited >= MostFlightsWaitedFor;

    private static void Throw(Exception? failure)
    {
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    // Without a model: what is in memory.
    private ChatResponse? TryAnswer(FlightRequest request) =>
        request.MayRead && cache.ReadFresh(request.Key.Exact) is { } entry ? Answer(request, entry, Status(entry, CacheOutcome.Hit)) : null;

    // After a flight: what it found or stored, or, where it failed, what has expired.
    private ChatResponse? TryAnswer(FlightRequest request, Flight flight, bool leads)
    {
        if (flight.Entry is { } entry && (flight.WasFound || !leads))
        {
            var status = Status(entry, CacheOutcome.Hit) with { IsCoalesced = !leads };
            return Answer(request, entry, flight.Similarity is { } similarity ? status with { Match = CacheMatch.Semantic, Similarity = similarity } : status);
        }

        // An old answer to this question is better than the route's fixed text, which is none.
        return IsExcusable(flight.Failure) || flight.Response?.GetDegradedMode() is DegradedMode.StaticAnswer ? TryAnswerStale(request, flight) : null;
    }

    private ChatResponse? TryAnswerStale(FlightRequest request, Flight flight) =>
        request.MayRead && cache.ReadStale(request.Key.Exact, flight.Expired) is { } stale ? Answer(request, stale, Status(stale, CacheOutcome.StaleHit)) : null;

    private ChatResponse? Answer(FlightRequest request, CacheEntry entry, CacheStatus status)
    {
        var response = CachedAnswer.Create(entry, status);
        if (response is not null)
        {
            cache.Telemetry.Hit(request.Request, route, status, response.Usage);
        }

        return response;
    }

    private CacheStatus Status(CacheEntry entry, CacheOutcome outcome) => new()
    {
        Outcome = outcome,
        Match = CacheMatch.Exact,
        Age = entry.AgeAt(cache.Time.GetUtcNow()),
        Target = entry.Target,
    };

    // A wrong model id stays wrong, a broken stream has said something already, and a caller's mistake or a provider's refusal is an answer of its own.
    private static bool IsExcusable(Exception? failure) => failure is RequestFailedException
    {
        Kind: RequestFailureKind.AttemptsFailed or RequestFailureKind.NoCandidate or RequestFailureKind.BudgetExceeded or RequestFailureKind.Overloaded or RequestFailureKind.DeadlineExceeded,
    } failed && failed.BackendError?.Action() is not RetryAction.Surface;
}
