namespace Sira.Session.Views;

/// <summary>When the time of a session runs out.</summary>
internal static class Expiry
{
    public static DateTimeOffset? Of(DateTimeOffset createdAt, DateTimeOffset lastActiveAt, SessionLifecycle lifecycle, TimeSpan? idle, TimeSpan? total)
    {
        // What was archived was put away on purpose: not being used is no reason for it to go.
        var byIdle = idle is { } unused && lifecycle is not SessionLifecycle.Archived ? lastActiveAt + unused : (DateTimeOffset?)null;
        var byAge = total is { } kept ? createdAt + kept : (DateTimeOffset?)null;
        return byIdle is null ? byAge : byAge is null ? byIdle : byIdle < byAge ? byIdle : byAge;
    }
}
