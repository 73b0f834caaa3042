using Sira.Decisions;
using Sira.Gateway.Budgets;
using Sira.Gateway.Decisions;
using Sira.Gateway.Ledger.Export;
using Sira.Gateway.Routing;
using Sira.Requests;

namespace Sira.Gateway.Ledger;

/// <summary>The ledger in memory. An attempt costs one reading of the clock, one look-up and a few interlocked additions; a lock is taken only where a new cell is needed.</summary>
internal sealed class UsageLedger(TimeProvider time) : IUsageLedger
{
    private readonly LedgerStore store = new();
    private volatile bool isEnabled = true;

    /// <summary>Puts options in force. What has been entered stays, as far as there is still room for it.</summary>
    public void Configure(LedgerOptions options)
    {
        isEnabled = options.Enabled;
        store.Configure(options.RetentionDays, options.MaximumCells, Today());
    }

    /// <summary>Enters an attempt that has been settled.</summary>
    public void Record(RouteDecision decision, RouteTarget target, RequestContext request, in AttemptFacts attempt, in Bill bill)
    {
        if (isEnabled)
        {
            var key = new LedgerKey(request.Tenant, request.Team, request.User, request.Key, decision.Route, target.Name, target.Model.Id, decision.Variant);
            store.Find(Today(), key).Add(attempt, bill, ReportedTokens.Of(attempt.Usage, target.Embeds));
        }
    }

    public IReadOnlyList<LedgerRow> Query(LedgerQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        query.ThrowIfImpossible();
        return LedgerSummary.Of(store.GetDays(Today()), query);
    }

    public Task ExportAsync(Stream stream, LedgerFormat format, LedgerQuery? query = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanWrite)
        {
            throw new ArgumentException("The stream cannot be written to. Open it for writing.", nameof(stream));
        }

        if (!Enum.IsDefined(format))
        {
            throw new ArgumentException($"There is no format {(int)format}. Use {nameof(LedgerFormat.Csv)} or {nameof(LedgerFormat.JsonLines)}.", nameof(format));
        }

        var rows = Query(query ?? new LedgerQuery { GroupBy = LedgerDimensions.All });
        return LedgerExport.WriteAsync(stream, format, rows, cancellationToken);
    }

    /// <summary>The days that are kept.</summary>
    public LedgerDay[] GetDays() => store.GetDays(Today());

    /// <summary>Finds the cell of what another process counted.</summary>
    public LedgerCell? FindOlder(int day, in LedgerKey key) => store.FindOlder(Today(), day, key);

    private int Today() => (int)(time.GetUtcNow().UtcTicks / TimeSpan.TicksPerDay);
}
