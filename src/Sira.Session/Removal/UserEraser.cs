using Sira.Session.Records;
using Sira.Storage.Keys;
using Sira.Storage.Writing;

namespace Sira.Session.Removal;

/// <summary>Erases users.</summary>
internal static class UserEraser
{
    /// <summary>Erases a user.</summary>
    /// <param name="core">The store.</param>
    /// <param name="userKey">The key of the user's record.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many logs were deleted.</returns>
    public static async ValueTask<int> EraseAsync(SessionCore core, StoreKey userKey, CancellationToken cancellationToken)
    {
        // From here on nothing is created for the user any more.
        if (await core.Records.ChangeAsync(userKey, RecordJson.Default.UserRecord, static record => record.Erasing ? null : record with { Erasing = true }, cancellationToken).ConfigureAwait(false) is not { } user)
        {
            return 0;
        }

        var prefix = user.Subject + "/";
        var count = 0;
        var scan = new StoreScan(userKey.Partition, prefix);
        while (true)
        {
            var page = await core.Events.ListAsync(scan, cancellationToken).ConfigureAwait(false);
            foreach (var found in page.Streams)
            {
                var stream = userKey.Partition.Key(found.Name);
                await SessionRemover.DeleteRecordAsync(core, stream, cancellationToken).ConfigureAwait(false);
                count += await core.Events.DeleteAsync(stream, cancellationToken).ConfigureAwait(false) ? 1 : 0;
            }

            if (page.Next is not { } next)
            {
                break;
            }

            scan = scan with { After = next };
        }

        await SessionRemover.DeleteValuesAsync(core, userKey.Partition, prefix, cancellationToken).ConfigureAwait(false);
        await SessionRemover.DeleteValuesAsync(core, userKey.Partition, SessionNames.Removals + prefix, cancellationToken).ConfigureAwait(false);
        if (core.Subjects is { } subjects)
        {
            await subjects.EraseAsync(userKey.Tenant, user.Subject, cancellationToken).ConfigureAwait(false);
        }

        await ForgetAsync(core, userKey, user.Subject, cancellationToken).ConfigureAwait(false);
        core.Log.UserErased(userKey.Tenant, count);
        return count;
    }

    // Unless somebody else has finished the same and the user has begun anew.
    private static async ValueTask ForgetAsync(SessionCore core, StoreKey userKey, string subject, CancellationToken cancellationToken)
    {
        var (record, etag) = await core.Records.GetAsync(userKey, RecordJson.Default.UserRecord, cancellationToken).ConfigureAwait(false);
        if (record?.Subject == subject)
        {
            await core.Engine.Store.DeleteAsync(userKey, new DeleteOptions(WriteCondition.Unchanged(etag)), cancellationToken).ConfigureAwait(false);
        }
    }
}
