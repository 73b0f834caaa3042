using Microsoft.Extensions.Hosting;
using Sira.Session.Chat;
using Sira.Storage.Errors;

namespace Sira.Session.Hosting;

/// <summary>Deletes expired sessions while the host runs, and lets the work after turns end when it stops.</summary>
internal sealed class SessionUpkeep(ISessions sessions, SessionConfiguration configuration, SessionChatServices services, TimeProvider time) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private Task sweeping = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        sweeping = SweepAsync(configuration.Current.SweepInterval);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await sweeping.ConfigureAwait(false);

        // The gateway has let its calls finish before; behind each is still the keeping of what was answered.
        await services.Turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        await services.Background.DisposeAsync().ConfigureAwait(false);
    }

    public void Dispose() => stopping.Dispose();

    private async Task SweepAsync(TimeSpan interval)
    {
        try
        {
            while (true)
            {
                await Task.Delay(interval, time, stopping.Token).ConfigureAwait(false);
                try
                {
                    await sessions.SweepAsync(cancellationToken: stopping.Token).ConfigureAwait(false);
                }
                catch (StorageException exception)
                {
                    services.Log.SweepNotDone(exception);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
