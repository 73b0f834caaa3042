using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Kernel.Contributions;
using Sira.Kernel.Errors;
using Sira.Kernel.Plugins;

namespace Sira.Kernel.Messaging.Contributed;

/// <summary>Subscribes for whoever declares subscribers: from the start of the host on, and as long as the contributor is in force.</summary>
internal sealed class SubscriberHost(ContributionCatalogue catalogue, IMessageBus bus, ILogger<SubscriberHost>? logger = null) : IContributionConsumer, IHostedLifecycleService, IDisposable
{
    private readonly ILogger logger = logger ?? NullLogger<SubscriberHost>.Instance;
    private readonly SemaphoreSlim changing = new(1, 1);
    private List<SubscriberSlot> slots = [];
    private Task ending = Task.CompletedTask;
    private bool isStopped;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <exception cref="SiraException">A subscriber of the host cannot begin.</exception>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        // Not before: plugins that are there from the beginning have started by now.
        catalogue.Join(this);
        var errors = new ConfigurationErrors();
        foreach (var contribution in catalogue.Current.Get<MessageSubscriber>().Where(static contribution => contribution.Contributor.IsHost))
        {
            Check(contribution, errors);
        }

        errors.ThrowIfAny();
        await ApplyAsync(null, mayLeaveOut: true).ConfigureAwait(false);
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        catalogue.Leave(this);
        await changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            isStopped = true;
            var all = slots;
            slots = [];
            await Task.WhenAll(all.Select(EndAsync)).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            changing.Release();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Prepare(ContributionSnapshot next, ConfigurationErrors errors)
    {
        foreach (var contribution in next.Get<MessageSubscriber>())
        {
            Check(contribution, errors);
        }
    }

    public Task CommitAsync(ContributionSnapshot current) => ApplyAsync(current, mayLeaveOut: false);

    public void Abort()
    {
    }

    public Task QuiesceAsync(CancellationToken cancellationToken) => Volatile.Read(ref ending).WaitAsync(cancellationToken);

    public void Dispose()
    {
        catalogue.Leave(this);
        changing.Dispose();
    }

    private static void Check(Contribution<MessageSubscriber> contribution, ConfigurationErrors errors)
    {
        if (contribution.Value is not { } subscriber)
        {
            return;
        }

        var contributor = contribution.Contributor;
        var path = $"{contributor.Id}: AddSubscriber of '{subscriber.Pattern}'";
        subscriber.Validate(path, errors);
        if (!contributor.IsHost && (contributor.Services?.GetService(typeof(IPluginTopics)) as IPluginTopics)?.Refuse(TopicUse.Subscribe, subscriber.Pattern) is { } refusal)
        {
            errors.Add(path, refusal.Problem, refusal.Fix);
        }
    }

    private async Task ApplyAsync(ContributionSnapshot? snapshot, bool mayLeaveOut)
    {
        await changing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (isStopped)
            {
                return;
            }

            var leaving = new List<SubscriberSlot>(slots);
            var staying = new List<(SubscriberSlot Slot, Contribution<MessageSubscriber> Next)>();
            var fresh = new List<Contribution<MessageSubscriber>>();
            foreach (var contribution in (snapshot ?? catalogue.Current).Get<MessageSubscriber>())
            {
                if (leaving.Find(slot => slot.Fits(contribution)) is { } slot)
                {
                    leaving.Remove(slot);
                    staying.Add((slot, contribution));
                }
                else
                {
                    fresh.Add(contribution);
                }
            }

            await ChangeAsync(leaving, staying, fresh, mayLeaveOut).ConfigureAwait(false);
        }
        finally
        {
            changing.Release();
        }
    }

    private async Task ChangeAsync(
        List<SubscriberSlot> leaving,
        List<(SubscriberSlot Slot, Contribution<MessageSubscriber> Next)> staying,
        List<Contribution<MessageSubscriber>> fresh,
        bool mayLeaveOut)
    {
        slots = [.. slots.Except(leaving)];

        // What durable groups have in work is done before the next owner opens them, which would otherwise be given it again.
        var ends = leaving.Where(static slot => slot.IsDurable).Select(EndAsync).ToList();
        await Task.WhenAll(ends).ConfigureAwait(false);
        var opened = new List<SubscriberSlot>();
        try
        {
            foreach (var contribution in fresh)
            {
                if (await TryOpenAsync(contribution, leaving, mayLeaveOut).ConfigureAwait(false) is { } slot)
                {
                    opened.Add(slot);
                }
            }
        }
        catch
        {
            leaving.AddRange(opened);
            throw;
        }
        finally
        {
            ends.AddRange(leaving.Where(static slot => !slot.IsDurable).Select(EndAsync));
            Volatile.Write(ref ending, Task.WhenAll([ending, .. ends]));
        }

        staying.ForEach(static change => change.Slot.Serve(change.Next));
        slots.AddRange(opened);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever keeps a plugin's subscriber from beginning must not keep the host from starting.")]
    private async Task<SubscriberSlot?> TryOpenAsync(Contribution<MessageSubscriber> contribution, List<SubscriberSlot> leaving, bool mayLeaveOut)
    {
        if (contribution.Value is not { } subscriber)
        {
            return null;
        }

        try
        {
            if (mayLeaveOut)
            {
                var errors = new ConfigurationErrors();
                Check(contribution, errors);
                errors.ThrowIfAny();
            }

            var slot = subscriber.CreateSlot(bus, contribution);
            await slot.OpenAsync(leaving.Find(old => old.ContributorId == slot.ContributorId && old.Pattern == slot.Pattern)).ConfigureAwait(false);
            return slot;
        }
        catch (Exception exception) when (mayLeaveOut && !contribution.Contributor.IsHost)
        {
            SubscriberLog.NotBegun(logger, contribution.Contributor.Id, subscriber.Pattern, exception);
            return null;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "One that does not end cleanly must not keep the others from ending.")]
    private async Task EndAsync(SubscriberSlot slot)
    {
        try
        {
            await slot.EndAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            SubscriberLog.NotEnded(logger, slot.ContributorId, slot.Pattern, exception);
        }
    }
}
