using System.Net.ServerSentEvents;
using Microsoft.Extensions.AI;
using Sira.Backends.Wire;
using Sira.Errors;

namespace Sira.Backends.Http;

/// <summary>Reads the events of one stream as updates, and tells a complete stream from one that merely ended.</summary>
internal sealed class WireStream(WireExchange exchange, IWireStreamReader reader, bool requiresFinishReason, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly List<ChatResponseUpdate> updates = [];
    private Stream? body;
    private IAsyncEnumerator<SseItem<bool>>? events;
    private UsageDetails? usage;
    private bool started;
    private bool ended;

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
                if (!reader.IsTerminated && await events.MoveNextAsync().ConfigureAwait(false))
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
        if (events is not null)
        {
            await events.DisposeAsync().ConfigureAwait(false);
        }

        if (body is not null)
        {
            await body.DisposeAsync().ConfigureAwait(false);
        }
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
