using Npgsql;
using Sira.Storage.PostgreSql.Connections;

namespace Sira.Storage.PostgreSql.Writing;

/// <summary>Writes that are being made together. Where one of their callers gives up and they do not end in a moment, the server is asked to give up all of them, and those that nobody has given up are made again.</summary>
internal sealed class GroupAttempt : IAsyncDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private readonly CancellationTokenRegistration[] registrations;

    public GroupAttempt(List<QueuedWrite> group)
    {
        Group = group;
        registrations = new CancellationTokenRegistration[group.Count];
        for (var i = 0; i < registrations.Length; i++)
        {
            registrations[i] = group[i].CancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), leaving);
        }
    }

    public List<QueuedWrite> Group { get; }

    /// <summary>Cancelled when one of the callers gives up.</summary>
    public CancellationToken Leaving => leaving.Token;

    /// <summary>Whether the server may have got them.</summary>
    public bool WasSent { get; set; }

    /// <summary>Ends those that were given up, and, where the server does not say that it has rolled back, the others with an error.</summary>
    /// <returns>Those to make again.</returns>
    public List<QueuedWrite> Part(OperationCanceledException exception, Failures failures)
    {
        var isUndone = !WasSent || exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled };
        var left = new List<QueuedWrite>();
        foreach (var queued in Group)
        {
            if (queued.CancellationToken.IsCancellationRequested)
            {
                queued.GiveUp();
            }
            else if (isUndone)
            {
                left.Add(queued);
            }
            else
            {
                queued.Fail(failures.Of(exception.InnerException ?? new TimeoutException(), wasSent: true));
            }
        }

        return left;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var registration in registrations)
        {
            await registration.DisposeAsync().ConfigureAwait(false);
        }

        leaving.Dispose();
    }
}
