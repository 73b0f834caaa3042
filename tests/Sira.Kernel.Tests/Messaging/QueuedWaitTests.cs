using Sira.Kernel.Messaging;
using Sira.Testing.Messaging;

namespace Sira.Kernel.Tests.Messaging;

public sealed class QueuedWaitTests : IAsyncDisposable
{
    private readonly MessageBus bus = new();
    private readonly TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource busy = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Inbox<int> inbox = new();

    public ValueTask DisposeAsync() => bus.DisposeAsync();

    [Fact]
    public async Task PublishAsync_FullQueue_WaitsForRoomAndLosesNothing()
    {
        await FillAsync();
        var waiting = bus.PublishAsync(new Waited(3)).AsTask();
        Assert.False(waiting.IsCompleted);

        gate.SetResult();
        await waiting;

        Assert.Equal([0, 1, 2, 3], await inbox.HasAsync(4));
    }

    [Fact]
    public async Task PublishAsync_Cancelled_Throws()
    {
        await FillAsync();
        using var cancellation = new CancellationTokenSource();
        var waiting = bus.PublishAsync(new Waited(3), cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.SetResult();
        Assert.Equal([0, 1, 2], await inbox.HasAsync(3));
    }

    [Fact]
    public async Task Publish_FullQueue_DropsTheNewestAndCountsIt()
    {
        using var dropped = new DroppedMessages<Waited>();
        await FillAsync();

        bus.Publish(new Waited(3));

        gate.SetResult();
        Assert.Equal([0, 1, 2], await inbox.HasAsync(3));
        Assert.Equal(1, dropped.Count);
    }

    [Fact]
    public async Task PublishAsync_DirectSubscriberThrows_TheOthersAreServed()
    {
        bus.Subscribe<Waited>(_ => throw new InvalidOperationException("broken"));
        bus.Subscribe<Waited>(message => inbox.Add(message.Number));

        await bus.PublishAsync(new Waited(1));

        Assert.Equal([1], inbox.All);
    }

    [Fact]
    public void Subscribe_Reject_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => bus.Subscribe<Waited>((_, _) => default, new() { Overflow = QueueOverflow.Reject }));

    private async Task FillAsync()
    {
        bus.Subscribe<Waited>(
            async (message, _) =>
            {
                busy.TrySetResult();
                await gate.Task;
                inbox.Add(message.Number);
            },
            new() { Capacity = 2, Overflow = QueueOverflow.Wait });
        bus.Publish(new Waited(0));
        await busy.Task;
        bus.Publish(new Waited(1));
        bus.Publish(new Waited(2));
    }

    private readonly record struct Waited(int Number);
}
