using System.Net.ServerSentEvents;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire;
using Sira.Errors;
using Sira.Kernel.Time;

namespace Sira.Backends.Http;

/// <summary>Reads the events of one stream as updates, and tells a complete stream from one that merely ended.</summary>
internal sealed class WireStream(WireExchange exchange, IWireStreamReader reader, bool requiresFinishReason, CancellationToken cancellationToken) : IAsyncDisposable
{
    // Long enough for an event that is on its way, and short for a caller who has the whole answer.
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(250);

    private readonly List<ChatResponseUpdate> updates = [];
    private Stream? body;
    private IAsyncEnumerator<SseItem<bool>>? events;
    private UsageDetails? usage;
    private bool started;
    private bool ended;
    private bool leftBehind;

    /// <summary>Reads until there are updates.</summary>
    /// <returns>The updates, valid until the next call; empty at the end of a complete stream.</returns>
    public async ValueTask<List<ChatResponseUpdate>> ReadAsync()
    {
        updates.Clear();
        try
        {
            events ??= await OpenAsync().ConfigureAwait(false);
            while (updates.Count == 0 && !ended)
            {
                if (!reader.IsTerminated && await MoveAsync(events).ConfigureAwait(false))
                {
                    started = true;
                }
                else
                {
                    End();
                }
            }
        }
        catch (Exception exception)
        {
            throw exchange.Translate(exception, started, usage, cancellationToken);
        }

        NoteUsage();
        return updates;
    }

    public async ValueTask DisposeAsync()
    {
        if (events is not null && !leftBehind)
        {
            await events.DisposeAsync().ConfigureAwait(false);
        }

        if (body is not null)
        {
            await body.DisposeAsync().ConfigureAwait(false);
        }
    }

    // An asynchronous method of its own only where there is something to wait for.
    private ValueTask<bool> MoveAsync(IAsyncEnumerator<SseItem<bool>> source)
    {
        var next = source.MoveNextAsync();
        return next.IsCompleted || !reader.IsComplete ? next : LingerAsync(next.AsTask());
    }

    // The whole answer is there. Who forgets to end the stream and keeps the connection open is not waited for; the read ends when the body is closed.
    private async ValueTask<bool> LingerAsync(Task<bool> next)
    {
        if (await InlineDelay.EndsWithinAsync(next, Linger, exchange.Time).ConfigureAwait(false))
        {
            return await next.ConfigureAwait(false);
        }

        leftBehind = true;
        _ = next.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return false;
    }

    private async ValueTask<IAsyncEnumerator<SseItem<bool>>> OpenAsync()
    {
        body = await exchange.OpenAsync(cancellationToken).ConfigureAwait(false);
        var parser = SseParser.Create(body, (eventType, data) =>
        {
            reader.Read(eventType, data, updates);
            return true;
        });
        return parser.EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    private void End()
    {
        ended = true;
        reader.Finish(updates);
        if (reader.HasFinishReason || !requiresFinishReason)
        {
            return;
        }

        // Half a tool call must not look like a whole one: of what was held back, only the usage is kept.
        NoteUsage();
        updates.Clear();
        throw new BackendException(
            started ? BackendErrorKind.Truncated : BackendErrorKind.MalformedResponse,
            started ? "the stream ended without a finish reason" : $"the stream ended without an event ({(exchange.MediaType.Length > 0 ? exchange.MediaType : "no content type")})");
    }

    private void NoteUsage()
    {
        foreach (var update in updates)
        {
            foreach (var content in update.Contents)
            {
                usage = content is UsageContent reported ? reported.Details : usage;
            }
        }
    }
}
