using Sira.Session.Records;
using Sira.Session.Removal;
using Sira.Session.Views;
using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Session.Upkeep;

/// <summary>Goes through all records of all tenants, a part with each call.</summary>
internal sealed class SessionSweeper(SessionCore core) : IDisposable
{
    private const int PageSize = 100;

    private static readonly string[] Prefixes = [SessionNames.Records, SessionNames.Removals, SessionNames.Users];

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly Queue<StoreScan> ahead = new();
    private StoreScan? current;

    public async ValueTask<SweepResult> SweepAsync(int maximum, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 1);
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var result = default(SweepResult);
            if (current is null)
            {
                await BeginAsync(cancellationToken).ConfigureAwait(false);
            }

            while (current is { } scan && result.Looked < maximum)
            {
                var page = await core.Engine.Store.ScanAsync(scan with { PageSize = Math.Min(PageSize, maximum - result.Looked) }, cancellationToken).ConfigureAwait(false);
                foreach (var item in page.Items)
                {
                    result = await LookAsync(scan.Partition.Key(item.Name), item.Entry.Value, result, cancellationToken).ConfigureAwait(false);
                }

                current = page.Next is { } next ? scan with { After = next } : ahead.TryDequeue(out var following) ? following : null;
            }

            return result with { IsComplete = current is null };
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        ahead.Clear();
        await foreach (var partition in core.Engine.ListPartitionsAsync(core.Options.Namespace, cancellationToken).ConfigureAwait(false))
        {
            foreach (var prefix in Prefixes)
            {
                ahead.Enqueue(new StoreScan(partition, prefix));
            }
        }

        current = ahead.TryDequeue(out var first) ? first : null;
    }

    private async ValueTask<SweepResult> LookAsync(StoreKey key, ReadOnlyMemory<byte> value, SweepResult result, CancellationToken cancellationToken)
    {
        result = result with { Looked = result.Looked + 1 };
        try
        {
            if (key.Name.StartsWith(SessionNames.Records, StringComparison.Ordinal))
            {
                var record = core.Records.Read(key, value, RecordJson.Default.SessionRecord);
                return await HasExpiredAsync(key, record, cancellationToken).ConfigureAwait(false) ? result with { Expired = result.Expired + 1 } : result;
            }

            if (key.Name.StartsWith(SessionNames.Removals, StringComparison.Ordinal))
            {
                var removal = core.Records.Read(key, value, RecordJson.Default.RemovalRecord);
                var stream = key.Partition.Key(key.Name[SessionNames.Removals.Length..]);
                return await SessionRemover.FinishAsync(core, stream, removal, cancellationToken).ConfigureAwait(false) ? result with { Finished = result.Finished + 1 } : result;
            }

            if (core.Records.Read(key, value, RecordJson.Default.UserRecord).Erasing)
            {
                await UserEraser.EraseAsync(core, key, cancellationToken).ConfigureAwait(false);
                return result with { Finished = result.Finished + 1 };
            }
        }
        catch (Exception exception) when (exception is StorageException { IsTransient: false } or Errors.SessionException)
        {
            // One that cannot be read must not keep the others from their turn.
            core.Log.SweepFailed(key.ToString(), exception);
        }

        return result;
    }

    private async ValueTask<bool> HasExpiredAsync(StoreKey key, SessionRecord record, CancellationToken cancellationToken)
    {
        if (!core.IsExpired(Expiry.Of(record.Created, record.Active, record.Lifecycle, record.Idle, record.Total)))
        {
            return false;
        }

        // The record may be late; the log is not.
        var session = new SessionKey(record.Id, key.Tenant);
        if (await core.Loader.LoadAsync(session, key.Partition.Key(record.Stream), [], cancellationToken).ConfigureAwait(false) is { } view && !core.IsExpired(view.ExpiresAt))
        {
            await core.TouchAsync(view, cancellationToken).ConfigureAwait(false);
            return false;
        }

        if (!await SessionRemover.RemoveAsync(core, session, erase: false, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        SessionMetrics.Expired.Add(1);
        core.Log.Expired(record.Id, key.Tenant);
        return true;
    }
}
