global using static SessionContextContext;

internal static class SessionContextContext
{
    public static Sira.Session.History.SessionHistory history => null!;

    public static Sira.Session.Context.SessionContext context => null!;


    public static Sessions sessions => null!;
}

internal sealed class Sessions
{
    public ValueTask AppendAsync(Sira.Session.Compaction.SummaryProposal summary, CancellationToken cancellationToken) => new(Task.FromResult((summary, cancellationToken)));
}
