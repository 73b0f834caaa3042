using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Storage.Transfer;

/// <summary>A stream that an import writes, with the versions that it had.</summary>
internal sealed class ImportedStream(IStorageEngine engine, StoreKey key, ImportOptions options, bool isWriting)
{
    private const int MaximumPending = 100;
    private const int MaximumPendingBytes = 1 << 20;

    private readonly List<EventData> pending = [];
    private int pendingBytes;
    private long written;
    private long last;
    private long trimmed;
    private bool isOurs;

    /// <summary>Whether it is left as it is.</summary>
    public bool IsSkipped { get; private set; }

    private IEventLog Log => engine.Events!;

    private bool IsWritten => isWriting && !IsSkipped;

    public async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        if (!isWriting)
        {
            return;
        }

        if (await Log.GetVersionAsync(key, cancellationToken).ConfigureAwait(false) > 0)
        {
            if (options.Existing == ExistingContent.Fail)
            {
                throw new TransferException($"The stream '{key}' has come into being meanwhile. Import while nobody writes there, or set {nameof(ImportOptions)}.{nameof(ImportOptions.Existing)}.");
            }

            IsSkipped = options.Existing == ExistingContent.Skip;
            if (!IsSkipped)
            {
                await Log.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
            }
        }

        isOurs = !IsSkipped;
    }

    /// <summary>Takes an event.</summary>
    /// <returns>How many bytes it has.</returns>
    public async ValueTask<int> TakeAsync(TransferReader reader, CancellationToken cancellationToken)
    {
        var (version, type) = (reader.Number(), reader.Text());
        if (version <= last)
        {
            throw reader.Damaged("an event whose version is not above the one before");
        }

        var data = reader.Rest;
        if (IsWritten)
        {
            if (version > last + 1)
            {
                await FillAsync(version - 1, cancellationToken).ConfigureAwait(false);
            }

            pending.Add(new EventData(type, data.ToArray()));
            if (pending.Count >= Math.Min(MaximumPending, engine.Capabilities.MaximumBatchLength) || (pendingBytes += data.Length) >= MaximumPendingBytes)
            {
                await FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        last = version;
        return data.Length;
    }

    public async ValueTask EndAsync(TransferReader reader, CancellationToken cancellationToken)
    {
        var version = reader.Number();
        if (version < last)
        {
            throw reader.Damaged("a stream whose version is below that of its last event");
        }

        if (!IsWritten)
        {
            return;
        }

        if (version > last)
        {
            await FillAsync(version, cancellationToken).ConfigureAwait(false);
        }

        await FlushAsync(cancellationToken).ConfigureAwait(false);
        if (trimmed > 0)
        {
            await Log.TrimAsync(key, trimmed, cancellationToken).ConfigureAwait(false);
        }

        if (options.Verify && await Log.GetVersionAsync(key, cancellationToken).ConfigureAwait(false) is var found && found != version)
        {
            throw Otherwise();
        }
    }

    public async ValueTask ForgetAsync()
    {
        if (isOurs)
        {
            await Log.DeleteAsync(key).ConfigureAwait(false);
        }
    }

    // The versions up to here were trimmed where the stream was exported.
    private async ValueTask FillAsync(long upTo, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        while (written < upTo)
        {
            await AppendAsync(TrimmedVersions.Fill(upTo - written, engine.Capabilities.MaximumBatchLength), cancellationToken).ConfigureAwait(false);
        }

        trimmed = upTo;
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (pending.Count == 0)
        {
            return;
        }

        var from = written;
        await AppendAsync(pending, cancellationToken).ConfigureAwait(false);
        for (var compared = 0; options.Verify && compared < pending.Count;)
        {
            var page = await Log.ReadAsync(key, from + compared, pending.Count - compared, cancellationToken).ConfigureAwait(false);
            if (page.Events.Count == 0)
            {
                throw Otherwise();
            }

            foreach (var stored in page.Events)
            {
                var item = pending[compared++];
                if (stored.Version != from + compared || stored.Type != item.Type || !stored.Data.Span.SequenceEqual(item.Data.Span))
                {
                    throw Otherwise();
                }
            }
        }

        pending.Clear();
        pendingBytes = 0;
    }

    private async ValueTask AppendAsync(IReadOnlyList<EventData> events, CancellationToken cancellationToken)
    {
        var result = await Log.AppendAsync(key, ExpectedVersion.Of(written), events, default, cancellationToken).ConfigureAwait(false);
        written = result.IsDone ? result.Version : throw Otherwise();
    }

    private TransferException Otherwise() => new($"The stream '{key}' was written to '{engine.Name}' and reads otherwise. Look who else writes there.");
}
