using System.Globalization;
using Sira.Session.Records;
using Sira.Storage.Keys;

namespace Sira.Session.Listing;

/// <summary>Lists sessions.</summary>
internal static class SessionLister
{
    private const int MaximumPageSize = 1000;

    // A page looks at so many times its size: where few match, the caller gets a short page and a say, rather than one that takes as long as there are sessions.
    private const int Patience = 10;

    public static async ValueTask<SessionPage> ListAsync(SessionCore core, SessionQuery query, CancellationToken cancellationToken)
    {
        if (query.PageSize is < 1 or > MaximumPageSize)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"A page has 1 to {MaximumPageSize} sessions, not {query.PageSize}."), nameof(query));
        }

        return query.User is { } user
            ? await ListAsync(core, query, user, cancellationToken).ConfigureAwait(false)
            : await ListAllAsync(core, query, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<SessionPage> ListAllAsync(SessionCore core, SessionQuery query, CancellationToken cancellationToken)
    {
        var found = new List<SessionListing>();
        var scan = new StoreScan(core.Partition(query.Tenant), SessionNames.Records) { PageSize = query.PageSize, After = query.After };
        for (var pages = 0; pages < Patience; pages++)
        {
            var page = await core.Engine.Store.ScanAsync(scan, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                var record = core.Records.Read(scan.Partition.Key(item.Name), item.Entry.Value, RecordJson.Default.SessionRecord);
                if (Match(core, query, record) is { } listing)
                {
                    found.Add(listing);
                    if (found.Count == query.PageSize)
                    {
                        return new SessionPage(found, item.Name == page.Items[^1].Name ? page.Next : item.Name);
                    }
                }
            }

            if (page.Next is not { } next)
            {
                return new SessionPage(found, Next: null);
            }

            scan = scan with { After = next };
        }

        return new SessionPage(found, scan.After);
    }

    private static async ValueTask<SessionPage> ListAsync(SessionCore core, SessionQuery query, string user, CancellationToken cancellationToken)
    {
        var found = new List<SessionListing>();
        var partition = core.Partition(query.Tenant);
        var (owner, _) = await core.Records.GetAsync(partition.Key(SessionNames.User(user)), RecordJson.Default.UserRecord, cancellationToken).ConfigureAwait(false);
        if (owner is null)
        {
            return new SessionPage(found, Next: null);
        }

        // A user's logs are found by the subject in their names.
        var page = await core.Events.ListAsync(new StoreScan(partition, owner.Subject + "/") { PageSize = query.PageSize, After = query.After }, cancellationToken).ConfigureAwait(false);
        foreach (var stream in page.Streams)
        {
            var (record, _) = await core.Records.GetAsync(partition.Key(SessionNames.RecordOf(stream.Name)), RecordJson.Default.SessionRecord, cancellationToken).ConfigureAwait(false);
            if (record?.Stream == stream.Name && Match(core, query, record) is { } listing)
            {
                found.Add(listing);
            }
        }

        return new SessionPage(found, page.Next);
    }

    private static SessionListing? Match(SessionCore core, SessionQuery query, SessionRecord record)
    {
        var lifecycle = core.LifecycleOf(record.Lifecycle, record.Active);
        return (query.Lifecycle is null || query.Lifecycle == lifecycle)
            && (query.ActiveFrom is null || record.Active >= query.ActiveFrom)
            && (query.ActiveUntil is null || record.Active <= query.ActiveUntil)
            ? new SessionListing(new SessionKey(record.Id, query.Tenant), lifecycle, record.Created, record.Active)
            : null;
    }
}
